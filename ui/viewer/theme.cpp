#include "ui/viewer/theme.h"

namespace sramscope::viewer {
namespace {

constexpr std::array<std::string_view, kSegments> kNames{
    "input", "output", "scratch", "held", "activations", "static", "heap", "stack", "other"};

constexpr std::array<std::string_view, kSegments> kMeanings{
    "Live bytes that the layer reads and somebody else wrote before.",
    "Live bytes that the layer writes and somebody else reads later.",
    "Live bytes born and dead within the layer, such as an im2col buffer.",
    "Live bytes that the layer does not touch but must keep, such as a residual.",
    "Live bytes of the tensor arena whose role in the layer the report does not tell.",
    "Live bytes of .data and .bss besides the arena.",
    "Live bytes of malloc blocks besides the arena.",
    "Live bytes of the main and process stacks, interrupts included.",
    "Live bytes that no symbol, heap block or stack covers."};

constexpr Palette kLight{
    .background = rgb(0xf4f5f7),
    .surface = rgb(0xffffff),
    .raised = rgb(0xe9ecf1),
    .border = rgb(0xd5d9e0),
    .text = rgb(0x1b2028),
    .faint = rgb(0x636b78),
    .grid = rgb(0xe6e9ee),
    .accent = rgb(0x0a5fa5),
    .warning = rgb(0xd03b00),
    .better = rgb(0x00735a),
    .segments = {rgb(0x0072b2), rgb(0x56b4e9), rgb(0x009e73), rgb(0xa7cbe6), rgb(0x3f8fc6),
                 rgb(0x8c939e), rgb(0xe6b800), rgb(0xcc79a7), rgb(0x5b616b)},
    .causes = {rgb(0xc9ced7), rgb(0x332288), rgb(0x88ccee), rgb(0x44aa99), rgb(0xddcc77),
               rgb(0xcc6677), rgb(0xaa4499), rgb(0x882255), rgb(0x117733)},
    .bands = {rgb(0x77aadd), rgb(0xeedd88), rgb(0x99ddff), rgb(0xffaabb), rgb(0x44bb99),
              rgb(0xbbcc33)}};

constexpr Palette kDark{
    .background = rgb(0x15181d),
    .surface = rgb(0x1e2229),
    .raised = rgb(0x2a3039),
    .border = rgb(0x3a424e),
    .text = rgb(0xe8ebf0),
    .faint = rgb(0x9aa4b2),
    .grid = rgb(0x2c323b),
    .accent = rgb(0x6cb6f5),
    .warning = rgb(0xff7a3d),
    .better = rgb(0x3ecfa4),
    .segments = {rgb(0x3d9be0), rgb(0x8fd0f7), rgb(0x1fc295), rgb(0x53718c), rgb(0x4f93c4),
                 rgb(0x858e9b), rgb(0xeac54f), rgb(0xd88fb9), rgb(0x5c6572)},
    .causes = {rgb(0x4a5361), rgb(0x8f86e0), rgb(0x88ccee), rgb(0x44aa99), rgb(0xddcc77),
               rgb(0xdd7788), rgb(0xc069b5), rgb(0xb8477f), rgb(0x46a862)},
    .bands = {rgb(0x4a7fb5), rgb(0xb39b3f), rgb(0x4a9cc2), rgb(0xb96a80), rgb(0x2f8f73),
              rgb(0x8a972b)}};

}  // namespace

std::string_view segment_name(Segment segment) { return kNames[static_cast<std::size_t>(segment)]; }
std::string_view segment_meaning(Segment segment) {
  return kMeanings[static_cast<std::size_t>(segment)];
}

Segment segment_of(MemoryKind kind) {
  switch (kind) {
    case MemoryKind::static_data:
      return Segment::static_data;
    case MemoryKind::arena:
      return Segment::activations;
    case MemoryKind::heap:
      return Segment::heap;
    case MemoryKind::stack:
      return Segment::stack;
    case MemoryKind::other:
      break;
  }
  return Segment::other;
}

const Palette& palette_of(Theme theme) { return theme == Theme::dark ? kDark : kLight; }

Rgba ink_on(Rgba background) {
  const auto channel = [&](unsigned shift) { return background >> shift & 0xff; };
  const std::uint32_t luma = 299 * channel(0) + 587 * channel(8) + 114 * channel(16);
  return luma > 140'000 ? rgb(0x14181e) : rgb(0xffffff);
}

}  // namespace sramscope::viewer

#include "sramscope/board.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>

#include "memory/embedded_boards.h"
#include "memory/read_file.h"
#include "memory/suggest.h"

namespace sramscope {
namespace {

struct CoreName {
  CoreKind core;
  std::string_view name;
};

constexpr std::array<CoreName, 7> kCoreNames{{
    {CoreKind::cortex_m0, "cortex-m0"},
    {CoreKind::cortex_m0plus, "cortex-m0plus"},
    {CoreKind::cortex_m3, "cortex-m3"},
    {CoreKind::cortex_m4, "cortex-m4"},
    {CoreKind::cortex_m7, "cortex-m7"},
    {CoreKind::cortex_m23, "cortex-m23"},
    {CoreKind::cortex_m33, "cortex-m33"},
}};

/// One place at which a region appears: its base or an alias.
struct View {
  const Region* region;
  Addr base;
  std::uint64_t end() const { return std::uint64_t{base} + region->size; }
};

std::optional<View> view_at(const Board& board, std::uint64_t address) {
  const auto holds = [&](Addr base, const Region& region) {
    return address >= base && address - base < region.size;
  };
  for (const Region& region : board.regions) {
    if (holds(region.base, region)) return View{&region, region.base};
    for (Addr alias : region.aliases) {
      if (holds(alias, region)) return View{&region, alias};
    }
  }
  return std::nullopt;
}

std::string range_text(const Region& region) {
  return fmt::format("{} 0x{:08x}-0x{:08x}", region.name, region.base,
                     region.base + (region.size - 1));
}

/// Every memory, or only those that can be written.
std::string memories_text(const Board& board, bool only_writable) {
  std::string text;
  for (const Region& region : board.regions) {
    if (only_writable && !region.writable) continue;
    if (!text.empty()) text += ", ";
    text += range_text(region);
  }
  return text;
}

std::string label(const Segment& segment) {
  return segment.name.empty() ? fmt::format("segment at 0x{:08x}", segment.address)
                              : fmt::format("segment {}", segment.name);
}

/// "" when [begin, begin + size) is memory of the board, across neighbouring regions; else what is
/// missing.
std::string misfit(const Board& board, const std::string& what, Addr begin, std::uint64_t size) {
  const std::uint64_t end = begin + size;
  auto view = view_at(board, begin);
  if (!view) {
    return fmt::format("{} starts at 0x{:08x}, where the board has no memory (it has {})", what,
                       begin, memories_text(board, /*only_writable=*/false));
  }
  while (view->end() < end) {
    const auto next = view_at(board, view->end());
    if (!next) {
      return fmt::format("{} ends at 0x{:08x}, {} ends at 0x{:08x} ({} bytes over)", what, end,
                         view->region->name, view->end(), end - view->end());
    }
    view = next;
  }
  return "";
}

/// Stacks grow down: the word below the initial SP must be RAM.
std::string stack_misfit(const Board& board, const Image& image) {
  if (!image.vector_table || image.initial_sp < 4) return "";
  const auto view = view_at(board, image.initial_sp - 4);
  if (view && view->region->writable) return "";
  return fmt::format(
      "the initial stack pointer 0x{:08x} (first word of the vector table at 0x{:08x}) is outside "
      "its RAM ({})",
      image.initial_sp, *image.vector_table, memories_text(board, /*only_writable=*/true));
}

std::string segment_misfit(const Board& board, const Segment& segment) {
  if (segment.address != segment.virtual_address && !segment.bytes.empty()) {
    const std::string what = label(segment) + " (initial values)";
    if (std::string text = misfit(board, what, segment.address, segment.bytes.size());
        !text.empty())
      return text;
  }
  return misfit(board, label(segment), segment.virtual_address, segment.memory_size);
}

std::vector<Board> parse_builtin_boards() {
  std::vector<Board> boards;
  for (const memory::EmbeddedFile& file : memory::embedded_boards()) {
    auto board = parse_board(file.text, fmt::format("built-in board {}", file.name));
    assert(board.ok() && "a unit test parses every built-in board");
    if (board) boards.push_back(*std::move(board));
  }
  std::sort(boards.begin(), boards.end(),
            [](const Board& a, const Board& b) { return a.name < b.name; });
  return boards;
}

}  // namespace

const Region* Board::region_at(Addr address) const {
  const auto view = view_at(*this, address);
  return view ? view->region : nullptr;
}

std::uint64_t Board::ram_bytes() const {
  std::uint64_t bytes = 0;
  for (const Region& region : regions) {
    if (region.kind == RegionKind::sram || region.kind == RegionKind::tcm) bytes += region.size;
  }
  return bytes;
}

std::string_view core_name(CoreKind core) {
  const auto found = std::find_if(kCoreNames.begin(), kCoreNames.end(),
                                  [&](const CoreName& entry) { return entry.core == core; });
  assert(found != kCoreNames.end());
  return found->name;
}

Result<CoreKind> core_from_name(std::string_view name) {
  std::vector<std::string_view> known;
  for (const CoreName& entry : kCoreNames) {
    if (entry.name == name) return entry.core;
    known.push_back(entry.name);
  }
  return Error{fmt::format("unknown core \"{}\"{}; known are {}", name,
                           memory::did_you_mean(name, known), fmt::join(known, ", "))};
}

std::string_view region_kind_name(RegionKind kind) {
  switch (kind) {
    case RegionKind::flash:
      return "flash";
    case RegionKind::sram:
      return "sram";
    case RegionKind::tcm:
      return "tcm";
    case RegionKind::device:
      return "device";
  }
  return "";
}

const std::vector<Board>& builtin_boards() {
  static const std::vector<Board> kBoards = parse_builtin_boards();
  return kBoards;
}

Result<Board> load_board(const std::string& name_or_path) {
  const bool is_path = name_or_path == "-" || name_or_path.find('/') != std::string::npos ||
                       name_or_path.ends_with(".json");
  if (is_path) {
    const auto text = memory::read_file(name_or_path);
    if (!text) return Error{"board file " + text.error().message};
    return parse_board(*text, "board file " + memory::display_name(name_or_path));
  }
  std::vector<std::string_view> known, with_that_part;
  for (const Board& board : builtin_boards()) {
    if (board.name == name_or_path) return board;
    known.push_back(board.name);
    if (memory::mentions(board.description, name_or_path)) with_that_part.push_back(board.name);
  }
  if (!with_that_part.empty()) {
    return Error{fmt::format("unknown board \"{}\"; boards with that part: {}", name_or_path,
                             fmt::join(with_that_part, ", "))};
  }
  return Error{fmt::format("unknown board \"{}\"{}; known are {}, or give a .json file",
                           name_or_path, memory::did_you_mean(name_or_path, known),
                           fmt::join(known, ", "))};
}

Result<bool> check_fits(const Image& image, const Board& board) {
  std::string problem;
  for (const Segment& segment : image.segments) {
    if (problem.empty()) problem = segment_misfit(board, segment);
  }
  if (problem.empty()) problem = stack_misfit(board, image);
  if (problem.empty()) return true;
  return Error{fmt::format("{} does not fit {}: {}", image.path, board.name, problem)};
}

}  // namespace sramscope

#include "sim/arm_attributes.h"

#include <cctype>
#include <cstddef>

#include "sramscope/board.h"

namespace sramscope::sim {
namespace {

// Arm IHI 0045 (Build Attributes for the Arm Architecture), section 3.3.
constexpr std::uint32_t kTagFile = 1;
constexpr std::uint32_t kTagCpuRawName = 4;
constexpr std::uint32_t kTagCpuName = 5;
constexpr std::uint32_t kTagCpuArch = 6;
constexpr std::uint32_t kTagFpArch = 10;
constexpr std::uint32_t kTagCompatibility = 32;

/// Reads forward through bytes; past the end everything is zero or empty and `ok()` is false.
class Cursor {
 public:
  explicit Cursor(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty() || !ok_; }

  std::uint8_t byte() {
    if (rest_.empty()) {
      ok_ = false;
      return 0;
    }
    const std::uint8_t value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  }

  std::uint32_t word() {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) value |= static_cast<std::uint32_t>(byte()) << (8 * i);
    return value;
  }

  std::uint32_t uleb128() {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t part = byte();
      if (shift < 32) value |= static_cast<std::uint32_t>(part & 0x7f) << shift;
      if ((part & 0x80) == 0) break;
    }
    return value;
  }

  std::string string() {
    std::string text;
    while (const char c = static_cast<char>(byte())) text += c;
    return text;
  }

  /// The next `size` bytes as a cursor of their own.
  Cursor take(std::size_t size) {
    const std::size_t taken = std::min(size, rest_.size());
    const Cursor part(rest_.first(taken));
    rest_ = rest_.subspan(taken);
    return part;
  }

 private:
  std::span<const std::uint8_t> rest_;
  bool ok_ = true;
};

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// Tags 4, 5 and, above 32, the odd ones hold strings; 32 a number and a string; the others
/// numbers.
void read_attribute(Cursor& in, ArmAttributes& out) {
  const std::uint32_t tag = in.uleb128();
  if (tag == kTagCompatibility) in.uleb128();
  const bool is_string = tag == kTagCpuRawName || tag == kTagCpuName || tag == kTagCompatibility ||
                         (tag > kTagCompatibility && tag % 2 == 1);
  if (is_string) {
    const std::string value = in.string();
    if (tag == kTagCpuName && in.ok()) out.cpu_name = lower(value);
    return;
  }
  const std::uint32_t value = in.uleb128();
  if (!in.ok()) return;
  if (tag == kTagCpuArch) out.arch = value;
  if (tag == kTagFpArch) out.fp_arch = value;
}

/// The subsections of one vendor; only the attributes of the whole file count.
void read_vendor(Cursor in, ArmAttributes& out) {
  if (in.string() != "aeabi") return;
  while (!in.at_end()) {
    const std::uint32_t tag = in.byte();
    const std::uint32_t size = in.word();
    if (size < 5) return;
    Cursor attributes = in.take(size - 5);
    if (tag != kTagFile) continue;
    while (!attributes.at_end()) read_attribute(attributes, out);
  }
}

}  // namespace

ArmAttributes parse_arm_attributes(std::span<const std::uint8_t> section) {
  ArmAttributes out;
  Cursor in(section);
  if (in.byte() != 'A') return out;
  while (!in.at_end()) {
    const std::uint32_t size = in.word();
    if (size < 4) break;
    read_vendor(in.take(size - 4), out);
  }
  return out;
}

std::optional<CoreKind> core_of(const ArmAttributes& attributes) {
  if (auto named = core_from_name(attributes.cpu_name)) return *named;
  switch (attributes.arch.value_or(0)) {
    case 10:
      return CoreKind::cortex_m3;
    case 11:
    case 12:
      return CoreKind::cortex_m0;
    case 13:  // FPv5 is what tells an M7 from an M4.
      return attributes.fp_arch >= 7 ? CoreKind::cortex_m7 : CoreKind::cortex_m4;
    case 16:
      return CoreKind::cortex_m23;
    case 17:
      return CoreKind::cortex_m33;
    default:
      return std::nullopt;
  }
}

}  // namespace sramscope::sim

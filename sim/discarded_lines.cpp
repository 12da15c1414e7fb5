// Line programs are scanned, not run: only DW_LNE_set_address matters. DWARF 5, 6.2; the layout is
// the same from version 2 on.
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/source_lines.h"

namespace sramscope::sim {
namespace {

constexpr std::uint32_t kDwarf64 = 0xffffffff;
constexpr std::uint8_t kFixedAdvancePc = 9;
constexpr std::uint8_t kSetAddress = 2;

class Scanner {
 public:
  explicit Scanner(std::span<std::uint8_t> bytes) : bytes_(bytes) {}

  void run() {
    while (left() >= 4) {
      const std::size_t length = word(at_);
      at_ += 4;
      // No 32-bit toolchain writes the 64-bit format.
      if (length == kDwarf64 || length > left()) return;
      const std::size_t end = at_ + length;
      unit(end);
      at_ = end;
    }
  }

 private:
  std::size_t left() const { return bytes_.size() - at_; }

  std::uint32_t word(std::size_t at) const {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) value |= std::uint32_t{bytes_[at + i]} << (8 * i);
    return value;
  }

  void unit(std::size_t end) {
    if (end - at_ < 2) return;
    const unsigned version = bytes_[at_] | unsigned{bytes_[at_ + 1]} << 8;
    // Version 5 adds the sizes of addresses and segment selectors, version 4 the operations per
    // instruction.
    const std::size_t header = at_ + 2 + (version >= 5 ? 2 : 0);
    const std::size_t fields = header + 4 + 1 + (version >= 4 ? 1 : 0) + 3;
    if (version < 2 || version > 5 || fields >= end) return;
    const std::uint32_t header_length = word(header);
    const std::uint8_t opcode_base = bytes_[fields];
    if (opcode_base == 0 || end - fields < opcode_base || header_length > end - (header + 4))
      return;
    const auto lengths = bytes_.subspan(fields + 1, opcode_base - 1u);
    at_ = header + 4 + header_length;
    while (at_ < end) opcode(end, opcode_base, lengths);
  }

  void opcode(std::size_t end, std::uint8_t base, std::span<const std::uint8_t> lengths) {
    const std::uint8_t code = bytes_[at_++];
    if (code == 0) return extended(end);
    if (code >= base) return;  // a special opcode: no operands
    if (code == kFixedAdvancePc) {
      at_ += 2;
      return;
    }
    for (unsigned i = 0; i < lengths[code - 1u]; ++i) leb(end);
  }

  void extended(std::size_t end) {
    const std::uint64_t length = leb(end);
    if (length == 0 || length > end - at_) {
      at_ = end;
      return;
    }
    const std::size_t next = at_ + static_cast<std::size_t>(length);
    if (bytes_[at_] == kSetAddress && length == 5) {
      const std::uint32_t address = word(at_ + 1);
      if (address == 0 || address >= 0xfffffff0) {
        bytes_[at_ + 1] = bytes_[at_ + 2] = 0;
        bytes_[at_ + 3] = 0xf0;
        bytes_[at_ + 4] = 0xff;
      }
    }
    at_ = next;
  }

  std::uint64_t leb(std::size_t end) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at_ < end; shift += 7) {
      const std::uint8_t next = bytes_[at_++];
      if (shift < 64) value |= std::uint64_t{next & 0x7fu} << shift;
      if ((next & 0x80) == 0) break;
    }
    return value;
  }

  std::span<std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

}  // namespace

void move_discarded_lines(std::span<std::uint8_t> debug_line) { Scanner(debug_line).run(); }

}  // namespace sramscope::sim

#pragma once

#include <bit>
#include <cstdint>

/// Pure integer arithmetic of the ARM ARM (A2.2.1, A5.3.2, A7.4.2): no state, usable at compile
/// time.
namespace sramscope::isa {

struct AddResult {
  std::uint32_t value;
  std::uint32_t carry;     ///< 0 or 1
  std::uint32_t overflow;  ///< 0 or 1
};

/// AddWithCarry (A2.2.1). A subtraction x - y is add_with_carry(x, ~y, 1).
constexpr AddResult add_with_carry(std::uint32_t x, std::uint32_t y, std::uint32_t carry_in) {
  const std::uint64_t sum = std::uint64_t{x} + y + carry_in;
  const auto value = static_cast<std::uint32_t>(sum);
  return {value, static_cast<std::uint32_t>(sum >> 32), ((x ^ value) & (y ^ value)) >> 31};
}

/// Values of Insn::shift_type.
inline constexpr unsigned kLsl = 0;
inline constexpr unsigned kLsr = 1;
inline constexpr unsigned kAsr = 2;
inline constexpr unsigned kRor = 3;
inline constexpr unsigned kRrx = 4;

struct ShiftResult {
  std::uint32_t value;
  std::uint32_t carry;  ///< 0 or 1
};

// Shift_C (A2.2.1) for amounts 0..255. A shift by zero leaves the carry alone; the value needs no
// test for it.

constexpr ShiftResult lsl_c(std::uint32_t x, unsigned amount, std::uint32_t carry_in) {
  if (amount > 32) return {0, 0};
  const std::uint64_t wide = std::uint64_t{x} << amount;
  const std::uint32_t out = static_cast<std::uint32_t>(wide >> 32) & 1;
  return {static_cast<std::uint32_t>(wide), amount == 0 ? carry_in : out};
}

constexpr ShiftResult lsr_c(std::uint32_t x, unsigned amount, std::uint32_t carry_in) {
  if (amount > 32) return {0, 0};
  const std::uint64_t wide = (std::uint64_t{x} << 1) >> amount;  // the carry falls into bit 0
  const std::uint32_t out = static_cast<std::uint32_t>(wide) & 1;
  return {static_cast<std::uint32_t>(wide >> 1), amount == 0 ? carry_in : out};
}

constexpr ShiftResult asr_c(std::uint32_t x, unsigned amount, std::uint32_t carry_in) {
  const std::int64_t twice = std::int64_t{static_cast<std::int32_t>(x)} * 2;
  const std::int64_t wide = twice >> (amount > 32 ? 32 : amount);
  const std::uint32_t out = static_cast<std::uint32_t>(wide) & 1;
  return {static_cast<std::uint32_t>(wide >> 1), amount == 0 ? carry_in : out};
}

constexpr ShiftResult ror_c(std::uint32_t x, unsigned amount, std::uint32_t carry_in) {
  const std::uint32_t value = std::rotr(x, static_cast<int>(amount & 31));
  return {value, amount == 0 ? carry_in : value >> 31};
}

constexpr ShiftResult rrx_c(std::uint32_t x, std::uint32_t carry_in) {
  return {carry_in << 31 | x >> 1, x & 1};
}

constexpr ShiftResult shift_c(std::uint32_t x, unsigned type, unsigned amount,
                              std::uint32_t carry_in) {
  switch (type) {
    case kLsl:
      return lsl_c(x, amount, carry_in);
    case kLsr:
      return lsr_c(x, amount, carry_in);
    case kAsr:
      return asr_c(x, amount, carry_in);
    case kRor:
      return ror_c(x, amount, carry_in);
    default:
      return rrx_c(x, carry_in);
  }
}

struct DecodedShift {
  std::uint8_t type;
  std::uint8_t amount;  ///< 0..32
};

/// DecodeImmShift (A7.4.2).
constexpr DecodedShift decode_imm_shift(std::uint32_t type, std::uint32_t imm5) {
  const auto amount = static_cast<std::uint8_t>(imm5);
  const auto kind = static_cast<std::uint8_t>(type);
  if (imm5 != 0 || type == kLsl) return {kind, amount};
  if (type == kRor) return {kRrx, 1};
  return {kind, 32};
}

struct ExpandedImm {
  std::uint32_t value;
  bool sets_carry;     ///< the expansion was a rotation and defines the carry
  bool carry;          ///< that carry
  bool unpredictable;  ///< a doubled byte pattern of zero
};

/// ThumbExpandImm_C (A5.3.2) of i:imm3:imm8.
constexpr ExpandedImm thumb_expand_imm(std::uint32_t imm12) {
  const std::uint32_t byte = imm12 & 0xff;
  const std::uint32_t mode = imm12 >> 8;
  if (mode >= 4) {
    const auto rotation = static_cast<int>(imm12 >> 7);
    const std::uint32_t value = std::rotr(0x80 | (imm12 & 0x7f), rotation);
    return {value, true, (value >> 31) != 0, false};
  }
  constexpr std::uint32_t replicate[] = {0x00000001, 0x00010001, 0x01000100, 0x01010101};
  return {byte * replicate[mode], false, false, mode != 0 && byte == 0};
}

struct Saturated {
  std::uint32_t value;  ///< sign- or zero-extended to 32 bits
  bool saturated;
};

/// SignedSatQ (A2.2.1) to `bits` 1..32.
constexpr Saturated signed_saturate(std::int64_t x, unsigned bits) {
  const std::int64_t limit = std::int64_t{1} << (bits - 1);
  if (x >= limit) return {static_cast<std::uint32_t>(limit - 1), true};
  if (x < -limit) return {static_cast<std::uint32_t>(-limit), true};
  return {static_cast<std::uint32_t>(x), false};
}

/// UnsignedSatQ (A2.2.1) to `bits` 0..32.
constexpr Saturated unsigned_saturate(std::int64_t x, unsigned bits) {
  const std::int64_t limit = std::int64_t{1} << bits;
  if (x >= limit) return {static_cast<std::uint32_t>(limit - 1), true};
  if (x < 0) return {0, true};
  return {static_cast<std::uint32_t>(x), false};
}

constexpr std::uint32_t reverse_bytes(std::uint32_t x) { return __builtin_bswap32(x); }

/// Swaps the bytes of each halfword (REV16).
constexpr std::uint32_t reverse_halfword_bytes(std::uint32_t x) {
  return (x & 0x00ff00ff) << 8 | (x >> 8 & 0x00ff00ff);
}

constexpr std::uint32_t reverse_bits(std::uint32_t x) {
  x = (x & 0x55555555) << 1 | (x >> 1 & 0x55555555);
  x = (x & 0x33333333) << 2 | (x >> 2 & 0x33333333);
  x = (x & 0x0f0f0f0f) << 4 | (x >> 4 & 0x0f0f0f0f);
  return reverse_bytes(x);
}

constexpr std::uint32_t sign_extend_byte(std::uint32_t x) {
  return static_cast<std::uint32_t>(static_cast<std::int8_t>(x));
}
constexpr std::uint32_t sign_extend_halfword(std::uint32_t x) {
  return static_cast<std::uint32_t>(static_cast<std::int16_t>(x));
}

}  // namespace sramscope::isa

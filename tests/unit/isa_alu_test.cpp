#include "isa/alu.h"

#include <gtest/gtest.h>

namespace sramscope::isa {
namespace {

constexpr std::uint32_t kValues[] = {0,          1,          2,          0x7f,       0x80,
                                     0xff,       0x7fff,     0x8000,     0xffff,     0x12345678,
                                     0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0x89abcdef,
                                     0xedcba987, 0xfffffffe, 0xffffffff};

TEST(Alu, AddWithCarryIsTheManualsDefinition) {
  for (std::uint32_t x : kValues) {
    for (std::uint32_t y : kValues) {
      for (std::uint32_t carry : {0u, 1u}) {
        const AddResult sum = add_with_carry(x, y, carry);
        const std::uint64_t unsigned_sum = std::uint64_t{x} + y + carry;
        const std::int64_t signed_sum = std::int64_t{static_cast<std::int32_t>(x)} +
                                        static_cast<std::int32_t>(y) +
                                        static_cast<std::int64_t>(carry);
        EXPECT_EQ(sum.value, static_cast<std::uint32_t>(unsigned_sum));
        EXPECT_EQ(sum.carry != 0, sum.value != unsigned_sum);
        EXPECT_EQ(sum.overflow != 0, static_cast<std::int32_t>(sum.value) != signed_sum);
      }
    }
  }
}

/// One step at a time: the carry is the last bit shifted out.
ShiftResult shift_by_steps(std::uint32_t x, unsigned type, unsigned amount, std::uint32_t carry) {
  for (unsigned i = 0; i < amount; ++i) {
    const std::uint32_t top = x >> 31;
    const std::uint32_t bottom = x & 1;
    carry = type == kLsl ? top : bottom;
    if (type == kLsl) x <<= 1;
    if (type == kLsr) x >>= 1;
    if (type == kAsr) x = top << 31 | x >> 1;
    if (type == kRor) x = bottom << 31 | x >> 1;
  }
  return {x, carry};
}

TEST(Alu, ShiftsByAllAmountsEqualSingleSteps) {
  for (std::uint32_t x : kValues) {
    for (unsigned type = kLsl; type <= kRor; ++type) {
      for (unsigned amount = 0; amount < 256; ++amount) {
        for (std::uint32_t carry : {0u, 1u}) {
          const ShiftResult fast = shift_c(x, type, amount, carry);
          const ShiftResult slow = shift_by_steps(x, type, amount, carry);
          ASSERT_EQ(fast.value, slow.value) << x << " type " << type << " by " << amount;
          ASSERT_EQ(fast.carry, slow.carry) << x << " type " << type << " by " << amount;
        }
      }
    }
  }
}

TEST(Alu, RotateRightExtendedGoesThroughTheCarry) {
  static_assert(shift_c(0x80000001, kRrx, 1, 0).value == 0x40000000);
  static_assert(shift_c(0x80000001, kRrx, 1, 0).carry == 1);
  static_assert(shift_c(0x00000002, kRrx, 1, 1).value == 0x80000001);
  static_assert(shift_c(0x00000002, kRrx, 1, 1).carry == 0);
}

TEST(Alu, DecodeImmShiftOfAllEncodings) {
  for (std::uint32_t imm5 = 0; imm5 < 32; ++imm5) {
    for (std::uint32_t type = 0; type < 4; ++type) {
      const DecodedShift shift = decode_imm_shift(type, imm5);
      if (imm5 != 0 || type == kLsl) {
        EXPECT_EQ(shift.type, type);
        EXPECT_EQ(shift.amount, imm5);
      } else {
        EXPECT_EQ(shift.type, type == kRor ? kRrx : type);
        EXPECT_EQ(shift.amount, type == kRor ? 1 : 32);
      }
    }
  }
}

TEST(Alu, ThumbExpandImmOfAllEncodings) {
  for (std::uint32_t imm12 = 0; imm12 < 4096; ++imm12) {
    const ExpandedImm imm = thumb_expand_imm(imm12);
    const std::uint32_t byte = imm12 & 0xff;
    if (imm12 >> 10 != 0) {
      const ShiftResult rotated = shift_by_steps(0x80 | (imm12 & 0x7f), kRor, imm12 >> 7, 0);
      ASSERT_EQ(imm.value, rotated.value);
      ASSERT_TRUE(imm.sets_carry);
      ASSERT_EQ(imm.carry, rotated.carry != 0);
      ASSERT_FALSE(imm.unpredictable);
      continue;
    }
    const std::uint32_t patterns[] = {byte, byte << 16 | byte, byte << 24 | byte << 8,
                                      byte << 24 | byte << 16 | byte << 8 | byte};
    ASSERT_EQ(imm.value, patterns[imm12 >> 8]);
    ASSERT_FALSE(imm.sets_carry);
    ASSERT_EQ(imm.unpredictable, imm12 > 0xff && byte == 0);
  }
}

TEST(Alu, SaturationOfAllWidths) {
  for (unsigned bits = 0; bits <= 32; ++bits) {
    for (std::uint32_t raw : kValues) {
      const std::int64_t x = static_cast<std::int32_t>(raw);
      const Saturated u = unsigned_saturate(x, bits);
      const std::int64_t top = (std::int64_t{1} << bits) - 1;
      const std::int64_t expected = x < 0 ? 0 : x > top ? top : x;
      EXPECT_EQ(u.value, static_cast<std::uint32_t>(expected));
      EXPECT_EQ(u.saturated, expected != x);
      if (bits == 0) continue;
      const Saturated s = signed_saturate(x, bits);
      const std::int64_t high = (std::int64_t{1} << (bits - 1)) - 1;
      const std::int64_t clamped = x > high ? high : x < -high - 1 ? -high - 1 : x;
      EXPECT_EQ(s.value, static_cast<std::uint32_t>(clamped));
      EXPECT_EQ(s.saturated, clamped != x);
    }
  }
}

TEST(Alu, Reversals) {
  for (std::uint32_t x : kValues) {
    std::uint32_t mirrored = 0;
    for (unsigned i = 0; i < 32; ++i) mirrored |= (x >> i & 1) << (31 - i);
    EXPECT_EQ(reverse_bits(x), mirrored);
  }
  static_assert(reverse_bytes(0x12345678) == 0x78563412);
  static_assert(reverse_halfword_bytes(0x12345678) == 0x34127856);
  static_assert(sign_extend_byte(0x1280) == 0xffffff80 && sign_extend_byte(0x7f) == 0x7f);
  static_assert(sign_extend_halfword(0x18000) == 0xffff8000 &&
                sign_extend_halfword(0x7fff) == 0x7fff);
}

}  // namespace
}  // namespace sramscope::isa

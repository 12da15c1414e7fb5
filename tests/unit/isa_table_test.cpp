// Properties of the instruction table as a whole.

#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "isa/encoding.h"
#include "isa/rows.h"
#include "tests/support/fake_core_execute.h"

namespace sramscope::isa {
namespace {

TEST(Encoding, SplitsFieldsWhereverTheirBitsStand) {
  constexpr Encoding kHighAdd("01000100dmmmmddd");
  static_assert(kHighAdd.size() == 2);
  static_assert(kHighAdd.gather('d', 0x44f5) == 13);
  static_assert(kHighAdd.gather('m', 0x44f5) == 14);
  constexpr Encoding kModImm("11110i00000Snnnn0iiiddddiiiiiiii");
  static_assert(kModImm.size() == 4);
  static_assert(kModImm.gather('i', 0xf400'5a33) == (1u << 11 | 5u << 8 | 0x33));
}

TEST(Encoding, ShouldBeBitsTakePartInTheMatch) {
  constexpr Encoding kBx("010001110mmmmzzz");
  static_assert(kBx.matches(0x4770) && !kBx.matches(0x4771));
  static_assert(kBx.should_be() == 7);
}

TEST(Encoding, ExcludedBaseDoesNotMatch) {
  constexpr Encoding kLoad("111110001101bbbbddddiiiiiiiiiiii");
  static_assert(kLoad.matches(0xf8d00000) && !kLoad.matches(0xf8df0000));
  constexpr Encoding kLiteral("11111000U1011111ddddiiiiiiiiiiii");
  static_assert(overlap(kLoad, kLiteral) == Overlap::disjoint);
}

TEST(Encoding, OverlapTellsSpecialisation) {
  constexpr Encoding kConditional("1101cccciiiiiiii");
  constexpr Encoding kSvc("11011111iiiiiiii");
  constexpr Encoding kCrossing("1101cccc11111111");
  static_assert(overlap(kSvc, kConditional) == Overlap::specialises);
  static_assert(overlap(kConditional, kSvc) == Overlap::generalises);
  static_assert(overlap(kSvc, kCrossing) == Overlap::partial);
}

TEST(Table, RowsThatOverlapAreStrictSpecialisations) {
  for (const Row& a : rows()) {
    for (const Row& b : rows()) {
      if (a.op >= b.op) continue;
      EXPECT_NE(overlap(a.encoding, b.encoding), Overlap::partial)
          << facts(a.op).name << " and " << facts(b.op).name;
    }
  }
}

TEST(Table, RowsAreInTheOrderOfOp) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < rows().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(rows()[i].op), i);
    EXPECT_TRUE(names.insert(facts(rows()[i].op).name).second) << "twice";
  }
}

TEST(Table, EveryRowHasItsSemantics) {
  EXPECT_EQ(std::size(sramscope::testing::kHandlers), kOpCount);
}

}  // namespace
}  // namespace sramscope::isa

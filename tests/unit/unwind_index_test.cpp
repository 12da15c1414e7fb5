#include "sim/unwind_index.h"

#include <gtest/gtest.h>

#include <map>

namespace sramscope::sim {
namespace {

/// An index at 0x2000 for functions at 0x1000, 0x1100 ..., words by address, and a stack at 0x8000.
struct Index {
  Image image;
  std::map<Addr, std::uint32_t> memory;

  explicit Index(std::initializer_list<std::uint32_t> second_words) {
    Addr at = 0x2000;
    Addr function = 0x1000;
    for (const std::uint32_t word : second_words) {
      memory[at] = (function - at) & 0x7fffffff;
      memory[at + 4] = word;
      at += 8;
      function += 0x100;
    }
    image.sections.push_back({".ARM.exidx", 0x2000, at - 0x2000, false, false, false});
    for (unsigned i = 0; i < 16; ++i) memory[0x8000 + 4 * i] = 0x100 + i;
  }

  std::optional<Registers> unwind(Addr pc) {
    Registers r{};
    for (unsigned i = 0; i < 16; ++i) r[i] = 0xa0 + i;
    r[7] = 0x8010;
    r[13] = 0x8000;
    const ReadWord read = [this](Addr a) -> std::optional<std::uint32_t> {
      const auto found = memory.find(a);
      return found == memory.end() ? std::nullopt : std::optional(found->second);
    };
    if (!unwind_by_index(image, pc, read, r)) return std::nullopt;
    return r;
  }
};

TEST(UnwindIndex, PopsAndMovesTheStackPointer) {
  // vsp += 8; pop {r4, r5, lr}; finish
  Index index({0x8001a9b0});
  const auto r = index.unwind(0x1080);
  ASSERT_TRUE(r);
  EXPECT_EQ((*r)[4], 0x102u);
  EXPECT_EQ((*r)[5], 0x103u);
  EXPECT_EQ((*r)[15], 0x104u) << "the return address is LR's";
  EXPECT_EQ((*r)[13], 0x8014u);
  EXPECT_EQ((*r)[6], 0xa6u);
}

TEST(UnwindIndex, FramePointerAndMaskedPop) {
  // vsp = r7; pop under mask {r4, pc}: 0x80 | 0x8, 0x01
  Index index({0x80978801});
  const auto r = index.unwind(0x1000);
  ASSERT_TRUE(r);
  EXPECT_EQ((*r)[4], 0x104u);
  EXPECT_EQ((*r)[15], 0x105u);
  EXPECT_EQ((*r)[13], 0x8018u);
}

TEST(UnwindIndex, FindsTheEntryThatCovers) {
  Index index({1, 0x80b0b0b0, 0x8001b0b0});
  EXPECT_FALSE(index.unwind(0x10fe)) << "cannot be unwound";
  EXPECT_EQ((*index.unwind(0x1100))[13], 0x8000u);
  EXPECT_EQ((*index.unwind(0x11fe))[13], 0x8000u);
  EXPECT_EQ((*index.unwind(0x4000))[13], 0x8008u) << "the last one reaches on";
  EXPECT_FALSE(index.unwind(0x0ffe));
}

TEST(UnwindIndex, TablesBehindTheIndex) {
  Index index({(0x3000 - 0x2004) & 0x7fffffff});
  // Routine 1, one further word: vsp += 4, vsp += 4; vsp += 0x204; pop {lr}
  index.memory[0x3000] = 0x81010000;
  index.memory[0x3004] = 0x8400b0b0;
  const auto r = index.unwind(0x1000);
  ASSERT_TRUE(r);
  EXPECT_EQ((*r)[15], 0x102u);
  // A language's own routine, then a word with the count and three instructions: pop {lr}.
  index.memory[0x3000] = 0x00001234;
  index.memory[0x3004] = 0x008400b0;
  EXPECT_EQ((*index.unwind(0x1000))[15], 0x100u);
}

TEST(UnwindIndex, RefusesWhatItDoesNotKnowOrCannotRead) {
  EXPECT_FALSE(Index({0x80c7b0b0}).unwind(0x1000)) << "reserved";
  EXPECT_FALSE(Index({0x808000b0}).unwind(0x1000)) << "refuse to unwind";
  EXPECT_FALSE(Index({0x803fa8b0}).unwind(0x1000)) << "off the stack";
  EXPECT_FALSE(Index({0x00001000}).unwind(0x1000)) << "no table there";
  EXPECT_FALSE(Index({}).unwind(0x1000));
}

}  // namespace
}  // namespace sramscope::sim

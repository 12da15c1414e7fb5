// What a person reads after a fault, and the values behind it, on firmwares built with debug
// information.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "sramscope/machine.h"

namespace sramscope {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

std::string example(const std::string& name) {
  return std::string(SRAMSCOPE_EXAMPLES_DIR) + "/small/" + name + ".elf";
}

Image image_of(const std::string& name) {
  Result<Image> image = load_elf(example(name));
  EXPECT_TRUE(image.ok()) << image.error().message;
  return image ? *std::move(image) : Image{};
}

Stop stop_of(const Image& image, MachineOptions options = {}) {
  const Result<Board> board = load_board("mps2-an386");
  Result<Machine> machine = Machine::create(*board, image, std::move(options));
  EXPECT_TRUE(machine.ok()) << machine.error().message;
  return machine->run({}, nullptr).stop;
}

std::vector<std::string> functions(const Fault& fault) {
  std::vector<std::string> names;
  for (const StackFrame& frame : fault.stack) names.push_back(frame.function);
  return names;
}

/// Without the breaks of long lines.
std::string one_line(std::string text) {
  for (std::size_t at; (at = text.find("\n      <-")) != text.npos;) text.replace(at, 7, " ");
  return text;
}

TEST(FaultReport, SaysWhereWithSourceLinesAndWhoCalled) {
  const Stop stop = stop_of(image_of("fault_deep"));
  ASSERT_EQ(stop.kind, StopKind::fault);
  EXPECT_THAT(
      stop.message,
      HasSubstr("store outside memory: 1 bytes at 0x20400000, just past the end of SSRAM23"));
  EXPECT_THAT(stop.message, ContainsRegex("\n   at 0x[0-9a-f]+  im2col\\+0x[0-9a-f]+  "
                                          "\\(small/fault_deep.c:[0-9]+\\)  in layer 'conv'\n"));
  const std::string line = " \\(small/fault_deep.c:[0-9]+\\)";
  EXPECT_THAT(one_line(stop.message),
              ContainsRegex("   in put \\[inlined\\]" + line + " <- im2col" + line +
                            " <- convolve" + line + " <- convolve" + line + " x 3 <- main" + line +
                            " <- reset_handler \\(startup/"));
  EXPECT_THAT(stop.message, ContainsRegex("\n   > 0x[0-9a-f]+  strb"));
  EXPECT_THAT(stop.message,
              AllOf(HasSubstr("taken as HardFault, because BusFault is off (SHCSR.BUSFAULTENA)"),
                    HasSubstr("its handler is 'fault_handler'"),
                    HasSubstr("BusFault: PRECISERR (the access at the PC failed), BFAR 0x20400000"),
                    HasSubstr("HardFault: FORCED")));
  EXPECT_LE(std::count(stop.message.begin(), stop.message.end(), '\n'), 30);
}

TEST(FaultReport, HasTheSameAsValues) {
  const Stop stop = stop_of(image_of("fault_deep"));
  ASSERT_TRUE(stop.fault);
  const Fault& fault = *stop.fault;
  EXPECT_EQ(fault.kind, "write");
  EXPECT_EQ(fault.address, 0x20400000u);
  EXPECT_EQ(fault.size, 1u);
  EXPECT_EQ(fault.exception, 3u);
  EXPECT_EQ(fault.cfsr, 0x8200u);
  EXPECT_EQ(fault.hfsr, 0x40000000u);
  EXPECT_EQ(fault.bfar, 0x20400000u);
  EXPECT_EQ(fault.registers[15], stop.pc);
  EXPECT_EQ(fault.registers[13], fault.msp);
  EXPECT_EQ(functions(fault),
            (std::vector<std::string>{"put", "im2col", "convolve", "convolve", "convolve",
                                      "convolve", "main", "reset_handler"}));
  EXPECT_TRUE(fault.stack[0].inlined);
  EXPECT_THAT(fault.stack[0].source.file, HasSubstr("examples/small/fault_deep.c"));
  EXPECT_GT(fault.stack[1].source.line, fault.stack[0].source.line)
      << "the call stands below the function";
  EXPECT_TRUE(std::none_of(fault.stack.begin(), fault.stack.end(),
                           [](const StackFrame& f) { return f.maybe; }));
}

TEST(FaultReport, UnwindsThroughTheFrameOfAnExceptionToTheProcessStack) {
  const Stop stop = stop_of(image_of("fault_in_handler"));
  ASSERT_EQ(stop.kind, StopKind::fault) << stop.message;
  ASSERT_TRUE(stop.fault);
  const auto names = functions(*stop.fault);
  ASSERT_GE(names.size(), 4u) << stop.message;
  EXPECT_EQ((std::vector<std::string>(names.begin(), names.begin() + 4)),
            (std::vector<std::string>{"divide", "pend_sv_handler", "task", "main"}));
  EXPECT_EQ(stop.fault->stack[1].entered_by_exception, 14u);
  EXPECT_EQ(stop.fault->exception, 6u);
  EXPECT_EQ(stop.fault->cfsr, 0x02000000u);
  EXPECT_THAT(
      stop.message,
      AllOf(HasSubstr("divide by zero"), HasSubstr("pend_sv_handler"),
            HasSubstr("<- PendSV during task ("),
            HasSubstr("taken as UsageFault; its handler is 'usage_fault_handler'"),
            HasSubstr("UsageFault: DIVBYZERO (division by zero)"),
            HasSubstr("PendSV, privileged, main stack"),
            ContainsRegex("the handler ran and loops at 0x[0-9a-f]+  usage_fault_handler")));
}

TEST(FaultReport, WithoutUnwindInformationCallersAreGuessedAndMarked) {
  Image image = image_of("fault_deep");
  image.debug = nullptr;
  const Stop stop = stop_of(image);
  ASSERT_TRUE(stop.fault);
  const auto names = functions(*stop.fault);
  ASSERT_GE(names.size(), 3u) << stop.message;
  EXPECT_EQ(names[0], "im2col");
  EXPECT_EQ(names[1], "convolve");
  EXPECT_TRUE(stop.fault->stack[1].maybe);
  EXPECT_NE(std::find(names.begin(), names.end(), "main"), names.end());
  EXPECT_THAT(stop.message, AllOf(HasSubstr("called from maybe convolve"), Not(HasSubstr(".c:"))));
}

TEST(FaultReport, NamesTheObjectThatEndsNearTheAddress) {
  Image image = image_of("fault_deep");
  image.symbols.push_back({"tensor_arena", 0x203ff000, 0xfe0, SymbolKind::object, "", false});
  const Stop stop = stop_of(image);
  EXPECT_THAT(stop.message, HasSubstr("the tensor arena 'tensor_arena' ends at 0x203fffe0, 32 "
                                      "bytes before: to hold this access it "
                                      "would need 33 bytes more"));
}

TEST(FaultReport, AJumpToNowhereKeepsItsCaller) {
  const Stop stop = stop_of(image_of("jump_to_nowhere"));
  EXPECT_THAT(stop.message, AllOf(HasSubstr("jump to nowhere: 0x60000000"),
                                  HasSubstr("called from main (small/jump_to_nowhere.c:8)")));
}

TEST(SourceLinesOfAFirmware, CoverItsFunctionsAndNotWhatTheLinkerDiscarded) {
  const Image image = image_of("fault_deep");
  const LineTable& table = image.lines();
  ASSERT_FALSE(table.rows.empty());
  EXPECT_TRUE(std::is_sorted(table.rows.begin(), table.rows.end(),
                             [](const LineRow& a, const LineRow& b) { return a.begin < b.begin; }));
  for (const char* name : {"main", "im2col", "convolve", "reset_handler"}) {
    const Symbol* symbol = image.symbol_named(name);
    ASSERT_NE(symbol, nullptr) << name;
    for (Addr at = symbol->address; at < symbol->address + symbol->size; at += 2) {
      const auto line = image.line_at(at);
      ASSERT_TRUE(line) << name << " at " << at;
      const std::string file = name == std::string("reset_handler") ? "examples/startup/"
                                                                    : "examples/small/fault_deep.c";
      EXPECT_THAT(line->file, HasSubstr(file)) << name;
    }
  }
  // Flash begins at 0 here, where discarded functions seem to lie, too.
  EXPECT_FALSE(image.line_at(0)) << "the vector table";
}

/// Random damage in the debug sections: whatever comes out, nothing crashes and nothing takes long.
TEST(SourceLinesOfAFirmware, BrokenDwarfIsHarmless) {
  std::ifstream in(example("fault_deep"), std::ios::binary);
  const std::vector<char> file{std::istreambuf_iterator<char>(in), {}};
  ASSERT_GT(file.size(), 0x4000u);
  std::mt19937 random(7);
  const Image good = image_of("fault_deep");
  const Addr main = good.symbol_named("main")->address;
  for (int round = 0; round < 150; ++round) {
    std::vector<std::uint8_t> broken(file.begin(), file.end());
    for (int i = 0; i < 40; ++i)
      broken[0x3900 + random() % (broken.size() - 0x3900)] = static_cast<std::uint8_t>(random());
    const Result<Image> image = parse_elf(broken, "broken.elf");
    if (!image.ok()) continue;
    for (Addr at = main; at < main + 32; at += 2) {
      (void)image->line_at(at);
      (void)image->inlined_at(at);
    }
    if (round % 10 == 0) (void)stop_of(good).message;
  }
}

}  // namespace
}  // namespace sramscope

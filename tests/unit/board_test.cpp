#include "sramscope/board.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "memory/embedded_boards.h"
#include "memory/suggest.h"
#include "sim/heap_info.h"
#include "tests/support/elf_builder.h"

namespace sramscope {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kRam =
    R"({"name": "RAM", "kind": "sram", "base": "0x20000000", "size": "64K"})";

std::string board_text(std::string_view regions, std::string_view more = "") {
  return fmt::format(
      R"({{"name": "my", "core": "cortex-m4", "clock_mhz": 100, {} "regions": [{}]}})", more,
      regions);
}

std::string error_of(std::string_view json) {
  const auto board = parse_board(json, "board file my.json");
  return board ? "no error" : board.error().message;
}

/// The error for a board of `kRam` and one more region.
std::string region_error(std::string_view region) {
  return error_of(board_text(fmt::format("{}, {}", kRam, region)));
}

const Region& region_named(const Board& board, std::string_view name) {
  const auto found = std::find_if(board.regions.begin(), board.regions.end(),
                                  [&](const Region& region) { return region.name == name; });
  EXPECT_NE(found, board.regions.end()) << name;
  return *found;
}

Board builtin(const std::string& name) {
  auto board = load_board(name);
  EXPECT_TRUE(board.ok()) << name;
  return board ? *board : Board{};
}

// ---- compiled-in boards ----

TEST(BuiltinBoards, AllParseAndAreNamedAsTheirFile) {
  ASSERT_GE(memory::embedded_boards().size(), 4u);
  for (const auto& file : memory::embedded_boards()) {
    const auto board = parse_board(file.text, std::string(file.name));
    ASSERT_TRUE(board.ok()) << board.error().message;
    EXPECT_EQ(board->name, file.name);
    EXPECT_FALSE(board->description.empty());
    EXPECT_FALSE(board->derived);
  }
  EXPECT_EQ(builtin_boards().size(), memory::embedded_boards().size());
}

TEST(BuiltinBoards, AreSortedAndHaveSortedRegions) {
  const auto by_name = [](const Board& a, const Board& b) { return a.name < b.name; };
  EXPECT_TRUE(std::is_sorted(builtin_boards().begin(), builtin_boards().end(), by_name));
  for (const Board& board : builtin_boards()) {
    EXPECT_TRUE(std::is_sorted(board.regions.begin(), board.regions.end(),
                               [](const Region& a, const Region& b) { return a.base < b.base; }))
        << board.name;
  }
}

TEST(BuiltinBoards, Stm32F746HasOneRunOfRamAndAnAliasedFlash) {
  const Board board = builtin("stm32f746g-disco");
  EXPECT_EQ(board.core, CoreKind::cortex_m7);
  EXPECT_EQ(board.clock_hz, 216'000'000u);
  const Region& flash = region_named(board, "FLASH");
  EXPECT_EQ(flash.wait_states, 7u);
  EXPECT_EQ(flash.line_bytes, 32u);
  EXPECT_FALSE(flash.writable);
  EXPECT_EQ(board.region_at(0x00200010), board.region_at(0x08000010));
  EXPECT_EQ(board.region_at(0x00200010)->name, "FLASH");
  EXPECT_EQ(board.region_at(0x2000ffff)->name, "DTCM");
  EXPECT_EQ(board.region_at(0x20010000)->name, "SRAM1");
  EXPECT_EQ(board.region_at(0x2004ffff)->name, "SRAM2");
  EXPECT_EQ(board.region_at(0x20050000), nullptr);
  EXPECT_EQ(board.ram_bytes(), (16u + 64 + 240 + 16) * 1024);
}

TEST(BuiltinBoards, Stm32F407RunsNoCodeFromCcm) {
  const Board board = builtin("stm32f407g-disc1");
  EXPECT_EQ(region_named(board, "FLASH").wait_states, 5u);
  EXPECT_EQ(region_named(board, "FLASH").line_bytes, 16u);
  EXPECT_FALSE(region_named(board, "CCM").executable);
  EXPECT_TRUE(region_named(board, "SRAM1").executable);
}

TEST(BuiltinBoards, Mps2HasNoWaitStates) {
  for (const char* name : {"mps2-an386", "mps2-an500"}) {
    for (const Region& region : builtin(name).regions) EXPECT_EQ(region.wait_states, 0u);
    EXPECT_EQ(builtin(name).clock_hz, 25'000'000u);
  }
}

TEST(BuiltinBoards, WaitStatesFollowTheClock) {
  const auto at = [](const std::string& mhz) {
    const auto board = load_board("nucleo-f446re", {"core.clock_mhz=" + mhz});
    EXPECT_TRUE(board.ok());
    return region_named(*board, "FLASH").wait_states;
  };
  // RM0390 table 5, 2.7-3.6 V: one wait state per 30 MHz.
  EXPECT_EQ(at("30"), 0u);
  EXPECT_EQ(at("30.5"), 1u);
  EXPECT_EQ(at("120"), 3u);
  EXPECT_EQ(at("180"), 5u);
  // RM0433 table 17 counts the clock of the AXI bus, half the core's.
  const Board h743 = builtin("nucleo-h743zi");
  EXPECT_EQ(region_named(h743, "FLASH").wait_states, 4u);
  EXPECT_EQ(access_cycles(region_named(h743, "FLASH"), 32), 6u + 2 * (4 + 4));
}

TEST(BoardToJson, IsReadBackTheSame) {
  for (const Board& board : builtin_boards()) {
    const std::string json = board_to_json(board);
    const auto again = parse_board(json, "again");
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(board_to_json(*again), json);
    EXPECT_EQ(again->caches.size(), board.caches.size()) << board.name;
    for (std::size_t i = 0; i < board.regions.size(); ++i)
      EXPECT_EQ(access_cycles(again->regions[i], 32), access_cycles(board.regions[i], 32));
  }
}

TEST(Settings, OverrideAnyField) {
  const auto board = load_board("nucleo-f446re", {"flash.wait=2", "core.clock_mhz=80",
                                                  "icache.size=16K", "SRAM.size=0x8000"});
  ASSERT_TRUE(board.ok()) << board.error().message;
  EXPECT_EQ(board->clock_hz, 80'000'000u);
  EXPECT_EQ(region_named(*board, "FLASH").wait_states, 2u);
  EXPECT_EQ(region_named(*board, "SRAM").size, 0x8000u);
  ASSERT_EQ(board->caches.size(), 2u);
  EXPECT_EQ(board->caches[0].size, 16384u);
  // A kind stands for all its regions; an override stays when the board is written.
  const auto l4 = load_board("nucleo-l4r5zi", {"sram.wait=1"});
  ASSERT_TRUE(l4.ok());
  for (const char* name : {"SRAM1", "SRAM2", "SRAM3"})
    EXPECT_EQ(region_named(*l4, name).wait_states, 1u);
  EXPECT_EQ(parse_board(board_to_json(*board), "")->regions[0].wait_states, 2u);
}

TEST(Settings, SayWhatIsWrong) {
  const auto error_of = [](const std::string& setting) {
    const auto board = load_board("nucleo-f446re", {setting});
    EXPECT_FALSE(board.ok()) << setting;
    return board.ok() ? "" : board.error().message;
  };
  EXPECT_THAT(
      error_of("flsh.wait=2"),
      HasSubstr("--set flsh.wait=2: nucleo-f446re has no \"flsh\" (did you mean \"FLASH\"?); "
                "it has core, FLASH, SRAM, icache, dcache"));
  EXPECT_THAT(error_of("flash.wait_sates=2"), HasSubstr("did you mean \"wait_states\"?"));
  EXPECT_THAT(error_of("flash.wait=many"), HasSubstr("wait_states: expected a whole number"));
  EXPECT_THAT(error_of("core.clock_mhz=-1"), HasSubstr("clock_mhz: expected a number of MHz"));
  EXPECT_THAT(error_of("icache.size=100"), HasSubstr("no whole number of 16-byte lines"));
  EXPECT_THAT(error_of("flash"), HasSubstr("expected OBJECT.FIELD=VALUE"));
  EXPECT_THAT(error_of(".=1"), HasSubstr("expected OBJECT.FIELD=VALUE"));
}

TEST(Settings, ReachDerivedBoards) {
  const Board derived = derive_board(Image{});
  const auto clock = with_settings(derived, {"core.clock_mhz=50"});
  ASSERT_TRUE(clock.ok()) << clock.error().message;
  EXPECT_TRUE(clock->derived);
  EXPECT_EQ(clock->clock_hz, 50'000'000u);
}

TEST(Caches, AssumedOn) {
  const Board board = with_caches_on(builtin("nucleo-f446re"));
  for (const Cache& cache : board.caches) EXPECT_EQ(cache.enable.by, Switch::By::always);
  EXPECT_EQ(region_named(board, "FLASH").prefetch->by, Switch::By::always);
}

TEST(LoadBoard, UnknownNamesGetASuggestion) {
  const auto board = load_board("stm32f746g-disc");
  ASSERT_FALSE(board.ok());
  EXPECT_THAT(board.error().message,
              HasSubstr("unknown board \"stm32f746g-disc\" (did you mean "
                        "\"stm32f746g-disco\"?); known are mimxrt1060-evk, "));
  EXPECT_EQ(load_board("stm32f446re").error().message,
            "unknown board \"stm32f446re\"; boards with that part: nucleo-f446re");
  EXPECT_THAT(load_board("xyzzy").error().message, HasSubstr("unknown board \"xyzzy\"; known are"));
  EXPECT_EQ(load_board("no/such.json").error().message,
            "board file no/such.json: cannot open (No such file or directory)");
}

TEST(Suggest, NearNamesAndParts) {
  const std::vector<std::string_view> names = {"mps2-an386", "stm32f746g-disco"};
  EXPECT_EQ(memory::did_you_mean("mps2-an368", names), " (did you mean \"mps2-an386\"?)");
  EXPECT_EQ(memory::did_you_mean("F746", names), " (did you mean \"stm32f746g-disco\"?)");
  EXPECT_EQ(memory::did_you_mean("raspberry", names), "");
  EXPECT_EQ(memory::did_you_mean("", names), "");
}

// ---- names ----

TEST(CoreNames, GoBothWays) {
  std::set<std::string_view> names;
  for (CoreKind core :
       {CoreKind::cortex_m0, CoreKind::cortex_m0plus, CoreKind::cortex_m3, CoreKind::cortex_m4,
        CoreKind::cortex_m7, CoreKind::cortex_m23, CoreKind::cortex_m33}) {
    const auto back = core_from_name(core_name(core));
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, core);
    names.insert(core_name(core));
  }
  EXPECT_EQ(names.size(), 7u);
  EXPECT_EQ(core_from_name("cortex-m44").error().message,
            "unknown core \"cortex-m44\" (did you mean \"cortex-m4\"?); known are cortex-m0, "
            "cortex-m0plus, "
            "cortex-m3, cortex-m4, cortex-m7, cortex-m23, cortex-m33");
}

// ---- board files ----

TEST(BoardJson, EveryKeyIsRead) {
  const auto board = parse_board(R"({
    "_comment": "anything", "$schema": {"x": 1},
    "name": "my", "description": "text", "core": "cortex-m33", "clock_mhz": 16.5,
    "regions": [
      {"name": "R", "kind": "tcm", "base": 536870912, "size": 8192},
      {"name": "F", "kind": "flash", "base": "0x0", "size": "0x20000", "aliases": ["0x08000000", "0x0C000000"],
       "wait_states": 3, "line_bytes": 16, "access": "r", "_why": "data only"},
      {"name": "D", "kind": "device", "base": "0x40000000", "size": "1M"}
    ]})",
                                 "x");
  ASSERT_TRUE(board.ok()) << board.error().message;
  EXPECT_EQ(board->core, CoreKind::cortex_m33);
  EXPECT_EQ(board->clock_hz, 16'500'000u);
  ASSERT_EQ(board->regions.size(), 3u);
  const Region& flash = board->regions[0];
  EXPECT_EQ(flash.name, "F") << "sorted by base";
  EXPECT_EQ(flash.kind, RegionKind::flash);
  EXPECT_EQ(flash.size, 0x20000u);
  EXPECT_EQ(flash.aliases, (std::vector<Addr>{0x08000000, 0x0c000000}));
  EXPECT_EQ(flash.wait_states, 3u);
  EXPECT_EQ(flash.line_bytes, 16u);
  EXPECT_TRUE(flash.readable && !flash.writable && !flash.executable);
  const Region& ram = board->regions[1];
  EXPECT_EQ(ram.base, 0x20000000u);
  EXPECT_EQ(ram.size, 8192u);
  EXPECT_TRUE(ram.readable && ram.writable && ram.executable);
  EXPECT_EQ(ram.line_bytes, 4u);
  EXPECT_FALSE(board->regions[2].executable) << "devices are not executed";
  EXPECT_EQ(board->ram_bytes(), 8192u);
}

TEST(BoardJson, ErrorsNameThePlaceAndTheReason) {
  EXPECT_EQ(error_of(board_text(fmt::format(
                R"({}, {{"name": "a", "kind": "sram", "base": "0x30000000", "size": "1K"}},
                       {{"name": "b", "kind": "sram", "base": "2000", "size": "1K"}})",
                kRam))),
            "board file my.json: regions[2].base: expected a number or hex string like "
            "\"0x20000000\", got \"2000\"");
  EXPECT_EQ(error_of("[]"), "board file my.json: expected an object, got a list");
  EXPECT_EQ(error_of("{}"), "board file my.json: key \"name\" is missing");
  EXPECT_EQ(error_of(board_text(kRam, R"("clock": 3,)")),
            "board file my.json: unknown key \"clock\" (did you mean \"clock_mhz\"?)");
  EXPECT_EQ(error_of(R"({"name": "", "core": "cortex-m4", "clock_mhz": 1, "regions": []})"),
            "board file my.json: name: expected a string that is not empty, got \"\"");
  EXPECT_THAT(error_of(R"({"name": "x", "core": "cortex-m5", "clock_mhz": 1, "regions": []})"),
              HasSubstr("board file my.json: core: unknown core \"cortex-m5\" (did you mean"));
  EXPECT_EQ(error_of(R"({"name": "x", "core": "cortex-m4", "clock_mhz": 0, "regions": []})"),
            "board file my.json: clock_mhz: expected a number of MHz above 0, got 0");
  EXPECT_EQ(error_of(board_text("")),
            "board file my.json: regions: expected a list of regions, got a list");
  EXPECT_EQ(error_of(board_text("3")), "board file my.json: regions[0]: expected an object, got 3");
}

TEST(BoardJson, RegionsAreChecked) {
  EXPECT_EQ(region_error(R"({"name": "F", "kind": "flash", "size": "1M"})"),
            "board file my.json: regions[1]: key \"base\" is missing");
  EXPECT_EQ(region_error(R"({"name": "F", "kind": "rom", "base": "0x0", "size": "1M"})"),
            "board file my.json: regions[1].kind: expected one of \"flash\", \"sram\", \"tcm\", "
            "\"device\", got \"rom\"");
  EXPECT_EQ(region_error(R"({"name": "F", "kind": "flash", "base": "0x0", "sise": "1M"})"),
            "board file my.json: regions[1]: unknown key \"sise\" (did you mean \"size\"?)");
  EXPECT_THAT(region_error(R"({"name": "F", "kind": "flash", "base": "0x0", "size": 0})"),
              HasSubstr("regions[1].size: expected a size from 1 byte to 512 MiB, got 0"));
  for (const char* size :
       {"\"64\"", "\"64k\"", "-1", "1.5", "\"0x\"", "\"K\"", "true", "\"99999999999999999999K\""}) {
    EXPECT_THAT(region_error(fmt::format(
                    R"({{"name": "F", "kind": "flash", "base": "0x0", "size": {}}})", size)),
                HasSubstr("regions[1].size: expected "))
        << size;
  }
  EXPECT_THAT(
      region_error(R"({"name": "F", "kind": "flash", "base": "0x100000000", "size": "1M"})"),
      HasSubstr("regions[1].base: expected an address below 4 GiB"));
  EXPECT_THAT(region_error(R"({"name": "F", "kind": "flash", "base": "0x800", "size": "1M"})"),
              HasSubstr("regions[1].base: expected a multiple of 4096"));
  EXPECT_EQ(region_error(R"({"name": "F", "kind": "flash", "base": "0xFFFF0000", "size": "1M"})"),
            "board file my.json: regions[1]: 0x100000 bytes from 0xffff0000 wrap around the end of "
            "the address space");
  EXPECT_THAT(
      region_error(
          R"({"name": "F", "kind": "flash", "base": "0x0", "size": "1M", "aliases": ["x"]})"),
      HasSubstr("regions[1].aliases[0]: expected a number or hex string"));
  EXPECT_THAT(
      region_error(
          R"({"name": "F", "kind": "flash", "base": "0x0", "size": "1M", "line_bytes": 12})"),
      HasSubstr("regions[1].line_bytes: expected a power of two, got 12"));
  EXPECT_THAT(
      region_error(
          R"({"name": "F", "kind": "flash", "base": "0x0", "size": "1M", "wait_states": -1})"),
      HasSubstr("regions[1].wait_states: expected a whole number from 0 to 1000, got -1"));
  for (const char* access : {"rr", "", "rwz", "RX"}) {
    EXPECT_THAT(
        region_error(fmt::format(
            R"({{"name": "F", "kind": "flash", "base": "0x0", "size": "1M", "access": "{}"}})",
            access)),
        HasSubstr("regions[1].access: expected letters out of \"rwx\""));
  }
}

TEST(BoardJson, RegionsMustNotOverlap) {
  EXPECT_EQ(region_error(R"({"name": "B", "kind": "sram", "base": "0x2000F000", "size": "64K"})"),
            "board file my.json: regions: B at 0x2000f000 overlaps RAM, which ends at 0x20010000");
  EXPECT_EQ(
      region_error(
          R"({"name": "F", "kind": "flash", "base": "0x0", "size": "1M", "aliases": ["0x1FFFF000"]})"),
      "board file my.json: regions: RAM at 0x20000000 overlaps F, which ends at 0x200ff000");
}

TEST(BoardJson, ABoardNeedsRam) {
  EXPECT_THAT(
      error_of(board_text(R"({"name": "F", "kind": "flash", "base": "0x0", "size": "1M"})")),
      HasSubstr("regions: no RAM"));
}

TEST(BoardJson, SyntaxErrorsNameLineAndColumn) {
  EXPECT_EQ(error_of("{\n  \"name\": ,\n}"),
            "board file my.json: not valid JSON at line 2, column 11");
  EXPECT_EQ(error_of(""), "board file my.json: not valid JSON at line 1, column 1");
  EXPECT_THAT(error_of("{\"name\": \"\xff\"}"), HasSubstr("not valid JSON"));
  EXPECT_THAT(error_of("{\"clock_mhz\": 1e999}"), HasSubstr("a number is out of range"));
}

TEST(BoardJson, DeepNestingDoesNotExhaustTheStack) {
  const std::string deep(200'000, '[');
  EXPECT_THAT(error_of(deep), HasSubstr("not valid JSON"));
  EXPECT_EQ(error_of("{\"name\": " + deep + std::string(200'000, ']') +
                     ", \"core\": 1, \"clock_mhz\": 1, \"regions\": 1}"),
            "board file my.json: name: expected a string that is not empty, got a list");
}

// ---- does it fit? ----

Segment segment(std::string name, Addr load, Addr run, std::uint32_t file_size,
                std::uint32_t memory_size) {
  Segment out;
  out.name = std::move(name);
  out.address = load;
  out.virtual_address = run;
  out.bytes.resize(file_size);
  out.memory_size = memory_size;
  out.writable = run >= 0x10000000;
  out.executable = !out.writable;
  return out;
}

Image image_of(std::vector<Segment> segments) {
  Image image;
  image.path = "fw.elf";
  image.segments = std::move(segments);
  return image;
}

std::string fit_error(const Image& image, const std::string& board) {
  const auto fits = check_fits(image, builtin(board));
  return fits ? "fits" : fits.error().message;
}

TEST(CheckFits, SaysByHowManyBytesItDoesNot) {
  EXPECT_EQ(fit_error(image_of({segment(".data", 0x20000000, 0x20000000, 16, 0x21000)}),
                      "stm32f407g-disc1"),
            "fw.elf does not fit stm32f407g-disc1: segment .data ends at 0x20021000, SRAM2 ends at "
            "0x20020000 "
            "(4096 bytes over)");
}

TEST(CheckFits, NeighbouringRegionsCountAsOneMemory) {
  EXPECT_EQ(fit_error(image_of({segment(".bss", 0x20000000, 0x20000000, 0, 0x50000)}),
                      "stm32f746g-disco"),
            "fits");
}

TEST(CheckFits, InitialValuesMustFitTheFlashAndTheRestTheRam) {
  const Image image = image_of({segment(".data .bss", 0x080ffff0, 0x20000000, 16, 0x10000)});
  EXPECT_EQ(fit_error(image, "stm32f746g-disco"), "fits") << ".bss takes no flash";
  EXPECT_EQ(
      fit_error(image_of({segment(".data", 0x080ffff0, 0x20000000, 32, 32)}), "stm32f746g-disco"),
      "fw.elf does not fit stm32f746g-disco: segment .data (initial values) ends at 0x08100010, "
      "FLASH ends at "
      "0x08100000 (16 bytes over)");
}

TEST(CheckFits, AliasesCount) {
  EXPECT_EQ(
      fit_error(image_of({segment(".text", 0x00200000, 0x00200000, 16, 16)}), "stm32f746g-disco"),
      "fits");
}

TEST(CheckFits, NoMemoryAtAll) {
  EXPECT_EQ(fit_error(image_of({segment("", 0x60000000, 0x60000000, 16, 16)}), "mps2-an386"),
            "fw.elf does not fit mps2-an386: segment at 0x60000000 starts at 0x60000000, where the "
            "board has no memory (it "
            "has SSRAM1 0x00000000-0x003fffff, BLOCKRAM 0x01000000-0x01003fff, SSRAM23 "
            "0x20000000-0x203fffff, PSRAM "
            "0x21000000-0x21ffffff)");
}

TEST(CheckFits, TheInitialStackMustBeInRam) {
  Image image = image_of({segment(".text", 0x08000000, 0x08000000, 16, 16)});
  image.vector_table = 0x08000000;
  image.initial_sp = 0x20050000;
  EXPECT_EQ(fit_error(image, "stm32f746g-disco"), "fits") << "just behind the last byte";
  EXPECT_THAT(fit_error(image, "stm32f407g-disc1"),
              HasSubstr("the initial stack pointer 0x20050000 (first word of the vector table at "
                        "0x08000000) is outside its "
                        "RAM (CCM 0x10000000-0x1000ffff, SRAM1"));
}

// ---- boards made up from an image ----

TEST(DeriveBoard, FlashAndRamAreRoundedUp) {
  Image image = image_of({segment(".text", 0x08000000, 0x08000000, 300'000, 300'000),
                          segment(".data", 0x08050000, 0x20000000, 100, 5000)});
  image.vector_table = 0x08000000;
  image.initial_sp = 0x20050000;
  image.core = CoreKind::cortex_m7;
  const Board board = derive_board(image);
  EXPECT_TRUE(board.derived);
  EXPECT_EQ(board.core, CoreKind::cortex_m7);
  EXPECT_EQ(board.clock_hz, 100'000'000u);
  ASSERT_EQ(board.regions.size(), 2u);
  EXPECT_EQ(board.regions[0].name, "FLASH");
  EXPECT_EQ(board.regions[0].kind, RegionKind::flash);
  EXPECT_EQ(board.regions[0].base, 0x08000000u);
  EXPECT_EQ(board.regions[0].size, 1u << 20);
  EXPECT_FALSE(board.regions[0].writable);
  EXPECT_EQ(board.regions[1].name, "SRAM");
  EXPECT_EQ(board.regions[1].base, 0x20000000u);
  EXPECT_EQ(board.regions[1].size, 512u << 10)
      << "next power of two above the initial stack pointer";
  EXPECT_TRUE(check_fits(image, board).ok());
}

TEST(DeriveBoard, ASmallImageStillGetsSomeRam) {
  Image image = image_of({segment(".text", 0, 0, 100, 100)});
  image.vector_table = 0;
  image.initial_sp = 0x20001000;
  const Board board = derive_board(image);
  EXPECT_EQ(board.core, CoreKind::cortex_m4) << "when the build attributes do not say";
  EXPECT_EQ(board.ram_bytes(), 256u << 10);
}

TEST(DeriveBoard, WithoutAVectorTableThereIsRoomForStackAndHeap) {
  const Image bare = image_of({segment(".text", 0x8000, 0x8000, 100, 100)});
  EXPECT_GE(derive_board(bare).ram_bytes(), 1u << 20) << "no data at all: RAM at its usual place";
  EXPECT_NE(derive_board(bare).region_at(0x20000000), nullptr);
  Segment all = segment(".text .data", 0x8000, 0x8000, 100, 200);
  all.writable = true;
  const Board board = derive_board(image_of({all}));
  ASSERT_EQ(board.regions.size(), 1u) << "code and data in one segment: one RAM";
  EXPECT_EQ(board.regions[0].kind, RegionKind::sram);
  EXPECT_GE(board.regions[0].size, 1u << 20);
}

TEST(DeriveBoard, CodeMarkedWritableIsFlashWhenTheStackIsElsewhere) {
  Image image = image_of({segment(".init .text", 0x10000000, 0x10000000, 100, 100),
                          segment(".data", 0x10000064, 0x20000000, 4, 4)});
  image.segments[0].executable = true;  // picolibc: RWX
  image.vector_table = 0x10000000;
  image.initial_sp = 0x20008000;
  const Board board = derive_board(image);
  ASSERT_EQ(board.regions.size(), 2u);
  EXPECT_EQ(board.regions[0].kind, RegionKind::flash);
  EXPECT_EQ(board.regions[1].kind, RegionKind::sram);
  EXPECT_EQ(sim::heap_info(board, image).stack_base, 0x20040000u);
}

TEST(DeriveBoard, SeveralRamsAreNumbered) {
  Image image = image_of({segment(".text", 0x08000000, 0x08000000, 100, 100),
                          segment(".ccm", 0x10000000, 0x10000000, 0, 100),
                          segment(".bss", 0x20000000, 0x20000000, 0, 100)});
  image.vector_table = 0x08000000;
  image.initial_sp = 0x20010000;
  const Board board = derive_board(image);
  ASSERT_EQ(board.regions.size(), 3u);
  EXPECT_EQ(board.regions[1].name, "SRAM1");
  EXPECT_EQ(board.regions[2].name, "SRAM2");
}

TEST(DeriveBoard, EverySingleSegmentFits) {
  for (std::uint64_t base = 0; base < 0xf0000000; base += 0x00ffe000) {
    for (std::uint32_t size : {1u, 5000u, 0x01002000u}) {
      Image image =
          image_of({segment("x", static_cast<Addr>(base), static_cast<Addr>(base), 0, size)});
      for (bool writable : {false, true}) {
        image.segments[0].writable = writable;
        const auto fits = check_fits(image, derive_board(image));
        ASSERT_TRUE(fits.ok()) << fits.error().message;
      }
    }
  }
}

// ---- SYS_HEAPINFO ----

TEST(HeapInfo, IsTheGapAboveTheDataUpToTheEndOfItsRam) {
  const Image image = image_of({segment(".text", 0x08000000, 0x08000000, 100, 100),
                                segment(".data .bss", 0x08000064, 0x20000000, 100, 0x12345)});
  const auto heap = sim::heap_info(builtin("stm32f746g-disco"), image);
  EXPECT_EQ(heap.heap_base, 0x20012348u);
  EXPECT_EQ(heap.heap_limit, 0x20050000u) << "DTCM, SRAM1 and SRAM2 are neighbours";
  EXPECT_EQ(heap.stack_base, 0x20050000u);
  EXPECT_EQ(heap.stack_limit, heap.heap_base);
}

TEST(HeapInfo, FollowsTheDataNotTheLargestRam) {
  const Image image = image_of({segment(".data", 0x20000000, 0x20000000, 100, 100)});
  EXPECT_EQ(sim::heap_info(builtin("mps2-an386"), image).stack_base, 0x20400000u);
  EXPECT_EQ(sim::heap_info(builtin("mps2-an386"), image_of({})).stack_base, 0x22000000u)
      << "no data: the largest";
}

TEST(HeapInfo, DataBeatsCodeInAnotherRam) {
  Image image = image_of({segment(".fast", 0x10000000, 0x10000000, 5000, 5000),
                          segment(".data", 0x20000000, 0x20000000, 8, 8)});
  image.segments[0].executable = true;
  EXPECT_EQ(sim::heap_info(builtin("stm32f407g-disc1"), image).stack_base, 0x20020000u);
}

TEST(HeapInfo, TakesTheLargestOfSeveralGaps) {
  const Image image = image_of({segment(".low", 0x20000000, 0x20000000, 0, 0x1000),
                                segment(".high", 0x20030000, 0x20030000, 0, 0x1000)});
  const auto heap = sim::heap_info(builtin("nucleo-f412zg"), image);
  EXPECT_EQ(heap.heap_base, 0x20001000u);
  EXPECT_EQ(heap.stack_base, 0x20030000u);
}

}  // namespace
}  // namespace sramscope

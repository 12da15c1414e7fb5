#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/sha256.h"
#include "sramscope/image.h"
#include "tests/support/elf_builder.h"

namespace sramscope {
namespace {

using test::ElfBuilder;
using test::words;
using ::testing::HasSubstr;

constexpr std::uint32_t kRX = 5;
constexpr std::uint32_t kRW = 6;
constexpr std::uint8_t kLocalFunction = 0x02;
constexpr std::uint8_t kFunction = 0x12;
constexpr std::uint8_t kObject = 0x11;
constexpr std::uint8_t kNone = 0x00;
constexpr std::uint8_t kFile = 0x04;

/// Flash at 0x08000000 with a vector table and 56 bytes of code, RAM at 0x20000000 with 8 bytes of
/// data and 24 of .bss.
ElfBuilder firmware() {
  ElfBuilder elf;
  std::vector<std::uint8_t> flash = words({0x20005003, 0x08000011, 0x08000015, 0x08000015});
  flash.resize(72);
  elf.entry = 0x08000021;
  elf.load(0x08000000, flash, kRX);
  elf.segments.push_back({0x08000048, 0x20000000, words({1, 2}), 32, kRW, 1});
  elf.sections = {
      {".isr_vector", 1, 2, 0x08000000, words({0x20005003, 0x08000011, 0x08000015, 0x08000015}), 0},
      {".text", 1, 6, 0x08000010, std::vector<std::uint8_t>(56), 0},
      {".data", 1, 3, 0x20000000, words({1, 2}), 0},
      {".bss", 8, 3, 0x20000008, {}, 24}};
  return elf;
}

Image parsed(const ElfBuilder& elf) {
  auto image = parse_elf(elf.build(), "fw.elf");
  EXPECT_TRUE(image.ok()) << image.error().message;
  return image ? *std::move(image) : Image{};
}

std::string error_of(const std::vector<std::uint8_t>& file) {
  const auto image = parse_elf(file, "fw.elf");
  return image ? "no error" : image.error().message;
}
std::string error_of(const ElfBuilder& elf) { return error_of(elf.build()); }

std::vector<std::uint8_t> text_bytes(std::string_view text) { return {text.begin(), text.end()}; }

void set_word(std::vector<std::uint8_t>& file, std::size_t offset, std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i) file[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

// ---- a good file ----

TEST(Elf, LoadsSegmentsAtPhysicalAddresses) {
  const Image image = parsed(firmware());
  ASSERT_EQ(image.segments.size(), 2u);
  EXPECT_EQ(image.segments[0].address, 0x08000000u);
  EXPECT_TRUE(image.segments[0].executable);
  EXPECT_FALSE(image.segments[0].writable);
  EXPECT_EQ(image.segments[0].name, ".isr_vector .text");
  EXPECT_EQ(image.segments[1].address, 0x08000048u);
  EXPECT_EQ(image.segments[1].virtual_address, 0x20000000u);
  EXPECT_EQ(image.segments[1].bytes, words({1, 2}));
  EXPECT_EQ(image.segments[1].memory_size, 32u);
  EXPECT_TRUE(image.segments[1].writable);
  EXPECT_EQ(image.segments[1].name, ".data .bss");
}

TEST(Elf, ListsSectionsWithAnAddress) {
  const Image image = parsed(firmware());
  ASSERT_EQ(image.sections.size(), 4u);
  EXPECT_EQ(image.sections[1].name, ".text");
  EXPECT_TRUE(image.sections[1].executable);
  EXPECT_TRUE(image.sections[3].zero_initialised);
  EXPECT_EQ(image.sections[3].size, 24u);
}

TEST(Elf, EntryComesFromTheVectorTable) {
  const Image image = parsed(firmware());
  EXPECT_EQ(image.vector_table, 0x08000000u);
  EXPECT_EQ(image.initial_sp, 0x20005000u) << "SP[1:0] read as zero";
  EXPECT_EQ(image.entry, 0x08000010u);
}

TEST(Elf, HashesTheWholeFile) {
  const auto file = firmware().build();
  EXPECT_EQ(parsed(firmware()).sha256, sim::sha256_hex(file));
  // FIPS 180-4, the example of one block.
  EXPECT_EQ(sim::sha256_hex(text_bytes("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Elf, ReadsToolchainMarkerNamesAndBuildAttributes) {
  ElfBuilder elf = firmware();
  elf.sections.push_back(
      {".comment", 1, 0, 0, text_bytes(std::string_view("GCC: 12.2\0clang\0", 16)), 0});
  elf.sections.push_back(
      {".sramscope.names", 1, 0, 0, text_bytes(std::string_view("net\0conv1\0", 10)), 0});
  // 'A', then "aeabi" with file attributes: CPU name (5) "Cortex-M7", arch (6) 13 = v7E-M, FP arch
  // (10) 8.
  const auto attributes =
      text_bytes(std::string_view("A\x1e\0\0\0aeabi\0\x01\x14\0\0\0\x05"
                                  "Cortex-M7\0\x06\x0d\x0a\x08",
                                  31));
  elf.sections.push_back({".ARM.attributes", 0x70000003, 0, 0, attributes, 0});
  const Image image = parsed(elf);
  EXPECT_EQ(image.toolchain, "GCC: 12.2");
  EXPECT_EQ(image.marker_name(0), "net");
  EXPECT_EQ(image.marker_name(4), "conv1");
  EXPECT_EQ(image.marker_name(7), "v1");
  EXPECT_EQ(image.marker_name(10), "");
  EXPECT_EQ(image.cpu, "cortex-m7");
  EXPECT_EQ(image.core, CoreKind::cortex_m7);
}

TEST(Elf, CoreFollowsFromArchitectureAndFpuWithoutAName) {
  struct Case {
    char arch;
    char fp;
    std::optional<CoreKind> core;
  };
  for (const Case& c : {Case{11, 0, CoreKind::cortex_m0}, Case{10, 0, CoreKind::cortex_m3},
                        Case{13, 6, CoreKind::cortex_m4}, Case{13, 8, CoreKind::cortex_m7},
                        Case{16, 0, CoreKind::cortex_m23}, Case{17, 8, CoreKind::cortex_m33},
                        Case{2, 0, std::nullopt}}) {
    ElfBuilder elf = firmware();
    auto attributes =
        text_bytes(std::string_view("A\x13\0\0\0aeabi\0\x01\x09\0\0\0\x06\x00\x0a\x00", 20));
    attributes[17] = static_cast<std::uint8_t>(c.arch);
    attributes[19] = static_cast<std::uint8_t>(c.fp);
    elf.sections.push_back({".ARM.attributes", 0x70000003, 0, 0, attributes, 0});
    EXPECT_EQ(parsed(elf).core, c.core) << int{c.arch};
  }
}

// ---- the vector table ----

TEST(Elf, FindsAVectorTableWithoutSectionsOrSymbols) {
  ElfBuilder elf = firmware();
  elf.section_table = false;
  const Image image = parsed(elf);
  EXPECT_EQ(image.vector_table, 0x08000000u);
  EXPECT_TRUE(image.symbols.empty());
  EXPECT_TRUE(image.sections.empty());
}

TEST(Elf, FindsAVectorTableBehindASymbol) {
  ElfBuilder elf = firmware();
  elf.sections[0].name = ".boot";
  auto& flash = elf.segments[0].bytes;
  std::rotate(flash.begin(), flash.begin() + 32,
              flash.end());  // now at offset 40, code in front of it
  elf.symbols.push_back({"__Vectors", 0x08000028, 16, kObject, 1});
  EXPECT_EQ(parsed(elf).vector_table, 0x08000028u);
}

TEST(Elf, WithoutAVectorTableTheEntryIsTheHeaders) {
  struct Case {
    const char* why;
    std::uint32_t sp;
    std::uint32_t reset;
  };
  for (const Case& c :
       {Case{"SP among the peripherals", 0x40004000, 0x08000011}, Case{"SP zero", 0, 0x08000011},
        Case{"reset address even: not Thumb", 0x20005000, 0x08000010},
        Case{"reset address outside the code", 0x20005000, 0x09000011},
        Case{"code, not a table", 0xb580b500, 0x4770bd80}}) {
    ElfBuilder elf = firmware();
    const auto head = words({c.sp, c.reset});
    std::copy(head.begin(), head.end(), elf.segments[0].bytes.begin());
    const Image image = parsed(elf);
    EXPECT_FALSE(image.vector_table) << c.why;
    EXPECT_EQ(image.entry, 0x08000020u) << c.why;
    EXPECT_EQ(image.initial_sp, 0u) << c.why;
  }
}

TEST(Elf, AStackPointerJustBehindRamIsPlausible) {
  ElfBuilder elf = firmware();
  const auto head = words({0x40000000 - 0x1ffc0000, 0x08000011});  // 0x20040000, the end of 256 KB
  std::copy(head.begin(), head.end(), elf.segments[0].bytes.begin());
  EXPECT_EQ(parsed(elf).initial_sp, 0x20040000u);
}

// ---- symbols ----

ElfBuilder with_symbols() {
  ElfBuilder elf = firmware();
  elf.symbols = {{"a.c", 0, 0, kFile, 0xfff1},
                 {"$t", 0x08000010, 0, kNone, 2},
                 {"helper", 0x08000015, 4, kLocalFunction, 2},
                 {"$d.3", 0x08000030, 0, kNone, 2},
                 {"b.c", 0, 0, kFile, 0xfff1},
                 {"helper", 0x08000019, 4, kLocalFunction, 2},
                 {"$t", 0x08000038, 0, kNone, 2},
                 {"reset", 0x08000011, 4, kFunction, 2},
                 {"sized", 0x08000021, 16, kFunction, 2},
                 {"unsized", 0x08000039, 0, kFunction, 2},
                 {"buffer", 0x20000008, 24, kObject, 4},
                 {"__stack_size", 0x08000034, 0, 0x10, 0xfff1},
                 {"undefined", 0, 0, kFunction, 0}};
  return elf;
}

TEST(ElfSymbols, AreSortedWithoutMappingFileAndUndefinedSymbols) {
  const Image image = parsed(with_symbols());
  std::vector<std::string> names;
  for (const Symbol& symbol : image.symbols) names.push_back(symbol.name);
  EXPECT_EQ(names, (std::vector<std::string>{"reset", "helper", "helper", "sized", "__stack_size",
                                             "unsized", "buffer"}));
  EXPECT_EQ(image.symbols[0].address, 0x08000010u) << "Thumb bit cleared";
  EXPECT_TRUE(image.symbols[4].absolute);
}

TEST(ElfSymbols, LocalOnesCarryTheirSourceFile) {
  const Image image = parsed(with_symbols());
  EXPECT_EQ(image.symbols[0].file, "") << "global";
  EXPECT_EQ(image.symbols[1].file, "a.c");
  EXPECT_EQ(image.symbols[2].file, "b.c");
}

TEST(ElfSymbols, AddressesAreDescribed) {
  const Image image = parsed(with_symbols());
  EXPECT_EQ(image.describe(0x08000010), "reset");
  EXPECT_EQ(image.describe(0x08000012), "reset+0x2");
  EXPECT_EQ(image.describe(0x0800002e), "sized+0xe");
  EXPECT_EQ(image.describe(0x08000034), "0x08000034")
      << "between functions; an absolute symbol is no place";
  EXPECT_EQ(image.describe(0x08000040), "unsized+0x8") << "no size: to the end of the section";
  EXPECT_EQ(image.describe(0x08000048), "0x08000048");
  EXPECT_EQ(image.describe(0x2000001f), "buffer+0x17");
  EXPECT_EQ(image.describe(0x20000020), "0x20000020");
  ASSERT_NE(image.symbol_named("sized"), nullptr);
  EXPECT_EQ(image.symbol_named("nobody"), nullptr);
}

TEST(ElfSymbols, AnUnsizedFunctionEndsAtTheNextOne) {
  ElfBuilder elf = firmware();
  elf.symbols = {{"first", 0x08000011, 0, kFunction, 2}, {"second", 0x08000021, 0, kFunction, 2}};
  const Image image = parsed(elf);
  EXPECT_EQ(image.describe(0x0800001e), "first+0xe");
  EXPECT_EQ(image.describe(0x08000020), "second");
}

TEST(ElfSymbols, AnEnclosingFunctionIsFoundBehindANestedOne) {
  ElfBuilder elf = firmware();
  elf.symbols = {{"outer", 0x08000011, 40, kFunction, 2}, {"inner", 0x08000015, 4, kFunction, 2}};
  const Image image = parsed(elf);
  EXPECT_EQ(image.describe(0x08000016), "inner+0x2");
  EXPECT_EQ(image.describe(0x08000020), "outer+0x10");
}

TEST(ElfSymbols, ALabelWithoutATypeIsTheLastResort) {
  ElfBuilder elf = firmware();
  elf.symbols = {{"loop", 0x08000020, 0, kNone, 2}, {"function", 0x08000031, 4, kFunction, 2}};
  const Image image = parsed(elf);
  EXPECT_EQ(image.describe(0x08000024), "loop+0x4");
  EXPECT_EQ(image.describe(0x08000036), "0x08000036")
      << "a label in front of a function does not reach past it";
}

TEST(ElfSymbols, MappingSymbolsBecomeCodeRanges) {
  const Image image = parsed(with_symbols());
  ASSERT_EQ(image.code_ranges.size(), 3u);
  const auto is = [&](std::size_t i, Addr begin, Addr end, bool is_code) {
    const CodeRange& range = image.code_ranges[i];
    return range.begin == begin && range.end == end && range.is_code == is_code;
  };
  EXPECT_TRUE(is(0, 0x08000010, 0x08000030, true));
  EXPECT_TRUE(is(1, 0x08000030, 0x08000038, false));
  EXPECT_TRUE(is(2, 0x08000038, 0x08000048, true));
}

// ---- broken files ----

TEST(BrokenElf, SaysWhatTheFileIsInstead) {
  EXPECT_EQ(error_of(std::vector<std::uint8_t>{}), "fw.elf: the file is empty");
  EXPECT_EQ(error_of(text_bytes("MZ\x90")), "fw.elf: not an ELF file (it starts with 4d 5a 90)");
  EXPECT_THAT(error_of(text_bytes(":020000040800F2\n")), HasSubstr("it looks like Intel HEX"));
  EXPECT_THAT(error_of(text_bytes("!<arch>\nx")), HasSubstr("library of object files"));
  EXPECT_EQ(error_of(text_bytes("\x7f"
                                "ELF\x01\x01\x01")),
            "fw.elf: truncated: 7 bytes of a 52-byte ELF header");
}

TEST(BrokenElf, OtherMachinesAreNamed) {
  ElfBuilder elf = firmware();
  elf.machine = 62;
  elf.elf_class = 2;
  EXPECT_EQ(error_of(elf), "fw.elf: not a 32-bit little-endian Arm ELF (machine is x86-64)");
  elf.machine = 3;
  elf.elf_class = 1;
  EXPECT_EQ(error_of(elf), "fw.elf: not a 32-bit little-endian Arm ELF (machine is x86)");
  elf.machine = 40;
  elf.elf_class = 2;
  EXPECT_EQ(error_of(elf), "fw.elf: not a 32-bit little-endian Arm ELF (it is not 32-bit)");
}

TEST(BrokenElf, BigEndianIsRefused) {
  ElfBuilder elf = firmware();
  elf.data = 2;
  EXPECT_EQ(error_of(elf), "fw.elf: not a 32-bit little-endian Arm ELF (it is big-endian)");
}

TEST(BrokenElf, OnlyExecutablesAreTaken) {
  ElfBuilder elf = firmware();
  elf.type = 1;
  EXPECT_THAT(error_of(elf), HasSubstr("relocatable object file (not linked)"));
  elf.type = 3;
  EXPECT_THAT(error_of(elf), HasSubstr("shared object"));
  elf.type = 2;
  elf.segments[0].type = elf.segments[1].type = 4;
  EXPECT_THAT(error_of(elf), HasSubstr("no PT_LOAD program header"));
  elf.segments.clear();
  EXPECT_THAT(error_of(elf), HasSubstr("no program headers"));
}

TEST(BrokenElf, EveryTruncationIsAnError) {
  const auto file = with_symbols().build();
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto part =
        std::vector<std::uint8_t>(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
    ASSERT_FALSE(parse_elf(part, "fw.elf").ok()) << size << " of " << file.size() << " bytes";
  }
  EXPECT_THAT(error_of(std::vector<std::uint8_t>(file.begin(), file.begin() + 150)),
              HasSubstr("fw.elf: truncated: the section headers end at byte"));
}

TEST(BrokenElf, SegmentsCutOffAreAnErrorWithoutSectionsToo) {
  ElfBuilder elf = firmware();
  elf.section_table = false;
  auto file = elf.build();
  file.resize(130);
  EXPECT_EQ(error_of(file),
            "fw.elf: truncated: program header 0 (0x08000000) ends at byte 188, the file has 130");
  file.resize(60);
  EXPECT_EQ(error_of(file),
            "fw.elf: truncated: the program headers end at byte 116, the file has 60");
}

TEST(BrokenElf, OverlappingSegments) {
  ElfBuilder elf = firmware();
  elf.segments[1].address = 0x08000040;
  EXPECT_EQ(error_of(elf),
            "fw.elf: segments overlap: one at 0x08000040 starts before another ends at 0x08000048");
}

TEST(BrokenElf, AbsurdSizesAreRefusedBeforeAnythingIsAllocated) {
  ElfBuilder elf = firmware();
  elf.segments[1].memory_size = 0xf0000000;
  EXPECT_THAT(error_of(elf), HasSubstr("wrap around the end of the address space"));
  elf.segments[1].memory_size = 0x60000000;
  EXPECT_THAT(error_of(elf), HasSubstr("the segments take more than 512 MiB"));
  elf.segments[1].memory_size = 4;
  EXPECT_THAT(error_of(elf), HasSubstr("8 bytes in the file but 4 in memory"));
}

TEST(BrokenElf, HeaderFieldsOutOfRange) {
  auto file = firmware().build();
  set_word(file, 28, 0xfffffff0);  // e_phoff
  EXPECT_THAT(error_of(file), HasSubstr("truncated: the program headers end at byte"));
  file = firmware().build();
  file[42] = 16;  // e_phentsize
  EXPECT_THAT(error_of(file), HasSubstr("program headers of 16 bytes, expected 32"));
  file = firmware().build();
  file[46] = 64;  // e_shentsize
  EXPECT_THAT(error_of(file), HasSubstr("section headers of 64 bytes, expected 40"));
}

TEST(BrokenElf, EveryByteFlippedNeverCrashes) {
  const auto file = with_symbols().build();
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (unsigned flip : {0x01u, 0x80u, 0xffu}) {
      auto broken = file;
      broken[at] = static_cast<std::uint8_t>(broken[at] ^ flip);
      const auto image = parse_elf(broken, "fw.elf");
      const bool ok_or_named = image.ok() || image.error().message.starts_with("fw.elf: ");
      EXPECT_TRUE(ok_or_named) << at;
    }
  }
}

TEST(LoadElf, NamesAFileThatCannotBeRead) {
  const auto missing = load_elf("/nonexistent/fw.elf");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().message,
            "/nonexistent/fw.elf: cannot open (No such file or directory)");
  const auto directory = load_elf("/");
  ASSERT_FALSE(directory.ok());
  EXPECT_EQ(directory.error().message, "/: is a directory");
}

}  // namespace
}  // namespace sramscope

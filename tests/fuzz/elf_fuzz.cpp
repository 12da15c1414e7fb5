// parse_elf, and what is computed from an image before a run, on any bytes.
#include <string_view>

#include "sim/heap_info.h"
#include "sramscope/board.h"
#include "sramscope/image.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/elf_builder.h"

using namespace sramscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto image = parse_elf({data, size}, "fuzz.elf");
  if (!image) return 0;
  const Board board = derive_board(*image);
  static_cast<void>(check_fits(*image, board));
  static_cast<void>(sim::heap_info(board, *image));
  for (Addr address : {image->entry, image->initial_sp, Addr{0}, Addr{0xffffffff}}) {
    static_cast<void>(image->describe(address));
    static_cast<void>(image->marker_name(address));
  }
  return 0;
}

std::vector<std::vector<std::uint8_t>> test::fuzz_seeds() {
  ElfBuilder elf;
  elf.entry = 0x08000011;
  auto flash = words({0x20005000, 0x08000011});
  flash.resize(64);
  elf.load(0x08000000, flash, 5);
  elf.segments.push_back({0x08000040, 0x20000000, words({1, 2}), 32, 6, 1});
  constexpr std::string_view kAttributes("A\x13\0\0\0aeabi\0\x01\x09\0\0\0\x06\x0d\x0a\x08", 20);
  elf.sections = {
      {".text", 1, 6, 0x08000000, flash, 0},
      {".data", 1, 3, 0x20000000, words({1, 2}), 0},
      {".bss", 8, 3, 0x20000008, {}, 24},
      {".comment", 1, 0, 0, {'G', 'C', 'C', 0}, 0},
      {".sramscope.names", 1, 0, 0, {'n', 'e', 't', 0}, 0},
      {".ARM.attributes", 0x70000003, 0, 0, {kAttributes.begin(), kAttributes.end()}, 0}};
  elf.symbols = {{"a.c", 0, 0, 0x04, 0xfff1},       {"$t", 0x08000010, 0, 0, 1},
                 {"main", 0x08000011, 16, 0x12, 1}, {"$d", 0x08000030, 0, 0, 1},
                 {"local", 0x08000021, 0, 0x02, 1}, {"buffer", 0x20000008, 24, 0x11, 3}};
  ElfBuilder stripped = elf;
  stripped.section_table = false;
  return {elf.build(), stripped.build()};
}

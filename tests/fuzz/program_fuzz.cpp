// Any code on any core, with and without stack, flash and devices to hit: a run must end with a
// reason, its report must add up, and both drivers must tell the same.
#include <cstdlib>
#include <random>
#include <string>

#include "sramscope/board.h"
#include "sramscope/machine.h"
#include "sramscope/profiler.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/elf_builder.h"

using namespace sramscope;

namespace {

constexpr Addr kFlash = 0x08000000;
constexpr Addr kSram = 0x20000000;
constexpr std::uint32_t kVectors = 16;

constexpr CoreKind kCores[] = {CoreKind::cortex_m0, CoreKind::cortex_m0plus, CoreKind::cortex_m3,
                               CoreKind::cortex_m4, CoreKind::cortex_m7,     CoreKind::cortex_m23,
                               CoreKind::cortex_m33};

Board board_of(std::uint8_t choice) {
  Board board;
  board.name = "fuzz";
  board.core = kCores[(choice & 0x7f) % std::size(kCores)];
  board.clock_hz = 1000000;
  Region flash;
  flash.name = "flash";
  flash.kind = RegionKind::flash;
  flash.base = kFlash;
  flash.size = 0x2000;
  flash.writable = false;
  flash.wait_states = (choice & 0x80) != 0 ? 2 : 0;
  flash.line_bytes = 16;
  Region sram;
  sram.name = "sram";
  sram.base = kSram;
  sram.size = 0x2000;
  board.regions = {flash, sram};
  return board;
}

/// A vector table whose every exception goes to the start of the code, then the code.
std::vector<std::uint8_t> flash_of(const std::uint8_t* code, std::size_t size) {
  std::vector<std::uint8_t> bytes = test::words({kSram + 0x1000});
  for (std::uint32_t i = 1; i < kVectors; ++i) {
    for (std::uint8_t byte : test::words({kFlash + 4 * kVectors + 1})) bytes.push_back(byte);
  }
  bytes.insert(bytes.end(), code, code + std::min<std::size_t>(size, 0x1800));
  return bytes;
}

std::string report_of(const Board& board, const Image& image, Driver driver) {
  MachineOptions options;
  options.driver = driver;
  Profiler profiler;
  options.console = [&](std::string_view text) { profiler.on_console(text); };
  auto machine = Machine::create(board, image, std::move(options));
  if (!machine) return machine.error().message;
  RunResult result = machine->run({.max_cycles = 200000, .max_instructions = 20000}, &profiler);
  const Report report = profiler.finish(result, board, image);
  if (!check_conservation(report).empty()) std::abort();
  const std::string json = to_json(report);
  if (!report_from_json(json, "fuzz")) std::abort();
  return json;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  test::ElfBuilder elf;
  elf.entry = kFlash + 4 * kVectors + 1;
  elf.load(kFlash, flash_of(data + 1, size - 1), 5);
  elf.sections = {{".text", 1, 6, kFlash, flash_of(data + 1, size - 1), 0}};
  elf.symbols = {{"start", elf.entry, 0, 0x12, 1}};
  const auto bytes = elf.build();
  const auto image = parse_elf(bytes, "fuzz.elf");
  if (!image) return 0;
  const Board board = board_of(data[0]);
  const std::string plain = report_of(board, *image, Driver::plain_loop);
#ifndef SRAMSCOPE_PLAIN_LOOP
  if (report_of(board, *image, Driver::threaded) != plain) std::abort();
#endif
  return 0;
}

std::vector<std::vector<std::uint8_t>> test::fuzz_seeds() {
  // Halfwords of all kinds, with the 32-bit prefixes and IT more often than chance has them.
  std::mt19937 random(7);
  std::vector<std::vector<std::uint8_t>> seeds;
  for (std::uint8_t choice = 0; choice < 2 * std::size(kCores); ++choice) {
    std::vector<std::uint8_t> seed{static_cast<std::uint8_t>(choice % 7 + (choice < 7 ? 0 : 0x80))};
    for (int i = 0; i < 200; ++i) {
      std::uint32_t half = random() & 0xffff;
      if (random() % 4 == 0) half = 0xe800 | (half & 0x17ff);
      if (random() % 16 == 0) half = 0xbf00 | (half & 0xff);
      seed.push_back(static_cast<std::uint8_t>(half));
      seed.push_back(static_cast<std::uint8_t>(half >> 8));
    }
    seeds.push_back(seed);
  }
  return seeds;
}

// What surrounds the network in a firmware: main, start-up code, linker script, build files.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "models/codegen.h"
#include "models/embedded_sources.h"

namespace sramscope::models {
namespace {

constexpr std::uint32_t kStackBytes = 2048;

struct Range {
  Addr base = 0;
  std::uint64_t size = 0;
};

std::optional<Range> flash_of(const Board& board) {
  for (const Region& region : board.regions) {
    if (region.kind == RegionKind::flash) return Range{region.base, region.size};
  }
  return std::nullopt;
}

/// The largest run of adjoining RAM.
std::optional<Range> ram_of(const Board& board) {
  std::optional<Range> best, current;
  for (const Region& region : board.regions) {
    if (region.kind != RegionKind::sram && region.kind != RegionKind::tcm) continue;
    if (current && current->base + current->size == region.base) {
      current->size += region.size;
    } else {
      current = Range{region.base, region.size};
    }
    if (!best || current->size > best->size) best = current;
  }
  return best;
}

std::vector<std::string> compile_options(CoreKind core) {
  std::string cpu(core_name(core));
  std::vector<std::string> options = {
      "-mcpu=" + cpu, "-mthumb", "-std=c11", "-O2", "-g", "-ffunction-sections", "-fdata-sections",
      "-Wall", "-Wextra", "-I.", "-DSTARTUP_BARE",
      // Before register allocation it costs more spills than it saves stalls.
      "-fno-schedule-insns"};
  if (core == CoreKind::cortex_m0 || core == CoreKind::cortex_m0plus ||
      core == CoreKind::cortex_m23) {
    // These cores have no ITM; the simulator takes the stores all the same.
    options.emplace_back("-DSRAMSCOPE_FORCE_MARKERS");
    options.emplace_back("-masm-syntax-unified");
  }
  return options;
}

std::vector<std::string> link_options() {
  return {"-nostartfiles", "-T", "firmware.ld", "-Wl,--gc-sections", "-Wl,-z,noexecstack"};
}

std::string linker_script(const Board& board, const Range& flash, const Range& ram) {
  return fmt::format(
             "/* {} */\n__flash_base = {:#010x};\n__flash_size = {:#x};\n__ram_base = {:#010x};\n"
             "__ram_size = {:#x};\n__stack_size = {:#x};\n__heap_size = 0;\n\n",
             board.name, flash.base, flash.size, ram.base, ram.size, kStackBytes) +
         std::string(embedded_source("cortex_m"));
}

std::string test_input_source(const Network& network) {
  const auto input = test_input(network.tensor(network.input).shape.size());
  std::string text = fmt::format(
      "// The input of the trial run: byte i is the top byte of x after i + 1 steps of\n"
      "// x = x * 1664525 + 1013904223 (mod 2^32), starting from x = 1.\n#include <stdint.h>\n\n"
      "extern const int8_t {0}[{1}];\nconst int8_t {0}[{1}] = {{",
      kTestInputSymbol, input.size());
  for (std::size_t i = 0; i < input.size(); ++i)
    text += fmt::format("{}{},", i % 24 == 0 ? "\n " : "", input[i]);
  return text + "\n};\n";
}

std::string fetch_function(const Shape& shape) {
  return fmt::format(
      "void network_fetch(int top, int left, int height, int width, int8_t* to, int row_bytes) {{\n"
      "  const int8_t* from = network_test_input + (top * {0} + left) * {1};\n"
      "  for (int y = 0; y < height; ++y, from += {0} * {1}, to += row_bytes) {{\n"
      "    memcpy(to, from, (size_t)(width * {1}));\n  }}\n}}\n\n",
      shape.width, shape.channels);
}

constexpr std::string_view kMainStart =
    R"(// Runs the network once on a test input and prints the output's FNV-1a checksum.
#include <stddef.h>
#include <string.h>

#include "network.h"
#include "sramscope/marker.h"

extern const int8_t network_test_input[];

#if defined(__arm__)
#include "semihosting.h"
static void print(const char* text) { semihosting(kSysWrite0, text); }
#else
#include <stdio.h>
static void print(const char* text) { fputs(text, stdout); }
#endif

static void print_hex(uint32_t value) {
  char text[10];
  for (int i = 0; i < 8; ++i) text[i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15];
  text[8] = '\n';
  text[9] = '\0';
  print(text);
}

)";

constexpr std::string_view kMainEnd =
    R"(  network_run();
  uint32_t hash = UINT32_C(2166136261);
  for (int i = 0; i < kNetworkOutputBytes; ++i) {
    hash = (hash ^ (uint8_t)network_output()[i]) * UINT32_C(16777619);
  }
  print("FNV ");
  print_hex(hash);
  return 0;
}
)";

std::string main_source(const Network& network, const MemoryPlan& plan) {
  std::string text(kMainStart);
  const bool fetch = plan.schedule.fetch_input;
  if (fetch) text += fetch_function(network.tensor(network.input).shape);
  text +=
      "int main(void) {\n"
      "  SRAMSCOPE_TENSOR(\"arena\", network_arena, sizeof network_arena);\n";
  if (!fetch) text += "  memcpy(network_input(), network_test_input, kNetworkInputBytes);\n";
  return text + std::string(kMainEnd);
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

std::string makefile(const GeneratedFirmware& firmware) {
  return fmt::format(
      "# make: firmware.elf; make host: the same network for this machine.\n"
      "CC = arm-none-eabi-gcc\nHOST_CC = cc\nSOURCES = {0}\n\nfirmware.elf: $(SOURCES:.c=.o) "
      "firmware.ld\n"
      "\t$(CC) {1} $(SOURCES:.c=.o) {2} -o $@\n\n%.o: %.c\n\t$(CC) {1} -c $< -o $@\n\n"
      "host: $(filter-out startup.c,$(SOURCES))\n\t$(HOST_CC) -std=c11 -O2 -I. $^ -o $@\n\n"
      "clean:\n\trm -f *.o firmware.elf host\n\n.PHONY: clean\n",
      joined(firmware.sources), joined(firmware.compile_options), joined(firmware.link_options));
}

std::string cmake_file(const GeneratedFirmware& firmware) {
  return fmt::format(
      "# cmake -B build -DCMAKE_C_COMPILER=arm-none-eabi-gcc -DCMAKE_SYSTEM_NAME=Generic\n"
      "cmake_minimum_required(VERSION 3.20)\nset(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)\n"
      "project(firmware C)\nadd_executable(firmware.elf {})\n"
      "target_include_directories(firmware.elf PRIVATE ${{CMAKE_CURRENT_SOURCE_DIR}})\n"
      "target_compile_options(firmware.elf PRIVATE {})\n"
      "target_link_options(firmware.elf PRIVATE {} -L${{CMAKE_CURRENT_SOURCE_DIR}})\n",
      joined(firmware.sources), joined(firmware.compile_options),
      joined({firmware.compile_options[0], "-mthumb", joined(firmware.link_options)}));
}

}  // namespace

Result<bool> add_board_files(const Network& network, const MemoryPlan& plan, const Board& board,
                             GeneratedFirmware& firmware) {
  const auto flash = flash_of(board);
  const auto ram = ram_of(board);
  if (!flash || !ram) {
    return Error{fmt::format("board {}: firmware needs a region of kind flash and one of kind sram",
                             board.name)};
  }
  for (const char* source : {"main.c", "startup.c", "test_input.c"})
    firmware.sources.emplace_back(source);
  firmware.compile_options = compile_options(board.core);
  firmware.link_options = link_options();
  auto& files = firmware.files;
  files.push_back({"main.c", main_source(network, plan)});
  files.push_back({"startup.c", std::string(embedded_source("startup"))});
  files.push_back({"semihosting.h", std::string(embedded_source("semihosting"))});
  files.push_back({"test_input.c", test_input_source(network)});
  files.push_back({"firmware.ld", linker_script(board, *flash, *ram)});
  files.push_back({"layer_map.json", to_json(firmware.map)});
  files.push_back({"Makefile", makefile(firmware)});
  files.push_back({"CMakeLists.txt", cmake_file(firmware)});
  return true;
}

}  // namespace sramscope::models

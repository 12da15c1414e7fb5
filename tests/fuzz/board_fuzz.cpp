// parse_board on any bytes.
#include "memory/embedded_boards.h"
#include "sramscope/board.h"
#include "tests/fuzz/fuzz.h"

using namespace sramscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto board = parse_board({reinterpret_cast<const char*>(data), size}, "fuzz.json");
  if (!board) return 0;
  static_cast<void>(board->ram_bytes());
  for (Addr address : {Addr{0}, Addr{0x20000000}, Addr{0xffffffff}})
    static_cast<void>(board->region_at(address));
  return 0;
}

std::vector<std::vector<std::uint8_t>> test::fuzz_seeds() {
  std::vector<std::vector<std::uint8_t>> seeds;
  for (const auto& file : memory::embedded_boards())
    seeds.emplace_back(file.text.begin(), file.text.end());
  return seeds;
}

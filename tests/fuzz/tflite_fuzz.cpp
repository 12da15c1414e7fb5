// import_tflite and the plan of what it accepts, on any bytes.
#include "sramscope/network.h"
#include "sramscope/schedule.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/random_network.h"
#include "tests/support/tflite_writer.h"

using namespace sramscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto network = import_tflite({data, size}, "fuzz.tflite");
  if (!network) return 0;
  static_cast<void>(macs(*network));
  static_cast<void>(make_plan(*network, layer_by_layer(*network)));
  return 0;
}

std::vector<std::vector<std::uint8_t>> test::fuzz_seeds() {
  std::vector<std::vector<std::uint8_t>> seeds;
  for (const std::uint32_t seed : {1u, 2u, 5u, 9u})
    seeds.push_back(write_tflite(random_network(seed)));
  return seeds;
}

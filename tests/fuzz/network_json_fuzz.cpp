// parse_network and the plan of what it accepts, on any bytes.
#include "sramscope/network.h"
#include "sramscope/schedule.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/random_network.h"

using namespace sramscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto network = parse_network({reinterpret_cast<const char*>(data), size}, "fuzz.json");
  if (!network) return 0;
  static_cast<void>(macs(*network));
  static_cast<void>(make_plan(*network, layer_by_layer(*network)));
  static_cast<void>(to_json(*network));
  return 0;
}

std::vector<std::vector<std::uint8_t>> test::fuzz_seeds() {
  std::vector<std::vector<std::uint8_t>> seeds;
  for (const std::uint32_t seed : {1u, 2u, 5u}) {
    const auto text = to_json(random_network(seed));
    seeds.emplace_back(text.begin(), text.end());
  }
  const std::string small =
      R"({"format": "sramscope-network", "version": 1, "name": "n", "seed": 3,
          "input": {"name": "x", "shape": [8, 8, 3]}, "layers": [
          {"name": "a", "op": "conv_2d", "inputs": ["x"], "channels": 4, "kernel": [3, 3],
           "padding": "same"}, {"name": "b", "op": "add", "inputs": ["a", "a"]},
          {"name": "c", "op": "softmax", "inputs": ["b"], "beta": 1}]})";
  seeds.emplace_back(small.begin(), small.end());
  return seeds;
}

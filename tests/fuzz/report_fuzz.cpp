// report_from_json on any bytes; what it accepts must print, compare and write itself again.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sramscope/compare.h"
#include "sramscope/report.h"
#include "tests/fuzz/fuzz.h"

using namespace sramscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto report = report_from_json({reinterpret_cast<const char*>(data), size}, "fuzz.json");
  if (!report) return 0;
  const std::string json = to_json(*report);
  const auto again = report_from_json(json, "again.json");
  if (!again || to_json(*again) != json) std::abort();
  static_cast<void>(to_text(*report, {}));
  static_cast<void>(check_conservation(*report));
  static_cast<void>(to_text(compare(*report, *again), {}, 1024));
  return 0;
}

std::vector<std::vector<std::uint8_t>> test::fuzz_seeds() {
  std::ifstream file(SRAMSCOPE_SOURCE_DIR "/tests/golden/report.json", std::ios::binary);
  return {{std::istreambuf_iterator<char>(file), {}}};
}

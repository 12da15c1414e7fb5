// For libFuzzer: writes the target's seeds into the directory that SRAMSCOPE_FUZZ_CORPUS names, so
// that it starts from good inputs.
#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  const char* directory = std::getenv("SRAMSCOPE_FUZZ_CORPUS");
  if (directory == nullptr) return 0;
  int number = 0;
  for (const auto& seed : sramscope::test::fuzz_seeds()) {
    std::ofstream file(std::string(directory) + "/seed" + std::to_string(number++),
                       std::ios::binary);
    file.write(reinterpret_cast<const char*>(seed.data()),
               static_cast<std::streamsize>(seed.size()));
  }
  return 0;
}

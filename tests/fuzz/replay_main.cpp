// Runs one fuzz target without libFuzzer, the same way every time:
//   x_fuzz              the target's seeds and 4,000 mutations of them
//   x_fuzz N            N mutations
//   x_fuzz file...      the files, such as a crash that a fuzzer found
// With clang, link the target with -fsanitize=fuzzer in place of this file.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "tests/fuzz/fuzz.h"

namespace {

using Bytes = std::vector<std::uint8_t>;

/// Numbers at which sizes and offsets go wrong.
constexpr std::uint32_t kAwkward[] = {
    0, 1, 4, 0x7f, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff};

class Mutator {
 public:
  Bytes mutate(Bytes bytes) {
    for (std::size_t left = 1 + below(4); left > 0; --left) mutate_once(bytes);
    return bytes;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  void mutate_once(Bytes& bytes) {
    const std::size_t at = below(bytes.size());
    const auto here = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(5)) {
      case 0:
        if (!bytes.empty()) bytes[at] = static_cast<std::uint8_t>(random_());
        break;
      case 1: {
        const std::uint32_t word = kAwkward[below(std::size(kAwkward))];
        for (std::size_t i = 0; i < 4 && at / 4 * 4 + i < bytes.size(); ++i) {
          bytes[at / 4 * 4 + i] = static_cast<std::uint8_t>(word >> (8 * i));
        }
        break;
      }
      case 2:
        bytes.resize(at);
        break;
      case 3:
        bytes.insert(here, 1 + below(8), static_cast<std::uint8_t>(random_()));
        break;
      default: {
        const std::size_t count = std::min(bytes.size() - at, 1 + below(16));
        bytes.erase(here, here + static_cast<std::ptrdiff_t>(count));
      }
    }
  }

  std::mt19937 random_{20240611};
};

int run(const Bytes& bytes) { return LLVMFuzzerTestOneInput(bytes.data(), bytes.size()); }

int replay_files(int count, char** paths) {
  for (int i = 0; i < count; ++i) {
    std::ifstream file(paths[i], std::ios::binary);
    if (!file) return std::fprintf(stderr, "cannot open %s\n", paths[i]), 2;
    run(Bytes(std::istreambuf_iterator<char>(file), {}));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  unsigned long mutations = 4000;
  if (argc >= 2) {
    char* end = nullptr;
    mutations = std::strtoul(argv[1], &end, 10);
    if (argc > 2 || *end != '\0') return replay_files(argc - 1, argv + 1);
  }
  Mutator mutator;
  const std::vector<Bytes> seeds = sramscope::test::fuzz_seeds();
  for (const Bytes& seed : seeds) run(seed);
  for (unsigned long i = 0; i < mutations; ++i) run(mutator.mutate(seeds[i % seeds.size()]));
  return 0;
}

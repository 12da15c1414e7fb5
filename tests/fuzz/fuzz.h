#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

/// The body of one fuzz target, as libFuzzer wants it: must return 0 and not crash, whatever the
/// bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace sramscope::test {

/// Inputs from which the replay makes its mutations: good ones, so that they get past the first
/// check.
std::vector<std::vector<std::uint8_t>> fuzz_seeds();

}  // namespace sramscope::test

// Our floating point against cases of Berkeley TestFloat 3e, whose results are Berkeley SoftFloat's
// (build it with SPECIALIZE_TYPE=ARM-VFPv2). Neither is part of this repository: build
// testfloat_gen elsewhere, then
//
//   testfloat_gen -tininessbefore -rmin f32_mul | softfloat_check f32_mul min [cases at most]
//
// A line of its output is operands, result and flags, in hexadecimal. Both the host's FPU in front
// (fpu_fast.h) and the arithmetic behind it are checked, value and flags. Prints the counts; ends
// with status 1 on a mismatch.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "isa/fpu.h"
#include "isa/fpu_fast.h"

namespace sramscope::testing {
namespace {

namespace fpu = isa::fpu;
using fpu::Double;
using fpu::Half;
using fpu::Rounding;
using fpu::Single;

struct Result {
  std::uint64_t slow = 0;
  std::uint32_t slow_fpscr = 0;
  std::uint64_t fast = 0;
  std::uint32_t fast_fpscr = 0;
};

struct TestCase {
  std::uint64_t operands[3];
  unsigned operand_count = 0;
  std::uint64_t result = 0;
  std::uint32_t flags = 0;
};

/// Their flags are, from bit 4 down: invalid, infinite, overflow, underflow, inexact.
std::uint32_t fpscr_flags(std::uint32_t theirs) {
  std::uint32_t ours = 0;
  for (unsigned bit = 0; bit < 5; ++bit) ours |= (theirs >> (4 - bit) & 1) << bit;
  return ours;
}

template <class F>
bool arithmetic(std::string_view name, const TestCase& c, Result& r) {
  using B = fpu::Bits<F>;
  const auto a = static_cast<B>(c.operands[0]);
  const auto b = static_cast<B>(c.operands[1]);
  const auto third = static_cast<B>(c.operands[2]);
  std::uint32_t& s = r.slow_fpscr;
  std::uint32_t& f = r.fast_fpscr;
  if (name == "add") {
    r.slow = fpu::add<F>(a, b, s), r.fast = fpu::fast::add<F>(a, b, f);
  } else if (name == "sub") {
    r.slow = fpu::sub<F>(a, b, s), r.fast = fpu::fast::sub<F>(a, b, f);
  } else if (name == "mul") {
    r.slow = fpu::mul<F>(a, b, s), r.fast = fpu::fast::mul<F>(a, b, f);
  } else if (name == "div") {
    r.slow = fpu::div<F>(a, b, s), r.fast = fpu::fast::div<F>(a, b, f);
  } else if (name == "sqrt") {
    r.slow = fpu::sqrt<F>(a, s), r.fast = fpu::fast::sqrt<F>(a, f);
  } else if (name == "mulAdd") {
    r.slow = fpu::mul_add<F>(third, a, b, s), r.fast = fpu::fast::mul_add<F>(third, a, b, f);
  } else {
    return false;
  }
  return true;
}

template <class F>
bool from_float(std::string_view name, const TestCase& c, Rounding mode, Result& r) {
  const auto a = static_cast<fpu::Bits<F>>(c.operands[0]);
  std::uint32_t& s = r.slow_fpscr;
  if (name == "to_ui32") {
    r.slow = fpu::to_fixed<F>(a, {.is_signed = false}, mode, s);
  } else if (name == "to_i32") {
    r.slow = fpu::to_fixed<F>(a, {}, mode, s);
  } else if (name == "roundToInt") {
    r.slow = fpu::round_to_integral<F>(a, mode, true, s);
  } else if (name == "to_f16") {
    r.slow = fpu::convert<Half, F>(a, s);
  } else if constexpr (sizeof(fpu::Bits<F>) == 4) {
    if (name != "to_f64") return arithmetic<F>(name, c, r);
    r.slow = fpu::convert<Double, F>(a, s);
  } else {
    if (name != "to_f32") return arithmetic<F>(name, c, r);
    r.slow = fpu::convert<Single, F>(a, s);
  }
  r.fast = r.slow, r.fast_fpscr = s;
  return true;
}

bool to_float(std::string_view name, const TestCase& c, Rounding mode, Result& r) {
  const auto a = static_cast<std::uint32_t>(c.operands[0]);
  std::uint32_t& s = r.slow_fpscr;
  const fpu::Fixed format{.is_signed = name[0] == 'i'};
  if (name == "ui32_to_f32" || name == "i32_to_f32") {
    r.slow = fpu::from_fixed<Single>(a, format, mode, s);
  } else if (name == "ui32_to_f64" || name == "i32_to_f64") {
    r.slow = fpu::from_fixed<Double>(a, format, mode, s);
  } else if (name == "f16_to_f32") {
    r.slow = fpu::convert<Single, Half>(static_cast<std::uint16_t>(a), s);
  } else if (name == "f16_to_f64") {
    r.slow = fpu::convert<Double, Half>(static_cast<std::uint16_t>(a), s);
  } else {
    return false;
  }
  r.fast = r.slow, r.fast_fpscr = s;
  return true;
}

bool compute(std::string_view name, const TestCase& c, Rounding mode, Result& r) {
  // Ties away from zero is no mode of FPSCR, but of VCVTA and VRINTA.
  const std::uint32_t modes =
      mode == Rounding::ties_away ? 0 : static_cast<std::uint32_t>(mode) << 22;
  r.slow_fpscr = r.fast_fpscr = modes;
  bool known = false;
  if (name.starts_with("f32_")) {
    known = from_float<Single>(name.substr(4), c, mode, r);
  } else if (name.starts_with("f64_")) {
    known = from_float<Double>(name.substr(4), c, mode, r);
  } else {
    known = to_float(name, c, mode, r);
  }
  r.slow_fpscr ^= modes;
  r.fast_fpscr ^= modes;
  return known;
}

bool parse(const char* line, TestCase& c) {
  std::uint64_t values[5];
  unsigned count = 0;
  for (char* end = nullptr; count < 5; ++count, line = end) {
    values[count] = std::strtoull(line, &end, 16);
    if (end == line) break;
  }
  if (count < 3) return false;
  c.operand_count = count - 2;
  for (unsigned i = 0; i < c.operand_count; ++i) c.operands[i] = values[i];
  c.result = values[count - 2];
  c.flags = fpscr_flags(static_cast<std::uint32_t>(values[count - 1]));
  return true;
}

bool is_nan(std::string_view name, std::uint64_t value) {
  return name.starts_with("f32") ? (value & 0x7fffffff) > 0x7f800000
                                 : (value & ~(1ull << 63)) > 0x7ff0000000000000;
}

/// A fused multiply-add of several NaNs takes the addend's first (ARM ARM, FPProcessNaNs3);
/// SoftFloat the product's. With infinity times zero it is the default NaN, also when the addend is
/// a quiet NaN (FPMulAdd).
bool nan_of_fused(std::string_view name, const TestCase& c, const Result& r) {
  const bool fused = name.ends_with("mulAdd");
  return fused && is_nan(name, c.result) && is_nan(name, r.slow) && is_nan(name, c.operands[2]) &&
         r.slow == r.fast && r.slow_fpscr == c.flags && r.fast_fpscr == c.flags;
}

int check_all(std::string_view name, Rounding mode, long limit) {
  char line[256];
  long cases = 0;
  long explained = 0;
  long wrong = 0;
  TestCase c{};
  while (cases < limit && std::fgets(line, sizeof line, stdin) != nullptr) {
    if (!parse(line, c)) continue;
    Result r;
    if (!compute(name, c, mode, r)) {
      std::fprintf(stderr, "unknown operation\n");
      return 2;
    }
    ++cases;
    if (r.slow == c.result && r.fast == c.result && r.slow_fpscr == c.flags &&
        r.fast_fpscr == c.flags) {
      continue;
    }
    if (nan_of_fused(name, c, r)) {
      ++explained;
    } else if (++wrong <= 5) {
      std::printf("  %s  here %llx %x, by the host %llx %x, flags expected %x\n",
                  std::string(line, std::string_view(line).find('\n')).c_str(),
                  static_cast<unsigned long long>(r.slow), r.slow_fpscr,
                  static_cast<unsigned long long>(r.fast), r.fast_fpscr, c.flags);
    }
  }
  std::printf("%s: %ld cases, %ld mismatches, %ld of the order of NaNs\n",
              std::string(name).c_str(), cases, wrong, explained);
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace sramscope::testing

int main(int argc, char** argv) {
  using sramscope::isa::fpu::Rounding;
  if (argc < 3) return 2;
  const std::string_view text = argv[2];
  Rounding mode = Rounding::nearest;
  if (text == "max") mode = Rounding::up;
  if (text == "min") mode = Rounding::down;
  if (text == "minMag") mode = Rounding::zero;
  if (text == "near_maxMag") mode = Rounding::ties_away;
  return sramscope::testing::check_all(argv[1], mode,
                                       argc > 3 ? std::atol(argv[3]) : 1'000'000'000);
}

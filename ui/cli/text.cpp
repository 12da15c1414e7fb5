#include "ui/cli/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace sramscope::cli {
namespace {

/// Four significant digits, as far as there are any behind the point.
std::string four_digits(double value) {
  const int decimals = value < 10 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0;
  return fmt::format("{:.{}f}", value, decimals);
}

struct Number {
  double value = 0;
  std::string suffix;  ///< lower case
};

std::optional<Number> split_number(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) {
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return Number{static_cast<double>(value), ""};
  }
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || !(value >= 0)) return std::nullopt;
  std::string suffix(end, text.data() + text.size());
  std::ranges::transform(suffix, suffix.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return Number{value, suffix};
}

Result<std::uint64_t> scaled(std::string_view text, double base, bool bytes) {
  const std::string expected =
      bytes ? "a size in bytes like 262144, 256K or 1M" : "a count like 5000000 or 5M";
  const Error error{fmt::format("expected {}, got \"{}\"", expected, text)};
  const auto number = split_number(text);
  if (!number) return error;
  std::string suffix = number->suffix;
  if (bytes && suffix.ends_with('b')) suffix.pop_back();
  double scale = 1;
  if (!suffix.empty()) {
    const auto power = std::string_view("kmgt").find(suffix[0]);
    if (suffix.size() != 1 || power == std::string_view::npos) return error;
    scale = std::pow(base, static_cast<double>(power + 1));
  }
  const double value = std::round(number->value * scale);
  if (value >= static_cast<double>(std::numeric_limits<std::uint64_t>::max())) return error;
  return static_cast<std::uint64_t>(value);
}

/// Edit distance with transpositions of neighbours ("rnu" is one step from "run").
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string format_count(std::uint64_t count) {
  if (count < 10'000) return fmt::format("{}", count);
  constexpr std::array kPrefixes{'k', 'M', 'G', 'T', 'P', 'E'};
  double value = static_cast<double>(count);
  std::size_t prefix = 0;
  for (value /= 1000; value >= 999.95 && prefix + 1 < kPrefixes.size(); value /= 1000) ++prefix;
  return fmt::format("{} {}", four_digits(value), kPrefixes[prefix]);
}

std::string format_seconds(double seconds) {
  if (seconds <= 0) return "0 s";
  if (seconds < 1e-3) return four_digits(seconds * 1e6) + " us";
  if (seconds < 1) return four_digits(seconds * 1e3) + " ms";
  return four_digits(seconds) + " s";
}

std::string format_bytes(std::uint64_t bytes) {
  const double value = static_cast<double>(bytes);
  if (bytes < 1024) return fmt::format("{} B", bytes);
  if (bytes < 1024 * 1024) return fmt::format("{:.1f} kB", value / 1024);
  return fmt::format("{:.1f} MB", value / (1024 * 1024));
}

std::string format_address(std::uint32_t address) { return fmt::format("0x{:08x}", address); }

Result<std::uint64_t> parse_count(std::string_view text) {
  return scaled(text, 1000, /*bytes=*/false);
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  return scaled(text, 1024, /*bytes=*/true);
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const auto d = distance(word, candidate);
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

}  // namespace sramscope::cli

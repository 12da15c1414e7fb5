#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "profiler/compare_facts.h"
#include "profiler/format.h"
#include "sramscope/compare.h"

namespace sramscope {
namespace {

using namespace profiler;  // NOLINT(google-build-using-namespace): this file is part of it

constexpr std::size_t kWidestName = 20;
constexpr std::size_t kValueWidth = 8;
constexpr std::size_t kMostNames = 4;

/// Bars of both runs on one scale.
class Chart {
 public:
  Chart(const Comparison& comparison, const TextStyle& style, std::uint64_t limit)
      : comparison_(comparison), paint_(style.colour), limit_(limit), scale_(limit) {
    for (const BlockComparison& block : comparison.blocks) {
      name_width_ = std::max(name_width_, std::min(width_of(block.name), kWidestName));
      scale_ = std::max({scale_, block.a.live_peak, block.b.live_peak});
    }
    const std::size_t fixed = name_width_ + 2 * (2 + 1 + 1 + kValueWidth + 2);
    bar_ = style.width > fixed + 16 ? std::min<std::size_t>((style.width - fixed) / 2, 48) : 8;
  }

  std::string text() const {
    std::string result = "Peak SRAM (live) per block";
    if (limit_ > 0) {
      result += fmt::format(", limit {} at |", limit_text(limit_));
    }
    const std::size_t side = bar_ + 1 + 1 + kValueWidth + 2;
    std::string header = align_left("block", name_width_) + "  " +
                         align_left(shortened(comparison_.title_a, side), side) + "  " +
                         shortened(comparison_.title_b, side);
    result = paint_.bold(result) + "\n" + paint_.faint(header) + "\n";
    for (const BlockComparison& block : comparison_.blocks) {
      std::string line = align_left(shortened(block.name, kWidestName), name_width_) + "  " +
                         side_text(block.a) + "  " + side_text(block.b);
      line.erase(line.find_last_not_of(' ') + 1);
      result += line + "\n";
    }
    return result;
  }

 private:
  std::size_t columns(std::uint64_t bytes) const {
    const double share = scale_ == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(scale_);
    return static_cast<std::size_t>(std::lround(share * static_cast<double>(bar_)));
  }

  std::string side_text(const BlockComparison::Side& side) const {
    const bool over = limit_ > 0 && side.live_peak > limit_;
    const std::size_t limit_at = std::min(columns(limit_), scale_ > limit_ ? bar_ - 1 : bar_);
    std::size_t filled = std::max<std::size_t>(columns(side.live_peak), side.live_peak > 0 ? 1 : 0);
    if (limit_ >
        0) {  // the picture must not contradict the figures where both fall into one column
      filled = over ? std::max(filled, limit_at + 1) : std::min(filled, limit_at);
    }
    std::string bar = std::string(filled, '#');
    bar.resize(std::max(bar_, filled), ' ');
    bar.insert(limit_ > 0 ? limit_at : bar.size(), limit_ > 0 ? "|" : " ");
    bar.resize(bar_ + 1);
    const std::string value =
        align_right(side.present ? bytes_text(side.live_peak) : "-", kValueWidth);
    const std::string text = bar + " " + value + (over ? " !" : "  ");
    return over ? paint_.red(text) : text;
  }

  const Comparison& comparison_;
  Paint paint_;
  std::uint64_t limit_;
  std::uint64_t scale_;
  std::size_t name_width_ = 5;
  std::size_t bar_ = 8;
};

std::string outputs_text(const Comparison& comparison) {
  if (comparison.same_output) {
    return comparison.a.console_bytes == 0
               ? "nothing printed"
               : fmt::format("identical (FNV {})", comparison.a.console_fnv1a);
  }
  return fmt::format("DIFFERENT (FNV {} and {})", comparison.a.console_fnv1a,
                     comparison.b.console_fnv1a);
}

std::string totals_table(const Comparison& comparison, const TextStyle& style,
                         std::uint64_t limit) {
  const Report& a = comparison.a;
  const Report& b = comparison.b;
  const std::size_t title_width = std::max<std::size_t>(kWidestName, style.width / 4);
  Table table;
  table.column("", Table::Align::left);
  table.column(shortened(comparison.title_a, title_width));
  table.column(shortened(comparison.title_b, title_width));
  table.column("change");
  const auto bytes_row = [&](const char* name, std::uint64_t x, std::uint64_t y,
                             bool bold = false) {
    table.row({name, bytes_text(x), bytes_text(y), change_text(x, y)}, bold);
  };
  const auto count_row = [&](const char* name, std::uint64_t x, std::uint64_t y,
                             bool bold = false) {
    table.row({name, count_text(x), count_text(y), change_text(x, y)}, bold);
  };
  bytes_row("peak SRAM (live)", a.memory.live_peak, b.memory.live_peak, true);
  bytes_row("SRAM touched", a.memory.touched, b.memory.touched);
  bytes_row("deepest stack", a.memory.stack, b.memory.stack);
  count_row("cycles", a.total.cycles, b.total.cycles, true);
  const std::uint64_t hz_a = a.provenance.clock_hz;
  const std::uint64_t hz_b = b.provenance.clock_hz;
  table.row({hz_a == hz_b && hz_a > 0 ? "time at " + frequency_text(hz_a) : std::string("time"),
             time_text(a.total.cycles, hz_a), time_text(b.total.cycles, hz_b)});
  count_row("instructions", a.total.instructions, b.total.instructions);
  count_row("loads", a.total.loads, b.total.loads);
  bytes_row("flash read", a.total.flash_load_bytes, b.total.flash_load_bytes);
  if (limit > 0) {
    const auto fits = [&](const Report& r) { return r.memory.live_peak <= limit ? "yes" : "no"; };
    table.row({"fits " + limit_text(limit), fits(a), fits(b)});
  }
  const Paint paint(style.colour);
  const std::string outputs = "outputs            " + outputs_text(comparison);
  return table.text(style.width, 4, paint) +
         (comparison.same_output ? outputs : paint.red(outputs)) + "\n";
}

/// "block0", "block0 and block1", "block0, block1, block2 and block3", "block0 to block7 (8
/// blocks)".
std::string names_text(const Comparison& comparison, const std::vector<std::size_t>& indices) {
  const auto name = [&](std::size_t i) { return comparison.blocks[indices[i]].name; };
  if (indices.size() > kMostNames) {
    return fmt::format("{} to {} ({} blocks)", name(0), name(indices.size() - 1), indices.size());
  }
  std::string text = name(0);
  for (std::size_t i = 1; i < indices.size(); ++i) {
    text += (i + 1 == indices.size() ? " and " : ", ") + name(i);
  }
  return text;
}

/// Which blocks ran how often: "net_patch runs block0 and block1 4 times (patches), net_layer
/// once."
std::string repetition_lines(const Comparison& comparison, const CompareFacts& facts) {
  std::string text;
  std::vector<std::size_t> todo = facts.repeated;
  while (!todo.empty()) {
    const BlockComparison& first = comparison.blocks[todo.front()];
    std::vector<std::size_t> same;
    std::vector<std::size_t> rest;
    for (const std::size_t i : todo) {
      const BlockComparison& block = comparison.blocks[i];
      const bool equal =
          block.a.executions == first.a.executions && block.b.executions == first.b.executions;
      (equal ? same : rest).push_back(i);
    }
    const bool more_in_b = first.b.executions > first.a.executions;
    const std::uint64_t more = std::max(first.a.executions, first.b.executions);
    const std::uint64_t fewer = std::min(first.a.executions, first.b.executions);
    text += fmt::format("{} runs {} {} times{}, {} {}.\n",
                        more_in_b ? comparison.title_b : comparison.title_a,
                        names_text(comparison, same), more, fewer == 1 ? " (patches)" : "",
                        more_in_b ? comparison.title_a : comparison.title_b,
                        fewer == 1 ? "once" : fmt::format("{} times", fewer));
    todo = rest;
  }
  return text;
}

/// The schedule that each run shows, where one of them is more than layer after layer: "patch:
/// layers 0-4 ran 4 times: 2x2 patches, then 50 layers once."
std::string schedule_lines(const Comparison& comparison) {
  const auto repeats = [](const Report& report) {
    return std::any_of(report.schedule.steps.begin(), report.schedule.steps.end(),
                       [](const ScheduleStep& step) { return step.repeats > 1; });
  };
  if (!repeats(comparison.a) && !repeats(comparison.b)) return "";
  std::string text;
  for (const auto& [title, report] : {std::pair(&comparison.title_a, &comparison.a),
                                      std::pair(&comparison.title_b, &comparison.b)}) {
    if (report->schedule.sentence.empty()) continue;
    text += fmt::format("{}: {}.\n", *title, report->schedule.sentence);
  }
  return text;
}

std::string peak_sentence(const Comparison& comparison) {
  const std::uint64_t a = comparison.a.memory.live_peak;
  const std::uint64_t b = comparison.b.memory.live_peak;
  std::string text =
      fmt::format("peak SRAM {} -> {} B ({})", grouped(a), grouped(b), change_text(a, b));
  const std::string place_a = peak_place(comparison.a);
  const std::string place_b = peak_place(comparison.b);
  if (comparison.a.layers.empty() && comparison.b.layers.empty()) {
    return text + ".\n";
  }
  return text + (place_a == place_b
                     ? fmt::format(": set by {} in both.\n", place_a)
                     : fmt::format(": was set by {}, now by {}.\n", place_a, place_b));
}

std::string signed_count(Cycles before, Cycles after) {
  return after >= before ? "+" + count_text(after - before) : "-" + count_text(before - after);
}

std::string cycles_sentence(const Comparison& comparison, const CompareFacts& facts) {
  const Cycles a = comparison.a.total.cycles;
  const Cycles b = comparison.b.total.cycles;
  std::string text =
      fmt::format("cycles {} -> {} ({})", count_text(a), count_text(b), change_text(a, b));
  if (facts.repeated.empty()) {
    return text + ".\n";
  }
  const std::string elsewhere =
      facts.other_a == facts.other_b
          ? "the rest is the same"
          : signed_count(facts.other_a, facts.other_b) + " in everything else";
  return text + fmt::format(": {} in {} (halo and calls: {}), {}.\n",
                            signed_count(facts.repeated_a, facts.repeated_b),
                            names_text(comparison, facts.repeated),
                            change_text(facts.repeated_a, facts.repeated_b), elsewhere);
}

}  // namespace

std::string to_text(const Comparison& comparison, const TextStyle& style,
                    std::uint64_t limit_bytes) {
  TextStyle at_least = style;
  at_least.width = std::max(style.width, 60U);
  const Paint paint(style.colour);
  std::string text;
  if (!comparison.blocks.empty()) {
    text += Chart(comparison, at_least, limit_bytes).text() + "\n";
  }
  text += totals_table(comparison, at_least, limit_bytes) + "\n";
  const CompareFacts facts = compare_facts(comparison);
  for (const std::string& sentence :
       {schedule_lines(comparison), repetition_lines(comparison, facts), peak_sentence(comparison),
        cycles_sentence(comparison, facts)}) {
    std::size_t begin = 0;
    for (std::size_t end = sentence.find('\n'); end != std::string::npos;
         end = sentence.find('\n', begin)) {
      text += wrapped(std::string_view(sentence).substr(begin, end - begin), at_least.width, 2);
      begin = end + 1;
    }
  }
  for (const std::string& caveat : caveats(comparison)) {
    text += paint.yellow("warning: ") + wrapped(caveat + ".", at_least.width - 9, 9);
  }
  return text;
}

}  // namespace sramscope

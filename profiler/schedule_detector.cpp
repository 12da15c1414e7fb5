#include "profiler/schedule_detector.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "profiler/layer_source.h"
#include "profiler/report_facts.h"

namespace sramscope::profiler {
namespace {

using Sequence = std::span<const std::uint32_t>;

/// Longer units are not searched for repetitions.
constexpr std::size_t kLongestUnit = 20'000;
/// With more steps than that there is no order worth telling.
constexpr std::size_t kMostSteps = 32;
/// How many ends of a repeated part are tried.
constexpr std::size_t kMostPeriods = 64;

/// How often the whole sequence is one part repeated.
std::size_t whole_repeats(Sequence sequence, std::size_t layer_count) {
  std::vector<std::size_t> counts(layer_count);
  for (const std::uint32_t layer : sequence) ++counts[layer];
  const std::size_t most =
      std::accumulate(counts.begin(), counts.end(), std::size_t{0},
                      [](std::size_t a, std::size_t b) { return std::gcd(a, b); });
  for (std::size_t repeats = most; repeats > 1; --repeats) {
    if (most % repeats != 0) continue;
    const std::size_t period = sequence.size() / repeats;
    if (std::equal(sequence.begin() + static_cast<std::ptrdiff_t>(period), sequence.end(),
                   sequence.begin())) {
      return repeats;
    }
  }
  return 1;
}

/// A part of the unit: `period` executions, `repeats` times.
struct Part {
  std::size_t begin = 0;
  std::size_t period = 1;
  std::size_t repeats = 1;
};

/// How often the first `period` elements come one after the other.
std::size_t repeats_of(Sequence rest, std::size_t period) {
  std::size_t repeats = 1;
  while ((repeats + 1) * period <= rest.size() &&
         std::equal(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(period),
                    rest.begin() + static_cast<std::ptrdiff_t>(repeats * period))) {
    ++repeats;
  }
  return repeats;
}

/// The repetition at the begin of `rest` that covers most of it, the shortest part of those.
Part largest_repetition(Sequence rest) {
  Part best;
  std::size_t tried = 0;
  for (std::size_t period = 1; period * 2 <= rest.size() && tried < kMostPeriods; ++period) {
    if (rest[period] != rest[0]) continue;
    ++tried;
    const std::size_t repeats = repeats_of(rest, period);
    if (repeats > 1 && repeats * period > best.repeats * best.period) best = {0, period, repeats};
  }
  return best;
}

/// Cuts the unit into parts; what does not repeat is joined.
std::vector<Part> parts_of(Sequence unit) {
  std::vector<Part> parts;
  for (std::size_t at = 0; at < unit.size();) {
    Part part = largest_repetition(unit.subspan(at));
    part.begin = at;
    at += part.period * part.repeats;
    if (part.repeats == 1 && !parts.empty() && parts.back().repeats == 1) {
      ++parts.back().period;
    } else {
      parts.push_back(part);
    }
  }
  return parts;
}

std::string times(std::uint64_t count) {
  return count == 1 ? "once" : fmt::format("{} times", count);
}

class Describer {
 public:
  Describer(Sequence unit, const std::optional<PatchGrid>& patches)
      : unit_(unit), patches_(patches) {}

  ScheduleReport run(std::size_t whole) {
    const std::vector<Part> parts = parts_of(unit_);
    if (parts.size() > kMostSteps) return {};
    for (const Part& part : parts) add(part, parts.size());
    if (whole > 1) {
      const std::string each = fmt::format("{} runs of the network", whole);
      report_.sentence =
          parts.size() == 1 && parts[0].repeats == 1
              ? fmt::format("{}, {} in each", each, counted(distinct(parts[0]), "layer"))
              : fmt::format("{}, in each {}", each, report_.sentence);
    }
    return std::move(report_);
  }

 private:
  std::set<std::uint32_t> layers_of(const Part& part) const {
    const Sequence once = unit_.subspan(part.begin, part.period);
    return {once.begin(), once.end()};
  }
  std::uint64_t distinct(const Part& part) const { return layers_of(part).size(); }

  void add(const Part& part, std::size_t count) {
    const std::set<std::uint32_t> layers = layers_of(part);
    ScheduleStep step;
    step.first_layer = *layers.begin();
    step.last_layer = *layers.rbegin();
    step.repeats = part.repeats;
    const bool is_grid =
        patches_ && std::uint64_t{patches_->rows} * patches_->columns == part.repeats;
    if (is_grid && part.repeats > 1) {
      step.patch_rows = patches_->rows;
      step.patch_columns = patches_->columns;
    }
    const bool first = report_.steps.empty();
    report_.sentence += first ? "" : ", then ";
    report_.sentence += phrase(step, layers.size(), first, count);
    report_.steps.push_back(step);
  }

  static std::string phrase(const ScheduleStep& step, std::uint64_t layers, bool first,
                            std::size_t count) {
    const bool by_count = step.repeats == 1 && (!first || count == 1);
    std::string text = by_count ? counted(layers, "layer")
                       : layers == 1
                           ? fmt::format("layer {}", step.first_layer)
                           : fmt::format("layers {}-{}", step.first_layer, step.last_layer);
    text += (first ? " ran " : " ") + times(step.repeats);
    if (step.patch_rows > 0) {
      text += fmt::format(": {}x{} patches", step.patch_rows, step.patch_columns);
    }
    return text;
  }

  Sequence unit_;
  const std::optional<PatchGrid>& patches_;
  ScheduleReport report_;
};

}  // namespace

ScheduleReport detect_schedule(std::span<const LayerReport> layers, Sequence sequence,
                               const std::optional<PatchGrid>& patches) {
  if (sequence.empty()) return {};
  const std::size_t whole = whole_repeats(sequence, layers.size());
  const Sequence unit = sequence.first(sequence.size() / whole);
  if (unit.size() > kLongestUnit) return {};
  return Describer(unit, patches).run(whole);
}

void fill_schedule(Report& report, const std::vector<std::uint32_t>& sequence,
                   const std::vector<std::uint32_t>& numbers,
                   const std::optional<PatchGrid>& patches) {
  std::vector<std::uint32_t> kept;
  for (const std::uint32_t layer : sequence) {
    if (numbers[layer] != kDroppedLayer) kept.push_back(numbers[layer]);
  }
  report.schedule = detect_schedule(report.layers, kept, patches);
}

StepFigures step_figures(const Report& report, const ScheduleStep& step) {
  StepFigures figures;
  for (std::uint32_t i = step.first_layer; i <= step.last_layer && i < report.layers.size(); ++i) {
    const LayerReport& layer = report.layers[i];
    const bool is_leaf =
        std::none_of(report.layers.begin() + i + 1, report.layers.end(),
                     [&](const LayerReport& other) { return other.parent == static_cast<int>(i); });
    if (!is_leaf) continue;
    ++figures.layers;
    figures.cycles += layer.inclusive.cycles;
    figures.runs = figures.runs == 0 ? layer.executions : std::min(figures.runs, layer.executions);
    figures.live_peak = std::max(figures.live_peak, layer.memory.live_peak);
  }
  return figures;
}

}  // namespace sramscope::profiler

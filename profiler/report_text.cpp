#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "profiler/format.h"
#include "profiler/layer_source.h"
#include "profiler/memory_text.h"
#include "profiler/report_facts.h"
#include "profiler/schedule_detector.h"
#include "sramscope/report.h"

namespace sramscope {
namespace {

using namespace profiler;  // NOLINT(google-build-using-namespace): this file is part of it

constexpr std::size_t kWidestName = 36;
constexpr std::size_t kMostTensorLines = 12;

/// The figures that every row has; `runs` is empty where executions make no sense.
struct RowFigures {
  const Counters& counters;
  const MemoryPeaks* memory = nullptr;
  std::uint64_t runs = 0;
};

class LayerTable {
 public:
  LayerTable(const Report& report, const TextStyle& style) : report_(report), style_(style) {
    repeats_ = std::any_of(report.layers.begin(), report.layers.end(),
                           [](const LayerReport& l) { return l.executions > 1; });
    for (std::size_t i = 0; i < std::min(report.provenance.caches.size(), kMostCaches); ++i) {
      const CacheUse& use = report.total.caches[i];
      if (use.hits + use.misses != 0) caches_.push_back(i);
    }
  }

  std::string text() {
    columns();
    const std::optional<std::size_t> peak = peak_layer(report_);
    for (std::size_t i = 0; i < report_.layers.size(); ++i) {
      const LayerReport& layer = report_.layers[i];
      const std::string name = std::string(2 * depth_of(report_, i), ' ') + layer.name;
      row(fmt::format("{}", i), name, {layer.inclusive, &layer.memory, layer.executions},
          peak == i);
    }
    if (!report_.layers.empty()) {
      row("", "outside layers", {report_.outside}, false);
    }
    row("", "total", {report_.total, &report_.memory}, false);
    return table_.text(style_.width, repeats_ ? 4 : 3, Paint(style_.colour));
  }

 private:
  void columns() {
    table_.column("#");
    table_.column("layer", Table::Align::left);
    if (repeats_) {
      table_.column("runs");
    }
    for (const char* title : {"cycles", "share", "live peak", "touched", "stack", "insns",
                              "cyc/insn", "loads", "stores", "flash read"}) {
      table_.column(title);
    }
    for (const std::size_t cache : caches_)
      table_.column(report_.provenance.caches[cache] + " hit");
  }

  void row(const std::string& number, const std::string& name, const RowFigures& figures,
           bool emphasised) {
    const std::size_t most =
        std::max<std::size_t>(14, std::min<std::size_t>(kWidestName, style_.width / 3));
    std::vector<std::string> cells{number, shortened(name, most)};
    if (repeats_) {
      cells.push_back(figures.runs > 1 ? fmt::format("x{}", figures.runs) : "");
    }
    const Counters& c = figures.counters;
    cells.insert(cells.end(), {count_text(c.cycles), share_text(c.cycles, report_.total.cycles)});
    const MemoryPeaks* memory = figures.memory;
    for (const auto value : {&MemoryPeaks::live_peak, &MemoryPeaks::touched, &MemoryPeaks::stack}) {
      cells.push_back(memory != nullptr ? bytes_text(memory->*value) : "");
    }
    cells.insert(cells.end(),
                 {count_text(c.instructions), ratio_text(c.cycles, c.instructions),
                  count_text(c.loads), count_text(c.stores), bytes_text(c.flash_load_bytes)});
    for (const std::size_t cache : caches_) {
      const CacheUse& use = c.caches[cache];
      cells.push_back(share_text(use.hits, use.hits + use.misses));
    }
    table_.row(std::move(cells), emphasised);
  }

  const Report& report_;
  const TextStyle& style_;
  bool repeats_ = false;
  /// Those that were asked, as indices into `Counters::caches`.
  std::vector<std::size_t> caches_;
  Table table_;
};

std::string peak_line(const Report& report, const TextStyle& style) {
  const MemoryPeaks& memory = report.memory;
  const std::optional<std::size_t> layer = peak_layer(report);
  const std::string where = layer ? fmt::format("in layer {} '{}'", *layer, path_of(report, *layer))
                            : report.layers.empty() ? std::string()
                                                    : std::string("outside the layers");
  const std::string line = fmt::format(
      "peak: {} ({} bytes) live {}{}at {} cycles; {} touched, {} of stack",
      bytes_text(memory.live_peak), grouped(memory.live_peak), where, where.empty() ? "" : " ",
      count_text(memory.peak_cycle), bytes_text(memory.touched), bytes_text(memory.stack));
  const std::string parts = peak_parts(report);
  std::string text = wrapped(parts.empty() ? line : line + " (" + parts + ")", style.width, 6);
  text.pop_back();
  return Paint(style.colour).bold(text) + "\n";
}

/// The tensors themselves when they are few; else they are for the JSON report.
std::string tensor_lines(const Report& report) {
  const std::string count = counted(report.tensors.size(), "tensor") + " named by the firmware";
  if (report.tensors.empty()) {
    return "";
  }
  if (report.tensors.size() > kMostTensorLines) {
    return count + " (in the JSON report)\n";
  }
  std::size_t width = 0;
  for (const TensorReport& tensor : report.tensors) {
    width = std::max(width, width_of(shortened(tensor.name, kWidestName)));
  }
  std::string text = count + ":\n";
  for (const TensorReport& tensor : report.tensors) {
    text +=
        fmt::format("  {}  0x{:08x}  {}\n", align_left(shortened(tensor.name, kWidestName), width),
                    tensor.address, align_right(bytes_text(tensor.size), 8));
  }
  return text;
}

/// What the run shows of its schedule, where that is more than one layer after the other.
std::string schedule_lines(const Report& report, std::size_t width) {
  const ScheduleReport& schedule = report.schedule;
  const bool plain = schedule.steps.size() == 1 && schedule.steps[0].repeats == 1;
  if (schedule.steps.empty() || plain) {
    return "";
  }
  std::string text = wrapped("schedule: " + schedule.sentence, width, 10);
  for (const ScheduleStep& step : schedule.steps) {
    const StepFigures figures = step_figures(report, step);
    const std::string name = step.first_layer == step.last_layer
                                 ? fmt::format("layer {}", step.first_layer)
                                 : fmt::format("layers {}-{}", step.first_layer, step.last_layer);
    const std::string each =
        figures.runs > 1
            ? fmt::format(" = {} x {}", figures.runs, count_text(figures.cycles / figures.runs))
            : "";
    text += fmt::format("  {:<14} {} of cycles ({}{}), live peak {}\n", name,
                        share_text(figures.cycles, report.total.cycles), count_text(figures.cycles),
                        each, bytes_text(figures.live_peak));
  }
  return text;
}

std::string warning_lines(const Report& report, const TextStyle& style) {
  std::vector<std::string> warnings = report.warnings;
  if (report.partial) {
    const std::string& message = report.stop.message;
    warnings.insert(
        warnings.begin(),
        fmt::format("partial: the run ended by {}{}{}", stop_kind_name(report.stop.kind),
                    message.empty() ? "" : ": ", message.substr(0, message.find('\n'))));
  }
  std::string text;
  for (const std::string& warning : warnings) {
    text += Paint(style.colour).yellow("warning: ") + wrapped(warning, style.width - 9, 9);
  }
  return text;
}

std::string provenance_lines(const Report& report, std::size_t width) {
  const Provenance& p = report.provenance;
  std::string line = fmt::format("board: {}{}, {}", p.board,
                                 p.board_derived ? " (made up from the ELF)" : "", p.core);
  if (p.clock_hz > 0) {
    line += " at " + frequency_text(p.clock_hz);
  }
  for (const Provenance::Memory& memory : p.memories) {
    if (memory.kind == "flash" || memory.wait_states > 0) {
      line += fmt::format(", {} {} WS", memory.name, memory.wait_states);
    }
  }
  std::string text = wrapped(line, width, 7);
  text +=
      wrapped(fmt::format("cycles: model {}, version {}{}{}", p.cycle_model, p.cycle_model_version,
                          p.cycle_model_note.empty() ? "" : "; ", p.cycle_model_note),
              width, 8);
  return text;
}

}  // namespace

std::string to_text(const Report& report, const TextStyle& style) {
  const std::size_t width = std::max(style.width, 40U);
  TextStyle wide_enough = style;
  wide_enough.width = static_cast<unsigned>(width);
  std::string text = LayerTable(report, wide_enough).text();
  text += "\n" + peak_line(report, wide_enough);
  text += definition_lines(report, wide_enough);
  text += finding_lines(report, wide_enough);
  text += schedule_lines(report, width);
  text += tensor_lines(report);
  text += warning_lines(report, wide_enough);
  text += wrapped(layer_source_sentence(report), width, 8);
  text += provenance_lines(report, width);
  text += wrapped(
      "live peak: the most bytes of RAM live at once. A byte is live from a write to its last read "
      "before the next "
      "write; a byte present from the start is live until its last read. kB = 1024 bytes.",
      width, 11);
  return text;
}

}  // namespace sramscope

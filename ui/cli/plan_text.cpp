#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "ui/cli/plan.h"
#include "ui/cli/text.h"

namespace sramscope::cli {
namespace {

std::string shape_text(const Shape& shape) {
  return fmt::format("{}x{}x{}", shape.height, shape.width, shape.channels);
}

std::string bytes_text(std::int64_t bytes) {
  return format_bytes(static_cast<std::uint64_t>(bytes));
}
std::string count_text(std::int64_t count) {
  return format_count(static_cast<std::uint64_t>(count));
}

double ratio(std::int64_t a, std::int64_t b) {
  return b == 0 ? 1 : static_cast<double>(a) / static_cast<double>(b);
}

/// A bar of `bytes` with the limit marked in it.
std::string bar(std::int64_t bytes, std::int64_t longest, std::optional<std::uint64_t> limit) {
  constexpr std::int64_t kWidth = 32;
  const auto scaled = [&](std::int64_t value) { return (value * kWidth + longest - 1) / longest; };
  std::string text(static_cast<std::size_t>(scaled(bytes)), '#');
  const auto mark = limit ? scaled(static_cast<std::int64_t>(*limit)) : kWidth + 1;
  if (mark > kWidth) return text;
  text.resize(std::max(text.size(), static_cast<std::size_t>(mark) + 1), ' ');
  text[static_cast<std::size_t>(mark)] = '|';
  if (bytes > static_cast<std::int64_t>(*limit)) text += " !";
  return text;
}

std::string header(const PlanView& view) {
  std::int64_t weights = 0;
  for (const auto& block : view.blocks) weights += block.weight_bytes;
  const Shape& input = view.network.tensor(view.network.input).shape;
  return fmt::format("{}: input {}, {} layers, {} MACs, {} of weights and constants\n",
                     view.network.name, shape_text(input), view.network.layers.size(),
                     count_text(view.plan.layer_macs), bytes_text(weights));
}

std::string block_table(const PlanView& view) {
  const bool patched = !view.plan.schedule.stages.empty();
  std::size_t name_width = 5;
  std::int64_t longest = 1;
  for (const auto& block : view.layer_blocks) {
    name_width = std::max(name_width, block.name.size());
    longest = std::max(longest, block.planned_bytes);
  }
  const std::string indent(name_width + 45, ' ');
  const auto limit = view.limit ? fmt::format("; limit {} at |", format_bytes(*view.limit)) : "";
  std::string text = fmt::format("\n{} {:>19}{}\n", indent, "layer by layer",
                                 patched ? fmt::format(" {:>26}", "in this schedule") : "");
  text += fmt::format("{:<{}} {:>12} {:>12} {:>8} {:>9} {:>9} {:>9}{}  planned, layer by layer{}\n",
                      "block", name_width, "input", "output", "MACs", "weights", "analytic",
                      "planned", patched ? "  analytic   planned MACs x" : "", limit);
  for (const BlockSummary& block : view.layer_blocks) {
    text += fmt::format("{:<{}} {:>12} {:>12} {:>8} {:>9} {:>9} {:>9}", block.name, name_width,
                        shape_text(block.input), shape_text(block.output), count_text(block.macs),
                        bytes_text(block.weight_bytes), bytes_text(block.analytic_bytes),
                        bytes_text(block.planned_bytes));
    if (patched) {
      const auto now = std::ranges::find(view.blocks, block.name, &BlockSummary::name);
      text += fmt::format(" {:>9} {:>9} {:>6.3f}", bytes_text(now->analytic_patch_bytes),
                          bytes_text(now->planned_bytes), ratio(now->planned_macs, now->macs));
    }
    text += "  " + bar(block.planned_bytes, longest, view.limit) + "\n";
  }
  return text;
}

std::string layer_table(const PlanView& view) {
  const LayerMap layers = make_layer_map(view.network, view.layer_plan);
  std::size_t name_width = 5;
  for (const auto& entry : layers.entries) name_width = std::max(name_width, entry.marker.size());
  std::string text =
      fmt::format("\n{:<{}} {:<18} {:>12} {:>8} {:>9} {:>9} {:>9}\n", "layer", name_width,
                  "operator", "output", "MACs", "weights", "analytic", "planned");
  for (const auto& entry : layers.entries) {
    const Layer& layer = view.network.layer(entry.layer);
    text += fmt::format(
        "{:<{}} {:<18} {:>12} {:>8} {:>9} {:>9} {:>9}\n", entry.marker, name_width,
        operator_kind_name(entry.kind), shape_text(view.network.output_of(layer).shape),
        count_text(entry.macs), bytes_text(weight_bytes(view.network, layer)),
        bytes_text(analytic_bytes(view.network, layer)), bytes_text(entry.planned_bytes));
  }
  return text;
}

/// The largest regions that a layer of a stage computes and reads at once.
struct StageRow {
  int output_height = 0, output_width = 0, input_height = 0, input_width = 0;
  std::int64_t macs = 0, calls = 0;
  std::optional<BufferId> buffer;
};

std::map<std::uint32_t, StageRow> stage_rows(const MemoryPlan& plan, int stage) {
  std::map<std::uint32_t, StageRow> rows;
  for (const Step& step : plan.steps) {
    if (step.stage != stage || !step.layer) continue;
    StageRow& row = rows[step.slot];
    const TensorRegion& out = step.output.region;
    row.output_height = std::max(row.output_height, out.height());
    row.output_width = std::max(row.output_width, out.width());
    if (step.inputs[0]) {
      row.input_height = std::max(row.input_height, step.inputs[0]->region.height());
      row.input_width = std::max(row.input_width, step.inputs[0]->region.width());
    }
    row.macs += step.macs;
    row.calls += 1;
    row.buffer = step.output.buffer;
  }
  return rows;
}

std::string buffer_text(const PlanBuffer& buffer) {
  switch (buffer.use) {
    case BufferUse::tensor:
      return fmt::format("{} whole", format_bytes(buffer.bytes));
    case BufferUse::ring:
      return fmt::format("{} ring of {} rows", format_bytes(buffer.bytes), buffer.rows);
    default:
      return fmt::format("{}{}", format_bytes(buffer.bytes), buffer.in_place_of ? " in place" : "");
  }
}

std::string stage_text(const PlanView& view, std::size_t index) {
  const MemoryPlan& plan = view.plan;
  const Stage& stage = plan.schedule.stages[index];
  const Layer& first = view.network.layer(plan.schedule.order[stage.first]);
  const Layer& last = view.network.layer(plan.schedule.order[stage.last]);
  const AnalyticStage analytic = analytic_stage(view.network, plan.schedule, stage);
  const bool cached = stage.caching == HaloCaching::rows;
  const Shape& seen = view.network.input_of(first).shape;
  const auto rows = stage_rows(plan, static_cast<int>(index));
  std::int64_t macs = 0;
  for (const auto& [slot, row] : rows) macs += row.macs;
  const int patches = stage.rows * stage.columns;
  const std::string how =
      cached ? fmt::format("in {} strip{} streamed row by row", patches, patches == 1 ? "" : "s")
             : fmt::format("in {}x{} patches", stage.rows, stage.columns);
  std::string text =
      fmt::format("\nstage {}: {} to {} {}; each sees {}x{} of {}\n", index + 1, first.name,
                  last.name, how, std::min(analytic.field.height, seen.height),
                  std::min(analytic.field.width, seen.width), shape_text(seen));
  std::size_t name_width = 5;
  for (std::uint32_t position = stage.first; position <= stage.last; ++position)
    name_width =
        std::max(name_width, view.network.layer(plan.schedule.order[position]).name.size());
  text += fmt::format("{:<{}} {:>9} {:>9} {:>7} {:>9} {:>7}  output buffer\n", "layer", name_width,
                      "reads", "computes", "calls", "MACs", "x");
  for (const auto& [slot, row] : rows) {
    const auto step = std::ranges::find_if(plan.steps, [slot = slot](const Step& one) {
      return one.slot == slot && one.layer.has_value();
    });
    const Layer& layer = view.network.layer(*step->layer);
    text += fmt::format("{:<{}} {:>9} {:>9} {:>7} {:>9} {:>7.3f}  {}\n", layer.name, name_width,
                        fmt::format("{}x{}", row.input_height, row.input_width),
                        fmt::format("{}x{}", row.output_height, row.output_width), row.calls,
                        count_text(row.macs), ratio(row.macs, sramscope::macs(view.network, layer)),
                        buffer_text(plan.buffer(*row.buffer)));
  }
  text += fmt::format(
      "halo: {} MACs computed again, {:+.1f} % of the stage, {:+.1f} % of the network\n",
      count_text(macs - analytic.layer_macs), 100 * (ratio(macs, analytic.layer_macs) - 1),
      100 * ratio(macs - analytic.layer_macs, plan.layer_macs));
  return text;
}

std::string peak_text(const MemoryPlan& plan) {
  std::vector<const PlanBuffer*> held;
  for (const PlanBuffer& buffer : plan.buffers) {
    if (plan.peak_slot >= buffer.first_slot && plan.peak_slot <= buffer.last_slot)
      held.push_back(&buffer);
  }
  std::ranges::stable_sort(held, std::greater{}, &PlanBuffer::bytes);
  std::string text;
  constexpr std::size_t kShown = 6;
  for (std::size_t i = 0; i < held.size() && i < kShown; ++i) {
    text += fmt::format("{}{} {}{}", i == 0 ? "" : ", ", held[i]->name,
                        format_bytes(held[i]->bytes), held[i]->in_place_of ? " in place" : "");
  }
  return held.size() > kShown ? fmt::format("{} and {} more", text, held.size() - kShown) : text;
}

std::string summary(const PlanView& view) {
  const MemoryPlan& plan = view.plan;
  const auto at = std::ranges::find(plan.steps, plan.peak_slot, &Step::slot);
  const std::string where = at->layer ? view.network.layer(*at->layer).name : "fetching the input";
  std::string text = fmt::format("\nschedule {}\n", schedule_name(view.network, plan.schedule));
  text +=
      fmt::format("peak {} in {}: {}\n", format_bytes(plan.lower_bound), where, peak_text(plan));
  text += fmt::format("arena {} ({} bytes), {} above the lower bound of {} bytes\n",
                      format_bytes(plan.arena_bytes), plan.arena_bytes,
                      format_bytes(plan.arena_bytes - plan.lower_bound), plan.lower_bound);
  text += fmt::format("MACs {} ({:.4f} times layer by layer), {} kernel calls\n",
                      count_text(plan.macs), ratio(plan.macs, plan.layer_macs), plan.steps.size());
  if (!plan.schedule.stages.empty()) {
    text += fmt::format("layer by layer: {}, {:+.1f} % now\n",
                        format_bytes(view.layer_plan.arena_bytes),
                        100 * (ratio(plan.arena_bytes, view.layer_plan.arena_bytes) - 1));
  }
  if (!view.limit) return text;
  const auto over = [&](const std::vector<BlockSummary>& blocks) {
    return std::ranges::count_if(blocks, [&](const BlockSummary& block) {
      return block.planned_bytes > static_cast<std::int64_t>(*view.limit);
    });
  };
  text += fmt::format("{} ({}): {}; layer by layer {} of {} blocks exceed it\n", view.limit_name,
                      format_bytes(*view.limit),
                      plan.arena_bytes <= *view.limit ? "fits" : "does not fit",
                      over(view.layer_blocks), view.layer_blocks.size());
  return text;
}

}  // namespace

std::string plan_text(const PlanView& view, bool layers) {
  std::string text = header(view) + block_table(view);
  if (layers) text += layer_table(view);
  for (std::size_t i = 0; i < view.plan.schedule.stages.size(); ++i) text += stage_text(view, i);
  text += summary(view);
  return text;
}

std::string frontier_text(const Network& network, const std::vector<Candidate>& frontier,
                          std::optional<std::uint64_t> limit) {
  std::string text = fmt::format("{:>9} {:>9} {:>9} {:>8} {:>9}  schedule\n", "peak", "bytes",
                                 "MACs x", "calls", "flash");
  for (const Candidate& candidate : frontier) {
    const bool fits = !limit || candidate.bytes <= static_cast<std::int64_t>(*limit);
    text += fmt::format("{:>9} {:>9} {:>9.4f} {:>8} {:>9}  {}{}\n", bytes_text(candidate.bytes),
                        candidate.bytes, ratio(candidate.macs, macs(network)), candidate.calls,
                        bytes_text(flash_bytes(network, candidate)),
                        schedule_name(network, candidate.schedule), fits ? "" : "  !");
  }
  return text;
}

}  // namespace sramscope::cli

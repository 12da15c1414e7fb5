#include "sramscope/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "profiler/compare_facts.h"
#include "profiler/report_facts.h"

namespace sramscope {
namespace profiler {
namespace {

/// The path of a leaf layer without networks: two schedules of a network may name that differently.
std::string leaf_name(const Report& report, std::size_t index) {
  const LayerReport& layer = report.layers[index];
  if (layer.parent < 0 ||
      report.layers[static_cast<std::size_t>(layer.parent)].kind == LayerKind::network) {
    return layer.name;
  }
  return leaf_name(report, static_cast<std::size_t>(layer.parent)) + "/" + layer.name;
}

void add_row(std::vector<BlockRow>& rows, std::string name, const LayerReport& layer,
             Cycles own_cycles) {
  auto row =
      std::find_if(rows.begin(), rows.end(), [&](const BlockRow& r) { return r.name == name; });
  if (row == rows.end()) {
    row = rows.insert(rows.end(), BlockRow{std::move(name), {}, 0});
  }
  BlockComparison::Side& side = row->figures;
  side.present = true;
  side.cycles += layer.inclusive.cycles;
  side.executions += layer.executions;
  side.live_peak = std::max(side.live_peak, layer.memory.live_peak);
  side.touched = std::max(side.touched, layer.memory.touched);
  side.stack = std::max(side.stack, layer.memory.stack);
  side.flash_load_bytes += layer.inclusive.flash_load_bytes;
  row->own_cycles += own_cycles;
}

std::string side_title(const Report& report) {
  const std::string stem = stem_of(report.provenance.elf_path);
  return stem.empty() ? "run" : stem;
}

}  // namespace

bool has_blocks(const Report& report) {
  return std::any_of(report.layers.begin(), report.layers.end(),
                     [](const LayerReport& l) { return l.kind == LayerKind::block; });
}

std::vector<BlockRow> block_rows(const Report& report, bool blocks) {
  std::vector<bool> is_row(report.layers.size());
  std::vector<Cycles> own(report.layers.size());
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    is_row[i] = !blocks || report.layers[i].kind == LayerKind::block;
    own[i] = report.layers[i].inclusive.cycles;
  }
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    int up = report.layers[i].parent;
    if (!blocks && up >= 0) {
      is_row[static_cast<std::size_t>(up)] = false;
    }
    while (blocks && is_row[i] && up >= 0 && !is_row[static_cast<std::size_t>(up)]) {
      up = report.layers[static_cast<std::size_t>(up)].parent;
    }
    if (blocks && is_row[i] && up >= 0) {
      own[static_cast<std::size_t>(up)] -= report.layers[i].inclusive.cycles;
    }
  }
  std::vector<BlockRow> rows;
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    if (is_row[i]) {
      add_row(rows, blocks ? report.layers[i].name : leaf_name(report, i), report.layers[i],
              own[i]);
    }
  }
  return rows;
}

CompareFacts compare_facts(const Comparison& comparison) {
  CompareFacts facts;
  const bool blocks = has_blocks(comparison.a) && has_blocks(comparison.b);
  const auto own_cycles = [&](const Report& report, const std::string& name) {
    for (const BlockRow& row : block_rows(report, blocks)) {
      if (row.name == name) {
        return row.own_cycles;
      }
    }
    return Cycles{0};
  };
  for (std::size_t i = 0; i < comparison.blocks.size(); ++i) {
    const BlockComparison& block = comparison.blocks[i];
    if (block.a.present && block.b.present && block.a.executions != block.b.executions) {
      facts.repeated.push_back(i);
      facts.repeated_a += own_cycles(comparison.a, block.name);
      facts.repeated_b += own_cycles(comparison.b, block.name);
    }
  }
  facts.other_a = comparison.a.total.cycles - facts.repeated_a;
  facts.other_b = comparison.b.total.cycles - facts.repeated_b;
  return facts;
}

std::string peak_place(const Report& report) {
  const std::optional<std::size_t> layer = peak_layer(report);
  if (!layer) {
    return "code outside the layers";
  }
  const std::size_t block = enclosing_block(report, *layer);
  const std::string& name = report.layers[block].name;
  return block == *layer ? name : name + " (" + report.layers[*layer].name + ")";
}

std::vector<std::string> caveats(const Comparison& comparison) {
  const Provenance& a = comparison.a.provenance;
  const Provenance& b = comparison.b.provenance;
  std::vector<std::string> result;
  if (a.board != b.board || a.core != b.core) {
    result.push_back(
        fmt::format("different boards: {} ({}) and {} ({})", a.board, a.core, b.board, b.core));
  }
  if (a.clock_hz != b.clock_hz) {
    result.push_back(fmt::format("different clocks: {} Hz and {} Hz", a.clock_hz, b.clock_hz));
  }
  if (a.cycle_model != b.cycle_model || a.cycle_model_version != b.cycle_model_version) {
    result.push_back(fmt::format("different cycle models: {} version {} and {} version {}",
                                 a.cycle_model, a.cycle_model_version, b.cycle_model,
                                 b.cycle_model_version));
  }
  for (const auto& [report, title] : {std::pair{&comparison.a, &comparison.title_a},
                                      std::pair{&comparison.b, &comparison.title_b}}) {
    if (report->partial) {
      result.push_back(fmt::format("{} is a partial run: it ended by {}", *title,
                                   stop_kind_name(report->stop.kind)));
    }
  }
  return result;
}

}  // namespace profiler

namespace {

void set_titles(Comparison& comparison) {
  const Provenance& a = comparison.a.provenance;
  const Provenance& b = comparison.b.provenance;
  comparison.title_a = profiler::side_title(comparison.a);
  comparison.title_b = profiler::side_title(comparison.b);
  if (comparison.title_a != comparison.title_b) {
    return;
  }
  const bool boards_differ = a.board != b.board;
  comparison.title_a += boards_differ ? " on " + a.board : " (a)";
  comparison.title_b += boards_differ ? " on " + b.board : " (b)";
}

}  // namespace

Comparison compare(const Report& a, const Report& b) {
  Comparison comparison;
  comparison.a = a;
  comparison.b = b;
  set_titles(comparison);
  comparison.same_output = a.console_fnv1a == b.console_fnv1a && a.console_bytes == b.console_bytes;

  const bool blocks = profiler::has_blocks(a) && profiler::has_blocks(b);
  for (const profiler::BlockRow& row : profiler::block_rows(a, blocks)) {
    comparison.blocks.push_back({row.name, row.figures, {}});
  }
  // What only b has goes behind what precedes it there.
  auto place = comparison.blocks.begin();
  for (const profiler::BlockRow& row : profiler::block_rows(b, blocks)) {
    auto known = std::find_if(comparison.blocks.begin(), comparison.blocks.end(),
                              [&](const BlockComparison& c) { return c.name == row.name; });
    if (known == comparison.blocks.end()) {
      known = comparison.blocks.insert(place, {row.name, {}, {}});
    }
    known->b = row.figures;
    place = std::next(known);
  }
  return comparison;
}

}  // namespace sramscope

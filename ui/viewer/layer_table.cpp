#include "ui/viewer/layer_table.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "ui/cli/text.h"
#include "ui/viewer/canvas.h"
#include "ui/viewer/figures.h"
#include "ui/viewer/stall_bar.h"

namespace sramscope::viewer {
namespace {

/// Columns are put together with what fills them.
class TableBuilder {
 public:
  using Fill = std::function<Cell(std::size_t row)>;

  void add(Column column, Fill fill) {
    table_.columns.push_back(std::move(column));
    fills_.push_back(std::move(fill));
  }
  Table build(std::size_t rows, std::size_t name_column) {
    table_.rows = rows;
    table_.name_column = name_column;
    auto fills = std::make_shared<std::vector<Fill>>(std::move(fills_));
    table_.cell = [fills](std::size_t row, std::size_t column) { return (*fills)[column](row); };
    return std::move(table_);
  }

 private:
  Table table_;
  std::vector<Fill> fills_;
};

std::string indented(const Document& document, std::size_t layer) {
  return std::string(2 * std::size_t{document.depths[layer]}, ' ') +
         document.report.layers[layer].name;
}

/// The same layer of the report beside, or null.
const LayerReport* counterpart(const Document& document, const Document* other, std::size_t layer) {
  if (other == nullptr) return nullptr;
  const auto found = other->layer_of_path(document.paths[layer]);
  return found ? &other->report.layers[*found] : nullptr;
}

Cell per_instruction(std::uint64_t cycles, std::uint64_t instructions) {
  if (instructions == 0) return {};
  const double ratio = static_cast<double>(cycles) / static_cast<double>(instructions);
  return {fmt::format("{:.2f}", ratio), ratio, fmt::format("{:.6f}", ratio), 0};
}

using LayerFill = std::function<Cell(const LayerReport&)>;

/// Adds columns of the layers of one report, and how they differ from those of the other one.
class LayerColumns {
 public:
  explicit LayerColumns(const ViewerState& state)
      : document_(state.document()), other_(state.other()), other_is_b_(state.shown() == 0) {}

  void names() {
    const Document& document = document_;
    builder_.add(
        {"#", "Position in the network: the order of the first execution.", true, 2.5F, {}},
        [](std::size_t row) { return count_cell(row); });
    builder_.add({"layer", "Networks hold blocks, blocks hold layers.", false, 13, {}},
                 [&document](std::size_t row) {
                   Cell cell = text_cell(indented(document, row));
                   cell.raw = document.paths[row];
                   return cell;
                 });
  }
  void add(Column column, LayerFill fill) {
    const Document& document = document_;
    builder_.add(std::move(column), [&document, fill = std::move(fill)](std::size_t row) {
      return fill(document.report.layers[row]);
    });
  }
  /// The change of a figure from report A to report B; nothing while there is one report.
  void change(const std::string& title, std::uint64_t (*figure)(const LayerReport&)) {
    if (other_ == nullptr) return;
    const Document& document = document_;
    const Document* other = other_;
    const bool other_is_b = other_is_b_;
    builder_.add({title, "Change from report A to report B.", true, 5, {}},
                 [&document, other, other_is_b, figure](std::size_t row) {
                   const LayerReport* beside = counterpart(document, other, row);
                   if (beside == nullptr) return text_cell("\u2013");
                   const std::uint64_t own = figure(document.report.layers[row]);
                   return other_is_b ? change_cell(own, figure(*beside))
                                     : change_cell(figure(*beside), own);
                 });
  }
  TableBuilder& builder() { return builder_; }
  Table build() { return builder_.build(document_.report.layers.size(), 1); }

 private:
  const Document& document_;
  const Document* other_;
  bool other_is_b_;
  TableBuilder builder_;
};

void add_cause_column(LayerColumns& columns, const ViewerState& state, float width) {
  const Document& document = state.document();
  const Theme theme = state.theme;
  const auto paint = [&document, theme](std::size_t row, const Box& cell) {
    const CyclesByCause& causes = document.report.layers[row].inclusive.by_cause;
    const Box bar{cell.x0, cell.y0 + em() * 0.15F, cell.x1, cell.y1 - em() * 0.15F};
    draw_cause_bar(bar, causes, theme);
    if (hovers(bar)) tooltip(document.paths[row], causes_text(causes));
  };
  columns.add({"stalls",
               "Where the cycles went, as parts of a bar: pale is issuing instructions, "
               "the rest is waiting. Ordered by the share of waiting.",
               true, width, paint},
              [](const LayerReport& layer) {
                return share_cell(stalled(layer.inclusive.by_cause), layer.inclusive.cycles);
              });
}

std::uint64_t cycles_of(const LayerReport& layer) { return layer.inclusive.cycles; }
std::uint64_t live_of(const LayerReport& layer) { return layer.memory.live_peak; }

void add_cycle_columns(LayerColumns& columns, const ViewerState& state) {
  const Cycles total = state.document().report.total.cycles;
  columns.add(
      {"runs", "How many times the layer was entered; more than once in patches.", true, 3.5F, {}},
      [](const LayerReport& l) { return count_cell(l.executions); });
  columns.add({"cycles",
               "Core clock cycles, with everything nested inside, over all runs.",
               true,
               5.5F,
               {}},
              [](const LayerReport& l) { return count_cell(l.inclusive.cycles); });
  columns.change("\u0394 cycles", cycles_of);
  columns.add({"share", "Part of the cycles of the whole run.", true, 4.5F, {}},
              [total](const LayerReport& l) { return share_cell(l.inclusive.cycles, total); });
}

}  // namespace

std::vector<LayerPair> pair_layers(const Document& a, const Document& b) {
  std::vector<LayerPair> pairs;
  std::size_t next_a = 0;
  const auto add_a_until = [&](std::size_t end) {
    for (; next_a < end; ++next_a) {
      const bool network = a.report.layers[next_a].kind == LayerKind::network;
      if (!network) pairs.push_back({next_a, b.layer_of_path(a.paths[next_a])});
    }
  };
  for (std::size_t i = 0; i < b.report.layers.size(); ++i) {
    if (b.report.layers[i].kind == LayerKind::network) continue;
    if (const auto same = a.layer_of_path(b.paths[i]))
      add_a_until(*same + 1);
    else
      pairs.push_back({std::nullopt, i});
  }
  add_a_until(a.report.layers.size());
  return pairs;
}

Table layer_table(const ViewerState& state) {
  LayerColumns columns(state);
  columns.names();
  add_cycle_columns(columns, state);
  if (state.document().has_causes()) add_cause_column(columns, state, 8);
  columns.add({"live peak",
               "Most bytes live at once while it ran: a byte is live from a write to "
               "its last read before the next write.",
               true,
               5.5F,
               {}},
              [](const LayerReport& l) { return bytes_cell(l.memory.live_peak); });
  columns.change("\u0394 peak", live_of);
  columns.add({"touched", "Distinct bytes of RAM that it read or wrote.", true, 5.5F, {}},
              [](const LayerReport& l) { return bytes_cell(l.memory.touched); });
  columns.add({"stack", "Deepest stack, from the stack's base.", true, 5, {}},
              [](const LayerReport& l) { return bytes_cell(l.memory.stack); });
  columns.add({"flash read",
               "Bytes of data loaded from flash: weights, constants, literals.",
               true,
               5.5F,
               {}},
              [](const LayerReport& l) { return bytes_cell(l.inclusive.flash_load_bytes); });
  columns.add({"instructions", "Instructions executed.", true, 6.5F, {}},
              [](const LayerReport& l) { return count_cell(l.inclusive.instructions); });
  columns.add({"CPI",
               "Cycles per instruction: what is above 1 is waiting (above 0.5 on a core that "
               "issues two).",
               true,
               3.5F,
               {}},
              [](const LayerReport& l) {
                return per_instruction(l.inclusive.cycles, l.inclusive.instructions);
              });
  return columns.build();
}

Table stall_table(const ViewerState& state) {
  LayerColumns columns(state);
  columns.names();
  add_cause_column(columns, state, 16);
  add_cycle_columns(columns, state);
  columns.add({"waiting",
               "Part of the layer's cycles that are not spent on issuing instructions.",
               true,
               5,
               {}},
              [](const LayerReport& l) {
                return share_cell(stalled(l.inclusive.by_cause), l.inclusive.cycles);
              });
  const auto& caches = state.document().report.provenance.caches;
  for (std::size_t i = 0; i < std::min(caches.size(), kMostCaches); ++i) {
    columns.add({caches[i] + " hits",
                 "Lookups of this cache or flash buffer that found the line.",
                 true,
                 6.5F,
                 {}},
                [i](const LayerReport& l) {
                  const CacheUse& use = l.inclusive.caches[i];
                  return share_cell(use.hits, use.hits + use.misses);
                });
    columns.add({caches[i] + " misses", "Lookups that had to fill a line.", true, 6.5F, {}},
                [i](const LayerReport& l) { return count_cell(l.inclusive.caches[i].misses); });
  }
  return columns.build();
}

Table compare_table(const ViewerState& state, const std::vector<LayerPair>& pairs) {
  const Document& a = *state.documents()[0];
  const Document& b = *state.documents()[1];
  TableBuilder builder;
  builder.add({"#", "The order of the layers.", true, 2.5F, {}},
              [](std::size_t row) { return count_cell(row); });
  builder.add({"layer", "Layers with the same path in both reports.", false, 14, {}},
              [&](std::size_t row) {
                const LayerPair& pair = pairs[row];
                Cell cell = text_cell(pair.a ? indented(a, *pair.a) : indented(b, *pair.b));
                cell.raw = pair.a ? a.paths[*pair.a] : b.paths[*pair.b];
                return cell;
              });
  using Figure = std::uint64_t (*)(const LayerReport&);
  const auto add = [&](const std::string& title, const std::string& meaning, Figure figure,
                       Cell (*make)(std::uint64_t), float width) {
    const auto side = [&pairs, figure, make](const Document& document, bool is_b) {
      return [&pairs, &document, figure, make, is_b](std::size_t row) {
        const auto index = is_b ? pairs[row].b : pairs[row].a;
        return index ? make(figure(document.report.layers[*index])) : text_cell("\u2013");
      };
    };
    builder.add({title + " A", meaning, true, width, {}}, side(a, false));
    builder.add({title + " B", meaning, true, width, {}}, side(b, true));
    builder.add({"\u0394", meaning + " Change from A to B.", true, 4.5F, {}},
                [&pairs, &a, &b, figure](std::size_t row) {
                  const LayerPair& pair = pairs[row];
                  if (!pair.a || !pair.b) return text_cell(pair.a ? "only A" : "only B");
                  return change_cell(figure(a.report.layers[*pair.a]),
                                     figure(b.report.layers[*pair.b]));
                });
  };
  add("peak", "Most bytes live at once.", live_of, bytes_cell, 5.5F);
  add("cycles", "Core clock cycles over all runs.", cycles_of, count_cell, 5.5F);
  add(
      "runs", "How many times it ran.", [](const LayerReport& l) { return l.executions; },
      count_cell, 4);
  add(
      "instructions", "Instructions executed.",
      [](const LayerReport& l) { return l.inclusive.instructions; }, count_cell, 7.5F);
  add(
      "flash", "Bytes of data loaded from flash.",
      [](const LayerReport& l) { return l.inclusive.flash_load_bytes; }, bytes_cell, 5.5F);
  return builder.build(pairs.size(), 1);
}

Table function_table(const ViewerState& state) {
  const Document& document = state.document();
  const Document* other = state.other();
  const bool other_is_b = state.shown() == 0;
  const auto& functions = document.report.functions;
  const Cycles total = document.report.total.cycles;
  TableBuilder builder;
  builder.add({"function", "A function of the image, by its symbol.", false, 18, {}},
              [&functions](std::size_t row) { return text_cell(functions[row].name); });
  builder.add(
      {"own cycles", "Cycles of its own instructions.", true, 6, {}},
      [&functions](std::size_t row) { return count_cell(functions[row].exclusive.cycles); });
  builder.add({"own", "Its own part of the run's cycles.", true, 4.5F, {}},
              [&functions, total](std::size_t row) {
                return share_cell(functions[row].exclusive.cycles, total);
              });
  if (other != nullptr) {
    builder.add({"\u0394 own", "Change of its own cycles from report A to report B.", true, 5, {}},
                [&functions, other, other_is_b](std::size_t row) {
                  const auto beside = other->function_by_name.find(functions[row].name);
                  if (beside == other->function_by_name.end()) return text_cell("\u2013");
                  const Cycles own = functions[row].exclusive.cycles;
                  const Cycles theirs = other->report.functions[beside->second].exclusive.cycles;
                  return other_is_b ? change_cell(own, theirs) : change_cell(theirs, own);
                });
  }
  builder.add(
      {"with callees", "Its cycles and those of everything it called.", true, 6.5F, {}},
      [&functions](std::size_t row) { return count_cell(functions[row].inclusive.cycles); });
  builder.add({"calls", "How often it was entered.", true, 5, {}},
              [&functions](std::size_t row) { return count_cell(functions[row].calls); });
  builder.add({"CPI", "Cycles per instruction, its own.", true, 3.5F, {}},
              [&functions](std::size_t row) {
                const Counters& own = functions[row].exclusive;
                return per_instruction(own.cycles, own.instructions);
              });
  builder.add({"size", "Bytes of code.", true, 4.5F, {}},
              [&functions](std::size_t row) { return bytes_cell(functions[row].size); });
  builder.add({"file", "Where its source is.", false, 12, {}},
              [&functions](std::size_t row) { return text_cell(functions[row].file); });
  return builder.build(functions.size(), 0);
}

Table finding_table(const ViewerState& state) {
  const Document& document = state.document();
  const auto& findings = document.report.findings;
  TableBuilder builder;
  builder.add({"finding", "What kind of thing this is.", false, 9, {}}, [&](std::size_t row) {
    return text_cell(std::string(finding_kind_name(findings[row].kind)));
  });
  builder.add({"bytes", "How many bytes it is about.", true, 5, {}},
              [&](std::size_t row) { return bytes_cell(findings[row].bytes); });
  builder.add({"count", "How many accesses.", true, 4.5F, {}},
              [&](std::size_t row) { return count_cell(findings[row].count); });
  builder.add({"layer", "Where it happened first.", false, 10, {}}, [&](std::size_t row) {
    const int layer = findings[row].layer;
    return text_cell(layer < 0 ? "outside" : document.paths[static_cast<std::size_t>(layer)]);
  });
  builder.add({"address", "The first byte.", false, 6.5F, {}}, [&](std::size_t row) {
    return text_cell(cli::format_address(findings[row].address));
  });
  builder.add({"what happened", "In one sentence, with the figures.", false, 60, {}},
              [&](std::size_t row) { return text_cell(findings[row].message); });
  return builder.build(findings.size(), 0);
}

}  // namespace sramscope::viewer

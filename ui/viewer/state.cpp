#include "ui/viewer/state.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sramscope::viewer {
namespace {

struct PanelNames {
  std::string_view name;
  std::string_view title;
};
constexpr std::array<PanelNames, kPanels> kPanelNames{{{"overview", "Overview"},
                                                       {"timeline", "Timeline"},
                                                       {"map", "Memory map"},
                                                       {"layers", "Layers"},
                                                       {"functions", "Functions"},
                                                       {"listing", "Listing"},
                                                       {"stalls", "Stalls"},
                                                       {"findings", "Findings"},
                                                       {"compare", "Compare"}}};

/// The shortest span that can be shown, in cycles.
constexpr double kShortestTime = 64;

template <typename Items>
std::optional<std::size_t> same_name(const Items& from, std::optional<std::size_t> index,
                                     const Items& to) {
  if (!index || *index >= from.size()) return std::nullopt;
  const auto found =
      std::ranges::find_if(to, [&](const auto& item) { return item.name == from[*index].name; });
  if (found == to.end()) return std::nullopt;
  return static_cast<std::size_t>(found - to.begin());
}

/// The same selection in another report, as far as it has what is selected.
Selection translated(const Selection& selection, const Document& from, const Document& to) {
  Selection result;
  if (selection.layer) result.layer = to.layer_of_path(from.paths[*selection.layer]);
  result.buffer = same_name(from.report.buffers, selection.buffer, to.report.buffers);
  result.function = same_name(from.report.functions, selection.function, to.report.functions);
  return result;
}

}  // namespace

std::string_view panel_name(Panel panel) {
  return kPanelNames[static_cast<std::size_t>(panel)].name;
}
std::string_view panel_title(Panel panel) {
  return kPanelNames[static_cast<std::size_t>(panel)].title;
}

std::optional<Panel> panel_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kPanels; ++i) {
    if (kPanelNames[i].name == name) return static_cast<Panel>(i);
  }
  return std::nullopt;
}

void ViewerState::open(std::vector<DocumentPtr> documents) {
  documents_ = std::move(documents);
  shown_ = 0;
  selection_ = {};
  map_begin = 0;
  map_end = 1;
  align();
  show_all_time();
}

void ViewerState::update(std::size_t index, DocumentPtr document) {
  const bool all_shown = time_.begin <= 0 && time_.end >= whole_time();
  if (index >= documents_.size()) {
    documents_.push_back(std::move(document));
  } else {
    if (index == shown_) selection_ = translated(selection_, *documents_[index], *document);
    documents_[index] = std::move(document);
  }
  align();
  if (all_shown) show_all_time();
}

void ViewerState::align() {
  ++version_;
  flame_focus.reset();
  bar_pairs_.clear();
  if (!empty()) bar_pairs_ = pair_bars(*documents_[0], comparing() ? documents_[1].get() : nullptr);
}

void ViewerState::show(std::size_t index) {
  if (index >= documents_.size() || index == shown_) return;
  selection_ = translated(selection_, *documents_[shown_], *documents_[index]);
  flame_focus.reset();
  shown_ = index;
}

void ViewerState::select_layer(std::size_t document, std::size_t layer) {
  show(document);
  selection_.layer = layer;
  selection_.cycle.reset();
  selection_.buffer.reset();
}

void ViewerState::select_buffer(std::size_t buffer) { selection_.buffer = buffer; }

void ViewerState::select_function(std::size_t function) { selection_.function = function; }

void ViewerState::select_cycle(std::size_t document, Cycles cycle) {
  show(document);
  selection_.cycle = cycle;
  selection_.layer = this->document().layer_at(cycle);
  selection_.buffer.reset();
}

void ViewerState::select_peak() {
  if (empty()) return;
  selection_ = {};
  selection_.layer = document().peak_layer();
  selection_.cycle = document().report.memory.peak_cycle;
}

void ViewerState::step_layer(int direction) {
  if (empty()) return;
  const auto& leaf = document().leaf;
  const auto count = static_cast<int>(leaf.size());
  int at = selection_.layer ? static_cast<int>(*selection_.layer) : (direction > 0 ? -1 : count);
  do {
    at += direction;
  } while (at >= 0 && at < count && !leaf[static_cast<std::size_t>(at)]);
  if (at >= 0 && at < count) select_layer(shown_, static_cast<std::size_t>(at));
}

double ViewerState::whole_time() const {
  double longest = 1;
  for (const auto& document : documents_)
    longest = std::max(longest, static_cast<double>(document->report.total.cycles));
  return longest;
}

void ViewerState::zoom_time(double factor, double centre) {
  const double length = std::max(time_.length() * factor, kShortestTime);
  const double share = (centre - time_.begin) / time_.length();
  time_ = {centre - length * share, centre + length * (1 - share)};
  clamp_time();
}

void ViewerState::pan_time(double cycles) {
  const double room_left = -time_.begin;
  const double room_right = whole_time() - time_.end;
  const double step = std::clamp(cycles, std::min(room_left, 0.0), std::max(room_right, 0.0));
  time_ = {time_.begin + step, time_.end + step};
  clamp_time();
}

void ViewerState::show_time(double begin, double end) {
  time_ = {begin, std::max(end, begin + kShortestTime)};
  clamp_time();
}

void ViewerState::clamp_time() {
  const double whole = whole_time();
  time_.begin = std::clamp(time_.begin, 0.0, whole);
  time_.end = std::clamp(time_.end, std::min(time_.begin + kShortestTime, whole), whole);
  if (time_.length() <= 0) time_ = {0, std::max(whole, 1.0)};
}

void ViewerState::show_selected_time() {
  if (empty() || !selection_.layer) return;
  for (const LayerExecution& execution : document().report.executions) {
    if (execution.layer.value != *selection_.layer) continue;
    const auto begin = static_cast<double>(execution.begin_cycle);
    const auto end = static_cast<double>(execution.end_cycle);
    const double margin = (end - begin) * 0.15 + kShortestTime;
    return show_time(begin - margin, end + margin);
  }
}

void ViewerState::say(std::string text) {
  message = std::move(text);
  message_is_error = false;
}

void ViewerState::complain(std::string text) {
  message = std::move(text);
  message_is_error = true;
}

std::uint64_t ViewerState::memory_limit() const {
  if (limit_bytes != 0 || empty()) return limit_bytes;
  std::uint64_t limit = 0;
  for (const auto& document : documents_) limit = std::max(limit, document->sram_bytes);
  return limit;
}

}  // namespace sramscope::viewer

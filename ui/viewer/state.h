#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ui/viewer/document.h"
#include "ui/viewer/geometry.h"
#include "ui/viewer/theme.h"

namespace sramscope::viewer {

enum class Panel : std::uint8_t {
  overview,
  timeline,
  map,
  layers,
  functions,
  listing,
  stalls,
  findings,
  compare,
};
inline constexpr std::size_t kPanels = 9;
/// "timeline", as `--panel` takes it.
std::string_view panel_name(Panel panel);
/// "Memory map", as people read it.
std::string_view panel_title(Panel panel);
std::optional<Panel> panel_from_name(std::string_view name);

/// What the user points at, shared by every panel: indices into the shown report.
struct Selection {
  std::optional<std::size_t> layer;
  std::optional<std::size_t> buffer;
  std::optional<std::size_t> function;
  std::optional<Cycles> cycle;

  friend bool operator==(const Selection&, const Selection&) = default;
};

/// The span of time that every timeline shows, in cycles.
struct TimeView {
  double begin = 0;
  double end = 1;

  double length() const { return end - begin; }
};

/// How a table is ordered and what it shows.
struct TableView {
  std::string filter;
  int sort_column = 0;
  bool descending = false;
  /// The rows in this order, kept as long as `order_key` holds.
  std::vector<std::size_t> order;
  std::string order_key;
  /// The selected row that was scrolled to last.
  std::optional<std::size_t> shown_selection;
};

/// What the window has to do once a frame is drawn, for the state knows neither clipboard nor
/// files.
enum class Request : std::uint8_t { copy_csv, set_clipboard, export_png, export_svg, quit };

/// Everything that the viewer is showing, without a window: tests drive it directly or through
/// events. Panels read it and change it through these functions.
class ViewerState {
 public:
  // ---- reports: one, or two to compare
  // -----------------------------------------------------------
  using DocumentPtr = std::shared_ptr<const Document>;
  const std::vector<DocumentPtr>& documents() const { return documents_; }
  bool comparing() const { return documents_.size() == 2; }
  bool empty() const { return documents_.empty(); }
  /// The report that single-report panels show; only when there is one.
  const Document& document() const { return *documents_[shown_]; }
  std::size_t shown() const { return shown_; }
  /// The report beside the shown one, or null.
  const Document* other() const { return comparing() ? documents_[1 - shown_].get() : nullptr; }
  /// The bars of the overview, aligned between the reports.
  const std::vector<BarPair>& bar_pairs() const { return bar_pairs_; }
  /// Shows these, at most two, from the start.
  void open(std::vector<DocumentPtr> documents);
  /// Changes whenever what is shown does: for what panels keep.
  std::uint64_t version() const { return version_; }
  /// Puts a newer state of the same run in the place of `index`; selection and zoom stay.
  void update(std::size_t index, DocumentPtr document);
  /// Shows the other report; the selection moves to what has the same name there.
  void show(std::size_t index);

  // ---- selection --------------------------------------------------------------------------------
  const Selection& selection() const { return selection_; }
  void select_layer(std::size_t document, std::size_t layer);
  void select_buffer(std::size_t buffer);
  void select_function(std::size_t function);
  void select_cycle(std::size_t document, Cycles cycle);
  /// The instant of the shown report's peak, and the layer that sets it.
  void select_peak();
  /// The next or previous leaf layer.
  void step_layer(int direction);
  void clear_selection() { selection_ = {}; }

  // ---- time -------------------------------------------------------------------------------------
  const TimeView& time() const { return time_; }
  /// Cycles of the longest report.
  double whole_time() const;
  /// Multiplies the shown span by `factor`, keeping `centre` (a cycle) where it is.
  void zoom_time(double factor, double centre);
  void pan_time(double cycles);
  void show_time(double begin, double end);
  void show_all_time() { show_time(0, whole_time()); }
  /// Zooms to the first execution of the selected layer.
  void show_selected_time();

  // ---- what else the panels keep ----------------------------------------------------------------
  Panel panel = Panel::overview;
  Theme theme = Theme::light;
  /// 1 for ordinary screens, 2 for dense ones.
  float scale = 1;
  /// A line in the charts besides the board's SRAM, in bytes; 0: none.
  std::uint64_t limit_bytes = 0;
  bool help_open = false;
  bool open_dialog = false;
  bool running = false;  ///< a live run is going on
  TableView layer_table;
  /// The function with the most cycles of its own first.
  TableView function_table{"", 1, true, {}, {}, {}};
  TableView stall_table;
  TableView finding_table;
  TableView compare_table;
  /// The node of the call tree that fills the flame graph; none: the whole tree.
  std::optional<std::size_t> flame_focus;
  /// The part of the addresses that the memory map shows, 0 (lowest) to 1.
  double map_begin = 0;
  double map_end = 1;
  std::string typed_path;  ///< in the dialog for opening
  std::string message;     ///< the last event, shown at the bottom
  bool message_is_error = false;
  std::vector<std::string> recent_files;
  std::vector<Request> requests;
  std::string clipboard;  ///< what `Request::set_clipboard` puts there

  void say(std::string text);
  void complain(std::string text);
  /// The limit that bars are judged by: `limit_bytes`, else the board's SRAM; 0: none.
  std::uint64_t memory_limit() const;

 private:
  void align();
  void clamp_time();

  std::vector<DocumentPtr> documents_;
  std::vector<BarPair> bar_pairs_;
  std::size_t shown_ = 0;
  std::uint64_t version_ = 0;
  Selection selection_;
  TimeView time_;
};

}  // namespace sramscope::viewer

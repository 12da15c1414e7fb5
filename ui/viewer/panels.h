#pragma once

#include <string>
#include <string_view>

#include "ui/viewer/geometry.h"
#include "ui/viewer/state.h"

namespace sramscope::viewer {

/// Each draws one panel into the current ImGui window; the state holds at least one report.
void draw_overview(ViewerState& state);
void draw_timeline(ViewerState& state);
void draw_map(ViewerState& state);
void draw_layers(ViewerState& state);
void draw_functions(ViewerState& state);
void draw_listing(ViewerState& state);
void draw_stalls(ViewerState& state);
void draw_findings(ViewerState& state);
void draw_compare(ViewerState& state);

/// The timelines of all reports in `box`, on one scale.
void draw_timelines(ViewerState& state, const Box& box);

/// Where a buffer is, when it is needed, and who writes and reads it.
std::string buffer_text(const Document& document, std::size_t buffer);

/// What is selected, in figures; the narrow column beside every panel.
void draw_details(ViewerState& state);

/// In place of a panel: what the report lacks, and how to get it.
void draw_absent(const ViewerState& state, std::string_view what, std::string_view how);
inline constexpr std::string_view kNoLayers = "No layers in this report";
inline constexpr std::string_view kMarkLayers =
    "Mark them in the firmware with sramscope/marker.h, or run an engine that sramscope knows.";

}  // namespace sramscope::viewer

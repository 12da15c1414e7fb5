#pragma once

#include <string>

#include "sramscope/observer.h"
#include "ui/viewer/geometry.h"
#include "ui/viewer/theme.h"

namespace sramscope::viewer {

/// Cycles by cause as one stacked bar across `box`.
void draw_cause_bar(const Box& box, const CyclesByCause& causes, Theme theme);
/// "load-use and the like: 9.1 %" for every cause there is, a line each, largest first.
std::string causes_text(const CyclesByCause& causes);
/// What a cause means, in one sentence.
std::string_view cause_meaning(CycleCause cause);
/// Names the causes in use, at the top of `box`; returns where it ends below.
float draw_cause_legend(const Box& box, const CyclesByCause& causes, Theme theme);
/// Cycles that are not spent on issuing instructions.
Cycles stalled(const CyclesByCause& causes);
/// What to do where a report does not tell causes.
inline constexpr std::string_view kNoCauses =
    "It was made by an older sramscope, or nothing ran. Make a new one with: sramscope run "
    "--report";

}  // namespace sramscope::viewer

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sramscope/network.h"
#include "sramscope/schedule.h"

namespace sramscope::test {

/// Goes through a plan step by step on an arena in which every byte knows which element of which
/// tensor it holds. Returns "" or the first thing that is wrong: a step that reads a byte that does
/// not hold what it should, a window that reaches out of the step's region, a region larger than
/// the windows need, an output that is not complete in the end.
std::string check_plan(const Network& network, const MemoryPlan& plan);

}  // namespace sramscope::test

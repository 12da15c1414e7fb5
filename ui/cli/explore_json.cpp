#include <nlohmann/json.hpp>

#include "ui/cli/explore_rows.h"

namespace sramscope::cli {

std::string explore_json(const Network& network, const Board& board,
                         const std::vector<ExploreRow>& rows) {
  nlohmann::ordered_json json;
  json["network"] = network.name;
  json["board"] = board.name;
  json["clock_hz"] = board.clock_hz;
  json["schedules"] = nlohmann::ordered_json::array();
  for (const ExploreRow& row : rows) {
    json["schedules"].push_back({{"schedule", row.schedule},
                                 {"planned_peak_bytes", row.planned_bytes},
                                 {"measured_peak_bytes", row.measured_bytes},
                                 {"arena_bytes", row.arena_bytes},
                                 {"live_peak_bytes", row.live_peak},
                                 {"cycles", row.cycles},
                                 {"milliseconds", static_cast<double>(row.cycles) * 1e3 /
                                                      static_cast<double>(board.clock_hz)},
                                 {"instructions", row.instructions},
                                 {"macs", row.macs},
                                 {"mac_factor", row.mac_factor},
                                 {"flash_bytes", row.flash_bytes},
                                 {"ram_bytes", row.ram_bytes},
                                 {"fits", row.fits},
                                 {"bit_equal", row.bit_equal},
                                 {"plan_equals_measurement", row.plan_difference.empty()},
                                 {"plan_difference", row.plan_difference},
                                 {"remark", row.remark}});
  }
  return json.dump(2) + "\n";
}

}  // namespace sramscope::cli

// The layer map as JSON, written beside generated firmware.
#include <nlohmann/json.hpp>

#include "sramscope/codegen.h"

namespace sramscope {

std::string to_json(const LayerMap& map) {
  nlohmann::ordered_json json;
  json["network"] = map.network;
  json["schedule"] = map.schedule;
  json["arena_bytes"] = map.arena_bytes;
  json["layers"] = nlohmann::ordered_json::array();
  for (const auto& entry : map.entries) {
    json["layers"].push_back({{"layer", entry.layer.value},
                              {"marker", entry.marker},
                              {"operator", operator_kind_name(entry.kind)},
                              {"macs", entry.macs},
                              {"planned_bytes", entry.planned_bytes}});
  }
  return json.dump(2) + "\n";
}

}  // namespace sramscope

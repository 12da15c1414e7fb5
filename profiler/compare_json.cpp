#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "profiler/compare_facts.h"
#include "profiler/counter_names.h"
#include "sramscope/compare.h"

namespace sramscope {
namespace {

using Json = nlohmann::ordered_json;

Json side_json(const BlockComparison::Side& side) {
  if (!side.present) {
    return nullptr;
  }
  return {
      {"cycles", side.cycles},
      {"executions", side.executions},
      {"live_peak_bytes", side.live_peak},
      {"touched_bytes", side.touched},
      {"stack_bytes", side.stack},
      {"flash_load_bytes", side.flash_load_bytes},
  };
}

Json run_json(const std::string& title, const Report& report) {
  const Provenance& p = report.provenance;
  Json total;
  for (const auto& [name, value] : profiler::kCounters) {
    total[name] = report.total.*value;
  }
  return {
      {"title", title},
      {"elf_path", p.elf_path},
      {"elf_sha256", p.elf_sha256},
      {"board", p.board},
      {"core", p.core},
      {"clock_hz", p.clock_hz},
      {"cycle_model_version", p.cycle_model_version},
      {"partial", report.partial},
      {"total", std::move(total)},
      {"live_peak_bytes", report.memory.live_peak},
      {"live_peak_place", profiler::peak_place(report)},
      {"touched_bytes", report.memory.touched},
      {"stack_bytes", report.memory.stack},
      {"console_fnv1a", report.console_fnv1a},
      {"console_size_bytes", report.console_bytes},
  };
}

}  // namespace

std::string to_json(const Comparison& comparison) {
  const profiler::CompareFacts facts = profiler::compare_facts(comparison);
  Json repeated = Json::array();
  for (const std::size_t i : facts.repeated) {
    repeated.push_back(comparison.blocks[i].name);
  }
  Json blocks = Json::array();
  for (const BlockComparison& block : comparison.blocks) {
    blocks.push_back({{"name", block.name}, {"a", side_json(block.a)}, {"b", side_json(block.b)}});
  }
  const auto cycles = [](Cycles a, Cycles b) { return Json{{"a_cycles", a}, {"b_cycles", b}}; };
  const Json json = {
      {"schema_version", kReportSchemaVersion},
      {"a", run_json(comparison.title_a, comparison.a)},
      {"b", run_json(comparison.title_b, comparison.b)},
      {"blocks", std::move(blocks)},
      {"repeated_blocks", std::move(repeated)},
      {"repeated_blocks_total", cycles(facts.repeated_a, facts.repeated_b)},
      {"everything_else_total", cycles(facts.other_a, facts.other_b)},
      {"same_output", comparison.same_output},
      {"caveats", profiler::caveats(comparison)},
  };
  return json.dump(1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sramscope

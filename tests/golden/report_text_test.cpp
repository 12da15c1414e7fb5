// The texts that people see, against files. After a change that is meant: UPDATE_GOLDENS=1
// golden_tests, and look at the difference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "sramscope/compare.h"
#include "sramscope/report.h"
#include "tests/support/full_report.h"
#include "tests/support/sample_report.h"

namespace sramscope {
namespace {

using sramscope::testing::full_report;
using sramscope::testing::layerwise_report;
using sramscope::testing::patched_report;

void expect_golden(const std::string& actual, const std::string& name) {
  const std::string path = std::string(SRAMSCOPE_SOURCE_DIR) + "/tests/golden/" + name;
  if (std::getenv("UPDATE_GOLDENS") != nullptr) {
    std::ofstream(path) << actual;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << "no golden file " << path;
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(actual, expected.str()) << "golden file " << path;
}

TEST(ReportGolden, Wide) {
  expect_golden(to_text(layerwise_report(), {.width = 140}), "report_wide.txt");
}

TEST(ReportGolden, Narrow) {
  expect_golden(to_text(layerwise_report(), {.width = 60}), "report_narrow.txt");
}

TEST(ReportGolden, PatchesAndTrouble) {
  Report report = patched_report();
  report.partial = true;
  report.stop.kind = StopKind::fault;
  report.stop.message = "store outside memory: 4 bytes at 0x20050010\n   at 0x08003a1c";
  report.warnings = {"layer 'conv' was still open when the run ended: closed there"};
  expect_golden(to_text(report, {.width = 100}), "report_patches.txt");
}

TEST(ReportGolden, WithoutLayers) {
  Report report;
  report.provenance.board = "derived";
  report.provenance.board_derived = true;
  report.provenance.core = "cortex-m4";
  report.provenance.cycle_model = "cortex-m4";
  report.total.cycles = 1234;
  report.total.instructions = 1000;
  report.outside = report.total;
  expect_golden(to_text(report, {.width = 100}), "report_without_layers.txt");
}

TEST(ReportGolden, Json) { expect_golden(to_json(patched_report()), "report.json"); }

/// Compares what the schema lists with what a report has; `place` names the value in messages.
void expect_described(const nlohmann::json& schema, const nlohmann::json& root,
                      const nlohmann::json& value, const std::string& place) {
  if (schema.contains("$ref")) {
    const auto& target =
        root.at(nlohmann::json::json_pointer(schema["$ref"].get<std::string>().substr(1)));
    return expect_described(target, root, value, place);
  }
  if (value.is_array()) {
    for (const auto& item : value) {
      expect_described(schema.at("items"), root, item, place + "[]");
    }
  }
  if (!value.is_object()) {
    return;
  }
  for (const auto& [key, inner] : value.items()) {
    ASSERT_TRUE(schema.at("properties").contains(key))
        << place << "." << key << " is not in the schema";
    expect_described(schema["properties"][key], root, inner, place + "." + key);
  }
  for (const auto& key : schema.at("required")) {
    EXPECT_TRUE(value.contains(key.get<std::string>())) << place << " lacks " << key;
  }
}

TEST(ReportGolden, TheSchemaDescribesWhatIsWritten) {
  std::ifstream file(std::string(SRAMSCOPE_SOURCE_DIR) + "/profiler/report.schema.json");
  const auto schema = nlohmann::json::parse(file);
  expect_described(schema, schema, nlohmann::json::parse(to_json(full_report())), "report");
  EXPECT_EQ(schema["properties"]["schema_version"]["const"], kReportSchemaVersion);
  for (int kind = 0; kind <= static_cast<int>(StopKind::interrupted); ++kind) {
    const std::string name(stop_kind_name(static_cast<StopKind>(kind)));
    const auto& known = schema["properties"]["stop"]["properties"]["kind"]["enum"];
    EXPECT_NE(std::find(known.begin(), known.end(), name), known.end()) << name;
  }
}

TEST(ReportGolden, Compare) {
  expect_golden(to_text(compare(layerwise_report(), patched_report()), {.width = 100}, 256 << 10),
                "report_compare.txt");
}

}  // namespace
}  // namespace sramscope

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "sramscope/fault.h"
#include "sramscope/report.h"
#include "tests/support/full_report.h"
#include "tests/support/sample_report.h"

namespace sramscope {
namespace {

using Json = nlohmann::ordered_json;
using sramscope::testing::full_report;
using sramscope::testing::layerwise_report;
using sramscope::testing::patched_report;

/// The message with which a changed report is refused.
template <class Change>
std::string refusal(const Change& change) {
  Json json = Json::parse(to_json(layerwise_report()));
  change(json);
  const Result<Report> report = report_from_json(json.dump(), "r.json");
  return report ? "accepted" : report.error().message;
}

TEST(ReportJson, RoundTripKeepsEveryByte) {
  for (const Report& report : {layerwise_report(), patched_report(), full_report(), Report{}}) {
    const std::string json = to_json(report);
    const Result<Report> again = report_from_json(json, "r.json");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_json(*again), json);
    EXPECT_EQ(again->layers.size(), report.layers.size());
  }
}

/// Where no value of `json` is empty: "" or the place of one that is. Lists that are meant to be
/// empty have no place here.
std::string empty_place(const Json& json, const std::string& place) {
  if (json.is_structured() && json.empty()) {
    return place;
  }
  std::string found;
  for (const auto& [key, value] : json.items()) {
    if (json.is_structured() && found.empty() && place.find("terms") == std::string::npos) {
      found = empty_place(value, place + "/" + key);
    }
  }
  return found;
}

TEST(ReportJson, TheFullReportLacksNothing) {
  Json json = Json::parse(to_json(full_report()));
  json["peak_definitions"].erase(0);  // the live peak differs from itself by nothing
  EXPECT_EQ(empty_place(json, ""), "");
}

TEST(ReportJson, EveryValueIsReadFromItsOwnPlace) {
  const Result<Report> again = report_from_json(to_json(full_report()), "r.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->total, testing::full_counters(1000));
  EXPECT_EQ(again->layers[0].kind, LayerKind::network);
  EXPECT_EQ(again->layers[1].kind, LayerKind::block);
  EXPECT_EQ(again->layers[2].kind, LayerKind::layer);
  EXPECT_EQ(again->memory.reserved_by_kind, (BytesByKind{11, 12, 13, 14, 15}));
  EXPECT_EQ(again->stop.fault->registers[2], 3U);
  EXPECT_EQ(again->schedule.steps[0].patch_columns, 2U);
  EXPECT_EQ(again->peak_definitions[1].terms[1].bytes, -15);
  EXPECT_EQ(again->buffers[0].read_by, std::vector<std::uint32_t>{3});
  EXPECT_EQ(again->peak_items[1].buffer, -1);
  EXPECT_EQ(again->layer_buffers[0].role, BufferRole::in_place);
  EXPECT_EQ(again->timeline[1].by_kind[3], 8U);
  EXPECT_EQ(again->memory_map.rows[0].runs[1], (std::pair{5U, 256U}));
  EXPECT_EQ(again->findings[1].kind, FindingKind::never_touched);
  EXPECT_EQ(again->findings[1].layer, -1);
  EXPECT_EQ(again->call_edges[0].inclusive, testing::full_counters(500));
  EXPECT_EQ(again->call_tree[1].parent, 0);
  EXPECT_EQ(again->listings[0].instructions[0].by_cause[1], 10U);
}

TEST(ReportJson, VersionOneIsRead) {
  std::ifstream file(std::string(SRAMSCOPE_SOURCE_DIR) + "/tests/golden/report_version_1.json");
  std::stringstream text;
  text << file.rdbuf();
  const Result<Report> old = report_from_json(text.str(), "old.json");
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_EQ(to_json(*old), to_json(patched_report()));
}

TEST(ReportJson, EveryStopKindSurvives) {
  for (int kind = 0; kind <= static_cast<int>(StopKind::interrupted); ++kind) {
    Report report;
    report.stop.kind = static_cast<StopKind>(kind);
    const Result<Report> again = report_from_json(to_json(report), "r.json");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->stop.kind, report.stop.kind);
  }
}

TEST(ReportJson, NamesThatAreNotUtf8DoNotBreakTheFile) {
  Report report = layerwise_report();
  report.layers[0].name = "\xff\xfe layer";
  EXPECT_TRUE(report_from_json(to_json(report), "r.json"));
}

TEST(ReportJson, UnknownKeysAreTolerated) {
  EXPECT_EQ(refusal([](Json& j) { j["future"] = 1; }), "accepted");
  EXPECT_EQ(refusal([](Json& j) { j["layers"][0]["future"] = Json::array(); }), "accepted");
}

TEST(ReportJson, ErrorsNameFilePlaceAndReason) {
  EXPECT_EQ(refusal([](Json& j) { j["layers"][3]["inclusive"]["cycles"] = "many"; }),
            "r.json: layers[3].inclusive.cycles: expected a whole number that is not negative, got "
            "\"many\"");
  EXPECT_EQ(refusal([](Json& j) { j["total"]["loads"] = -1; }),
            "r.json: total.loads: expected a whole number that is not negative, got -1");
  EXPECT_EQ(refusal([](Json& j) { j["total"]["loads"] = 1.5; }),
            "r.json: total.loads: expected a whole number that is not negative, got 1.5");
  EXPECT_EQ(refusal([](Json& j) { j["memory"].erase("stack_bytes"); }),
            "r.json: memory.stack_bytes: is missing");
  EXPECT_EQ(refusal([](Json& j) { j["layers"] = "none"; }),
            "r.json: layers: expected an array, got \"none\"");
  EXPECT_EQ(refusal([](Json& j) { j["layers"][1] = 5; }),
            "r.json: layers[1]: expected an object, got 5");
  EXPECT_EQ(refusal([](Json& j) { j["partial"] = "no"; }),
            "r.json: partial: expected true or false, got \"no\"");
  EXPECT_EQ(refusal([](Json& j) { j["provenance"]["board"] = Json::array(); }),
            "r.json: provenance.board: expected a string, got an array");
  EXPECT_EQ(refusal([](Json& j) { j["stop"]["kind"] = "tired"; }),
            "r.json: stop.kind: \"tired\" is none of exited, fault, lockup, cycle_limit, "
            "instruction_limit, no_progress, breakpoint, reset_request, interrupted");
  EXPECT_EQ(refusal([](Json& j) { j["layers"][2]["kind"] = "thing"; }),
            "r.json: layers[2].kind: \"thing\" is none of network, block, layer");
  EXPECT_EQ(refusal([](Json& j) { j["layers"][2]["parent"] = 2; }),
            "r.json: layers[2].parent: 2 is no layer before this one, there are 2");
  EXPECT_EQ(refusal([](Json& j) { j["layers"][2]["id"] = 9; }),
            "r.json: layers[2].id: 9 is no layer at this place, there are 1");
  EXPECT_EQ(refusal([](Json& j) { j["executions"][0]["layer"] = 99; }),
            "r.json: executions[0].layer: 99 is no layer, there are 14");
  EXPECT_EQ(refusal([](Json& j) { j.erase("findings"); }), "r.json: findings: is missing");
  EXPECT_EQ(refusal([](Json& j) { j["peak_items"] = Json::parse(R"([{"buffer": 0}])"); }),
            "r.json: peak_items[0].buffer: 0 is no buffer, there are 0");
  EXPECT_EQ(refusal([](Json& j) { j["call_edges"] = Json::parse(R"([{"caller": 3}])"); }),
            "r.json: call_edges[0].caller: 3 is no function, there are 0");
  EXPECT_EQ(refusal([](Json& j) { j["timeline"] = {1}; }),
            "r.json: timeline[0]: expected an object, got 1");
  EXPECT_EQ(refusal([](Json& j) { j["total"]["by_cause_cycles"] = Json(std::vector<int>(10)); }),
            "r.json: total.by_cause_cycles[9]: there are 9 at most");
  EXPECT_EQ(refusal([](Json& j) { j["stop"]["pc_address"] = 0x1'0000'0000; }),
            "r.json: stop.pc_address: 4294967296 is too large, the most is 4294967295");
}

TEST(ReportJson, OtherVersionsAreNamed) {
  EXPECT_EQ(
      refusal([](Json& j) { j["schema_version"] = kReportSchemaVersion + 1; }),
      "r.json: schema_version: the report has version 3, this sramscope reads versions 1 to 2");
  EXPECT_EQ(
      refusal([](Json& j) { j["schema_version"] = 0; }),
      "r.json: schema_version: the report has version 0, this sramscope reads versions 1 to 2");
  EXPECT_EQ(refusal([](Json& j) { j.erase("schema_version"); }),
            "r.json: schema_version: is missing");
}

TEST(ReportJson, WhatIsNoJsonSaysWhere) {
  const auto message = [](const std::string& text) {
    const Result<Report> report = report_from_json(text, "r.json");
    return report ? std::string("accepted") : report.error().message;
  };
  EXPECT_EQ(message("").find("r.json: not a report: parse error at line 1"), 0U) << message("");
  const std::string whole = to_json(layerwise_report());
  EXPECT_EQ(
      message(whole.substr(0, whole.size() / 2)).find("r.json: not a report: parse error at line "),
      0U);
  EXPECT_EQ(message("[]"), "r.json: expected an object, got an array");
  EXPECT_EQ(message("7"), "r.json: expected an object, got 7");
}

TEST(ReportJson, EveryTruncationIsRefused) {
  const std::string whole = to_json(patched_report());
  for (std::size_t size = 0; size + 2 < whole.size(); size += 97) {
    EXPECT_FALSE(report_from_json(whole.substr(0, size), "r.json")) << size;
  }
}

TEST(Report, ConservationNamesWhatDoesNotAddUp) {
  Report report = layerwise_report();
  EXPECT_EQ(check_conservation(report), "");
  report.outside.loads += 1;
  EXPECT_EQ(check_conservation(report),
            "loads of the layers and outside make 9552501, the total is 9552500");
  report = layerwise_report();
  report.layers[4].exclusive.cycles -= 1;
  EXPECT_EQ(check_conservation(report),
            "cycles of layer 4 'expand': its own and those nested in it make 9099999, the layer "
            "has 9100000");
}

}  // namespace
}  // namespace sramscope

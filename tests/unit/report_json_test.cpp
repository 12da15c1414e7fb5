#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sramscope/fault.h"
#include "sramscope/report.h"
#include "tests/support/sample_report.h"

namespace sramscope {
namespace {

using Json = nlohmann::ordered_json;
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
  for (Report report : {layerwise_report(), patched_report(), Report{}}) {
    report.stop = {.kind = StopKind::fault,
                   .exit_status = 7,
                   .pc = 0x08001234,
                   .message = "store outside memory\n   at \"x\"",
                   .layer = "net/conv"};
    Fault& fault = report.stop.fault.emplace();
    fault.kind = "write";
    fault.registers[15] = 0x08001234;
    fault.bfar = 0x20050010;
    fault.stack.push_back({.pc = 0x08001234,
                           .function = "conv",
                           .offset = 4,
                           .source = {.file = "kernels/conv.c", .line = 118},
                           .inlined = true,
                           .maybe = true,
                           .entered_by_exception = 14});
    report.partial = true;
    report.executions_truncated = true;
    report.warnings = {"one", "two"};
    report.provenance.board_derived = true;
    report.total.cycles = ~Cycles{0};
    const std::string json = to_json(report);
    const Result<Report> again = report_from_json(json, "r.json");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_json(*again), json);
    EXPECT_EQ(again->stop.kind, StopKind::fault);
    EXPECT_EQ(again->total.cycles, ~Cycles{0});
    EXPECT_EQ(again->layers.size(), report.layers.size());
  }
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
            "r.json: stop.kind: unknown stop reason \"tired\"");
  EXPECT_EQ(refusal([](Json& j) { j["layers"][2]["kind"] = "thing"; }),
            "r.json: layers[2].kind: expected network, block or layer, got \"thing\"");
  EXPECT_EQ(refusal([](Json& j) { j["layers"][2]["parent"] = 2; }),
            "r.json: layers[2].parent: 2 is no layer before this one");
  EXPECT_EQ(refusal([](Json& j) { j["layers"][2]["id"] = 9; }),
            "r.json: layers[2].id: expected 2, got 9");
  EXPECT_EQ(refusal([](Json& j) { j["executions"][0]["layer"] = 99; }),
            "r.json: executions[0].layer: 99 is no layer, there are 14");
  EXPECT_EQ(refusal([](Json& j) { j["stop"]["pc_address"] = 0x1'0000'0000; }),
            "r.json: stop.pc_address: 4294967296 is too large, the most is 4294967295");
}

TEST(ReportJson, OtherVersionsAreNamed) {
  EXPECT_EQ(
      refusal([](Json& j) { j["schema_version"] = kReportSchemaVersion + 1; }),
      "r.json: schema_version: the report has version 2, this sramscope reads versions 1 to 1");
  EXPECT_EQ(
      refusal([](Json& j) { j["schema_version"] = 0; }),
      "r.json: schema_version: the report has version 0, this sramscope reads versions 1 to 1");
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

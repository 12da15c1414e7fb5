#include "sramscope/layer_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "profiler/layer_rule.h"

namespace sramscope {
namespace {

using profiler::CodeMap;
using profiler::LayerRule;
using profiler::RuleMatch;

LayerChoice by_markers(const std::string& reason) {
  LayerChoice choice;
  choice.plan.reason = reason;
  return choice;
}

LayerChoice no_layers(const std::string& reason) {
  LayerChoice choice;
  choice.plan.rule = "none";
  choice.plan.markers = false;
  choice.plan.reason = reason;
  return choice;
}

LayerChoice automatic(const Image& image) {
  if (!image.marker_names.empty()) {
    return by_markers("the firmware contains markers (include/sramscope/marker.h)");
  }
  const CodeMap code(image);
  LayerChoice choice;
  for (const LayerRule& rule : profiler::built_in_rules()) {
    RuleMatch match = profiler::match_rule(rule, code);
    choice.tried.push_back(match.verdict);
    if (!match.verdict.matches) continue;
    choice.plan = std::move(match.plan);
    return choice;
  }
  RuleMatch match = profiler::match_generic(code);
  choice.tried.push_back(match.verdict);
  if (match.verdict.matches) {
    choice.plan = std::move(match.plan);
    choice.needs_first_run = choice.plan.points.empty();
  } else {
    choice.plan = no_layers("no markers, no rule fits, and " + match.verdict.reason).plan;
    choice.plan.markers = true;
  }
  return choice;
}

Result<LayerChoice> with_match(RuleMatch match, const Image& image) {
  if (!match.verdict.matches) {
    return Error{fmt::format("{}: the layer rule {} does not fit: {}", image.path,
                             match.verdict.rule, match.verdict.reason)};
  }
  LayerChoice choice{std::move(match.plan), {match.verdict}};
  choice.needs_first_run = choice.plan.points.empty();
  return choice;
}

Result<LayerChoice> from_file(const Image& image, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{"cannot read the layer rule " + path};
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto rule =
      profiler::rule_from_json(text, path, std::filesystem::path(path).stem().string());
  if (!rule) return rule.error();
  return with_match(profiler::match_rule(*rule, CodeMap(image)), image);
}

bool is_file_name(const std::string& choice) {
  std::error_code ignored;
  return choice.ends_with(".json") || choice.find('/') != std::string::npos ||
         std::filesystem::is_regular_file(choice, ignored);
}

}  // namespace

std::vector<std::string> layer_rule_names() {
  std::vector<std::string> names;
  for (const LayerRule& rule : profiler::built_in_rules()) names.push_back(rule.name);
  std::sort(names.begin(), names.end());
  return names;
}

LayerPlan learn_layers(const Image& image, const CodeProfile& first_run) {
  RuleMatch match = profiler::match_by_calls(CodeMap(image), first_run);
  if (match.verdict.matches) return std::move(match.plan);
  return no_layers("no markers, no rule fits, and " + match.verdict.reason).plan;
}

Result<LayerChoice> choose_layers(const Image& image, const std::string& choice) {
  if (choice == "auto") return automatic(image);
  if (choice == "none") return no_layers("asked for");
  if (choice == "markers") return by_markers("asked for");
  if (choice == "generic") return with_match(profiler::match_generic(CodeMap(image)), image);
  for (const LayerRule& rule : profiler::built_in_rules()) {
    if (rule.name == choice) return with_match(match_rule(rule, CodeMap(image)), image);
  }
  if (is_file_name(choice)) return from_file(image, choice);
  std::string names;
  for (const std::string& name : layer_rule_names()) names += ", " + name;
  return Error{
      fmt::format("no layer rule is named \"{}\"; there are auto, none, markers, "
                  "generic{}; a rule file's name ends in .json",
                  choice, names)};
}

}  // namespace sramscope

// The only reader of rule files. A rule file is one object:
//   engine        name of the inference engine
//   priority      rules with a higher one are tried first (default 0)
//   requires      list of patterns, each of which must match a function
//   container     functions whose calls are the layers (default: all but callers_except)
//   callers_except
//   calls         "direct", "indirect", "any" or "region"
//   callee        which calls are layers (default: all); exclude: which are not
//   key           what tells layers of one name apart: "site", "callee", "ordinal", "r0" .. "r3"
//   strip         list of prefixes to take off the callees' names
//   region        {begin, end, name}: functions that mark a region when they are called
//   operator_names  {argument, registration_offsets, function_offset, code_offset, custom_code,
//                 custom_name_offset, names}: see OperatorNames in layer_plan.h
//   patches       {function, top, left}: see PatchArguments
//   fewest_instructions  layers with fewer per execution count as outside
// Patterns are shell wildcards, alternatives separated by "|". Keys that start with "_" are
// comments.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>

#include "profiler/embedded_rules.h"
#include "profiler/layer_rule.h"

namespace sramscope::profiler {
namespace {

using Json = nlohmann::json;

/// What is wrong, and where; caught at the door.
struct BadRule {
  std::string reason;
};

void refuse_unknown(const Json& object, std::span<const std::string_view> keys,
                    const std::string& path) {
  if (!object.is_object()) throw BadRule{path + "expected an object"};
  for (const auto& [key, unused] : object.items()) {
    if (key.starts_with("_") || std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    std::string known;
    for (const std::string_view k : keys) known += (known.empty() ? "" : ", ") + std::string(k);
    throw BadRule{fmt::format("{}unknown key \"{}\" (known: {})", path, key, known)};
  }
}

std::string read_text(const Json& object, const char* key, const std::string& otherwise = "") {
  const auto found = object.find(key);
  if (found == object.end()) return otherwise;
  if (!found->is_string()) throw BadRule{fmt::format("{}: expected a string", key)};
  return found->get<std::string>();
}

std::uint32_t read_number(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return 0;
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() > 0xffffffffu) {
    throw BadRule{fmt::format("{}: expected a whole number", key)};
  }
  return found->get<std::uint32_t>();
}

std::vector<std::string> read_texts(const Json& object, const char* key) {
  std::vector<std::string> texts;
  const auto found = object.find(key);
  if (found == object.end()) return texts;
  const bool ok = found->is_array() && std::all_of(found->begin(), found->end(),
                                                   [](const Json& j) { return j.is_string(); });
  if (!ok) throw BadRule{fmt::format("{}: expected a list of strings", key)};
  return found->get<std::vector<std::string>>();
}

Pattern parse_pattern(const std::string& text) {
  Pattern pattern;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('|', begin), text.size());
    if (end > begin) pattern.alternatives.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return pattern;
}

Pattern read_pattern(const Json& object, const char* key) {
  return parse_pattern(read_text(object, key));
}

/// "r0" to "r3".
unsigned read_argument(const Json& object, const char* key) {
  const std::string text = read_text(object, key);
  if (text.size() == 2 && text[0] == 'r' && text[1] >= '0' && text[1] <= '3') {
    return static_cast<unsigned>(text[1] - '0');
  }
  throw BadRule{
      fmt::format("{}: expected an argument register \"r0\" to \"r3\", got \"{}\"", key, text)};
}

LayerRule::Calls read_calls(const Json& object) {
  const std::string text = read_text(object, "calls", "direct");
  if (text == "direct") return LayerRule::Calls::direct;
  if (text == "indirect") return LayerRule::Calls::indirect;
  if (text == "any") return LayerRule::Calls::any;
  if (text == "region") return LayerRule::Calls::region;
  throw BadRule{fmt::format(
      "calls: expected \"direct\", \"indirect\", \"any\" or \"region\", got \"{}\"", text)};
}

void read_key(const Json& object, LayerRule& rule) {
  const std::string text = read_text(object, "key", "site");
  if (text == "site") {
    rule.key = LayerKey::site;
  } else if (text == "callee") {
    rule.key = LayerKey::callee;
  } else if (text == "ordinal") {
    rule.key = LayerKey::ordinal;
  } else {
    rule.key = LayerKey::argument;
    rule.key_argument = read_argument(object, "key");
  }
}

OperatorNames read_operator_names(const Json& object) {
  constexpr std::array<std::string_view, 7> kKeys = {
      "argument",    "registration_offsets", "function_offset",
      "code_offset", "custom_code",          "custom_name_offset",
      "names"};
  refuse_unknown(object, kKeys, "operator_names: ");
  OperatorNames names;
  names.argument = read_argument(object, "argument");
  const auto offsets = object.find("registration_offsets");
  if (offsets == object.end() || !offsets->is_array() || offsets->empty()) {
    throw BadRule{"operator_names.registration_offsets: expected a list of offsets"};
  }
  for (const Json& offset : *offsets) {
    if (!offset.is_number_unsigned()) {
      throw BadRule{"operator_names.registration_offsets: expected whole numbers"};
    }
    names.registration_offsets.push_back(offset.get<std::uint32_t>());
  }
  names.function_offset = read_number(object, "function_offset");
  names.code_offset = read_number(object, "code_offset");
  names.custom_code = read_number(object, "custom_code");
  names.custom_name_offset = read_number(object, "custom_name_offset");
  names.names = read_texts(object, "names");
  return names;
}

void read_region(const Json& object, LayerRule& rule) {
  constexpr std::array<std::string_view, 3> kKeys = {"begin", "end", "name"};
  refuse_unknown(object, kKeys, "region: ");
  rule.region_begin = read_pattern(object, "begin");
  rule.region_end = read_pattern(object, "end");
  rule.region_name = read_text(object, "name", "region");
  if (rule.region_begin.empty() || rule.region_end.empty()) {
    throw BadRule{"region: begin and end are needed"};
  }
}

void read_patches(const Json& object, LayerRule& rule) {
  constexpr std::array<std::string_view, 3> kKeys = {"function", "top", "left"};
  refuse_unknown(object, kKeys, "patches: ");
  rule.patch_function = read_pattern(object, "function");
  rule.patches.top = read_argument(object, "top");
  rule.patches.left = read_argument(object, "left");
}

LayerRule read_rule(const Json& object) {
  constexpr std::array<std::string_view, 15> kKeys = {
      "name",           "engine", "priority", "requires",       "container",
      "callers_except", "calls",  "callee",   "exclude",        "key",
      "strip",          "region", "patches",  "operator_names", "fewest_instructions"};
  refuse_unknown(object, kKeys, "");
  LayerRule rule;
  rule.name = read_text(object, "name");
  rule.engine = read_text(object, "engine");
  if (rule.engine.empty()) throw BadRule{"engine: a name is needed"};
  rule.priority = static_cast<int>(read_number(object, "priority"));
  for (const std::string& text : read_texts(object, "requires")) {
    rule.required.push_back(parse_pattern(text));
  }
  rule.container = read_pattern(object, "container");
  rule.callers_except = read_pattern(object, "callers_except");
  rule.calls = read_calls(object);
  rule.callee = read_pattern(object, "callee");
  rule.exclude = read_pattern(object, "exclude");
  read_key(object, rule);
  rule.strip = read_texts(object, "strip");
  if (object.contains("region")) read_region(object["region"], rule);
  if (object.contains("patches")) read_patches(object["patches"], rule);
  if (object.contains("operator_names")) {
    rule.operator_names = read_operator_names(object["operator_names"]);
  }
  rule.fewest_instructions = read_number(object, "fewest_instructions");
  if (rule.calls == LayerRule::Calls::region && rule.region_begin.empty()) {
    throw BadRule{"region: needed where calls is \"region\""};
  }
  if (rule.calls != LayerRule::Calls::region && rule.container.empty() && rule.callee.empty()) {
    throw BadRule{"container or callee: one of them is needed"};
  }
  return rule;
}

}  // namespace

Result<LayerRule> rule_from_json(std::string_view json, const std::string& where,
                                 const std::string& name) {
  try {
    LayerRule rule = read_rule(Json::parse(json));
    if (rule.name.empty()) rule.name = name;
    return rule;
  } catch (const BadRule& bad) {
    return Error{fmt::format("layer rule {}: {}", where, bad.reason)};
  } catch (const Json::exception& error) {
    return Error{fmt::format("layer rule {}: not JSON: {}", where, error.what())};
  }
}

const std::vector<LayerRule>& built_in_rules() {
  static const std::vector<LayerRule> rules = [] {
    std::vector<LayerRule> read;
    for (const EmbeddedFile& file : embedded_rules()) {
      auto rule = rule_from_json(file.text, std::string(file.name), std::string(file.name));
      // A rule of ours that cannot be read is caught by a test.
      if (rule) read.push_back(std::move(*rule));
    }
    std::stable_sort(read.begin(), read.end(), [](const LayerRule& a, const LayerRule& b) {
      return a.priority > b.priority;
    });
    return read;
  }();
  return rules;
}

}  // namespace sramscope::profiler

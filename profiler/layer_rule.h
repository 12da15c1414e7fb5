#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/code.h"
#include "sramscope/code_profile.h"
#include "sramscope/layer_plan.h"
#include "sramscope/layer_rules.h"
#include "sramscope/result.h"

namespace sramscope::profiler {

/// Names of functions: shell wildcards, alternatives separated by '|'; "" matches nothing. Compared
/// with the symbol as it stands and with its demangled form.
struct Pattern {
  std::vector<std::string> alternatives;

  bool empty() const { return alternatives.empty(); }
  bool matches(const std::string& name) const;
  /// As it was written.
  std::string text() const;
};

/// How the binaries of one engine are cut into layers: one rule file.
struct LayerRule {
  enum class Calls : std::uint8_t { direct, indirect, any, region };

  std::string name;
  std::string engine;
  /// Rules with a higher one are tried first.
  int priority = 0;
  /// Each of them must match a function.
  std::vector<Pattern> required;
  /// Functions whose calls are layers; empty: every function that `callers_except` does not match.
  Pattern container;
  Pattern callers_except;
  Calls calls = Calls::direct;
  /// Which calls are layers; empty: all.
  Pattern callee;
  Pattern exclude;
  LayerKey key = LayerKey::site;
  unsigned key_argument = 0;
  /// Prefixes that are taken off the names of callees.
  std::vector<std::string> strip;
  Pattern region_begin;
  Pattern region_end;
  std::string region_name;
  std::optional<OperatorNames> operator_names;
  /// The function that computes one patch, and its arguments.
  Pattern patch_function;
  PatchArguments patches;
  std::uint64_t fewest_instructions = 0;
};

/// Reads a rule file. Errors name `where`, the place and the reason.
Result<LayerRule> rule_from_json(std::string_view json, const std::string& where,
                                 const std::string& name);

/// The compiled-in rules, in the order of trying.
const std::vector<LayerRule>& built_in_rules();

/// What an image is made of, worked out once for all rules.
struct CodeMap {
  explicit CodeMap(const Image& image);

  const Image& image;
  std::vector<CodeFunction> functions;
  bool has_symbols = false;

  /// The function that `address` lies in, else null.
  const CodeFunction* at(Addr address) const;
};

/// A rule on an image: the plan's points are empty when it does not match.
struct RuleMatch {
  LayerPlan plan;
  RuleVerdict verdict;
};
RuleMatch match_rule(const LayerRule& rule, const CodeMap& code);

/// The rule of last resort: a container by the looks of its name or of its calls.
RuleMatch match_generic(const CodeMap& code);

/// The same from the calls of a first run, where names do not help.
RuleMatch match_by_calls(const CodeMap& code, const CodeProfile& profile);

/// "conv2d" for "conv2d.constprop.0.isra.0", "ns::conv2d" for a mangled "ns::conv2d(int)".
std::string plain_name(const std::string& symbol);

}  // namespace sramscope::profiler

// A rule on an image: where its layers begin and end.
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <set>
#include <utility>

#include "profiler/layer_rule.h"

namespace sramscope::profiler {

namespace {

bool fits(const std::string& pattern, const std::string& text) {
  return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

/// "call" and "calls".
std::string counted_calls(std::size_t count) {
  return fmt::format("{} call{}", count, count == 1 ? "" : "s");
}

std::string names_of(const std::vector<const CodeFunction*>& functions) {
  constexpr std::size_t kMost = 3;
  std::string names;
  for (std::size_t i = 0; i < std::min(kMost, functions.size()); ++i) {
    names += (i == 0 ? "" : ", ") + plain_name(functions[i]->name);
  }
  if (functions.size() > kMost) names += fmt::format(" and {} more", functions.size() - kMost);
  return names;
}

/// The name without the longest-known prefix that a pattern of `prefixes` takes off.
std::string stripped(const std::string& name, const std::vector<std::string>& prefixes) {
  for (const std::string& prefix : prefixes) {
    for (std::size_t length = 1; length < name.size(); ++length) {
      if (fits(prefix, name.substr(0, length))) return name.substr(length);
    }
  }
  return name;
}

class Matcher {
 public:
  Matcher(const LayerRule& rule, const CodeMap& code) : rule_(rule), code_(code) {}

  RuleMatch run() {
    match_.verdict = {rule_.name, rule_.engine, false, find()};
    match_.verdict.matches = !match_.plan.points.empty();
    LayerPlan& plan = match_.plan;
    plan.rule = rule_.name;
    plan.engine = rule_.engine;
    plan.reason = match_.verdict.reason;
    plan.markers = false;
    plan.key = rule_.key;
    plan.key_argument = rule_.key_argument;
    plan.operator_names = rule_.operator_names;
    plan.fewest_instructions = rule_.fewest_instructions;
    return std::move(match_);
  }

 private:
  /// Fills the points; returns why, or why not.
  std::string find() {
    if (!code_.has_symbols) return "the image has no symbols (stripped)";
    for (const Pattern& pattern : rule_.required) {
      if (!any(pattern)) return fmt::format("no function is named {}", pattern.text());
    }
    if (rule_.calls == LayerRule::Calls::region) return find_region();
    const std::vector<const CodeFunction*> containers = find_containers();
    if (containers.empty()) return fmt::format("no function is named {}", rule_.container.text());
    std::vector<const CodeFunction*> used;
    std::size_t calls = 0;
    for (const CodeFunction* container : containers) {
      const std::size_t found = add_calls(*container);
      calls += found;
      if (found != 0) used.push_back(container);
    }
    if (calls == 0) return missing_calls(containers);
    if (rule_.calls != LayerRule::Calls::direct) add_callees();
    add_patches();
    return fmt::format("{} in {}", counted_calls(calls), names_of(used));
  }

  bool any(const Pattern& pattern) const {
    return std::any_of(code_.functions.begin(), code_.functions.end(),
                       [&](const CodeFunction& f) { return pattern.matches(f.name); });
  }

  std::string missing_calls(const std::vector<const CodeFunction*>& containers) const {
    if (rule_.container.empty()) {
      return fmt::format("no function calls {} directly", rule_.callee.text());
    }
    return fmt::format("{} makes no {}call that fits (inlined by LTO?)", names_of(containers),
                       rule_.calls == LayerRule::Calls::indirect ? "indirect " : "");
  }

  std::string find_region() {
    const Symbolic begin = first(rule_.region_begin);
    const Symbolic end = first(rule_.region_end);
    if (begin == nullptr) {
      return fmt::format("no function is named {}", rule_.region_begin.text());
    }
    if (end == nullptr) return fmt::format("no function is named {}", rule_.region_end.text());
    using What = LayerPoint::What;
    match_.plan.points.push_back({begin->begin, What::region_begin, {}, rule_.region_name});
    match_.plan.points.push_back({end->begin, What::region_end, {}, ""});
    return fmt::format("from {} to {}", begin->name, end->name);
  }

  using Symbolic = const CodeFunction*;
  Symbolic first(const Pattern& pattern) const {
    for (const std::string& one : pattern.alternatives) {
      for (const CodeFunction& f : code_.functions) {
        if (fits(one, f.name)) return &f;
      }
    }
    return nullptr;
  }

  std::vector<const CodeFunction*> find_containers() const {
    std::vector<const CodeFunction*> containers;
    for (const CodeFunction& f : code_.functions) {
      const bool is_caller = rule_.container.empty() ? !rule_.callers_except.matches(f.name) &&
                                                           !rule_.callee.matches(f.name)
                                                     : rule_.container.matches(f.name);
      if (is_caller) containers.push_back(&f);
    }
    return containers;
  }

  std::size_t add_calls(const CodeFunction& container) {
    std::vector<LayerPoint>& points = match_.plan.points;
    const std::size_t before = points.size();
    for (const CallSite& call : call_sites(code_.image, container)) {
      if (call.target) {
        if (rule_.calls != LayerRule::Calls::indirect) add_direct(call);
      } else if (rule_.calls != LayerRule::Calls::direct && !call.tail) {
        points.push_back({call.address, LayerPoint::What::call, {}, ""});
      }
    }
    const std::size_t found = points.size() - before;
    if (found != 0 && rule_.key == LayerKey::ordinal) {
      points.push_back({container.begin, LayerPoint::What::container, {}, ""});
    }
    return found;
  }

  void add_direct(const CallSite& call) {
    const CodeFunction* callee = code_.at(*call.target);
    if (callee == nullptr || (call.tail && callee->begin != *call.target)) return;
    if (!is_layer(callee->name)) return;
    match_.plan.points.push_back(
        {call.address, LayerPoint::What::call, call.target, layer_name(callee->name)});
  }

  bool is_layer(const std::string& name) const {
    if (rule_.exclude.matches(name)) return false;
    return rule_.callee.empty() || rule_.callee.matches(name);
  }

  std::string layer_name(const std::string& symbol) const {
    return stripped(plain_name(symbol), rule_.strip);
  }

  /// For calls through a register: the names of what may be called.
  void add_callees() {
    LayerPlan& plan = match_.plan;
    plan.only_callees = !rule_.callee.empty();
    for (const CodeFunction& f : code_.functions) {
      if (rule_.exclude.matches(f.name)) {
        plan.excluded.push_back(f.begin);
      } else if (rule_.callee.empty() || rule_.callee.matches(f.name)) {
        plan.callees.emplace_back(f.begin, callee_name(f));
      }
    }
  }

  /// Many files define an `Eval` of their own: the file tells them apart.
  std::string callee_name(const CodeFunction& f) const {
    if (f.file.empty() || !rule_.callee.empty()) return layer_name(f.name);
    return f.file.substr(0, f.file.rfind('.'));
  }

  void add_patches() {
    const CodeFunction* function = first(rule_.patch_function);
    if (function == nullptr) return;
    match_.plan.patches = rule_.patches;
    match_.plan.patches->function = function->begin;
    match_.plan.points.push_back({function->begin, LayerPoint::What::container, {}, ""});
  }

  const LayerRule& rule_;
  const CodeMap& code_;
  RuleMatch match_;
};

}  // namespace

bool Pattern::matches(const std::string& name) const {
  const auto fits_one = [&](const std::string& text) {
    return std::any_of(alternatives.begin(), alternatives.end(),
                       [&](const std::string& one) { return fits(one, text); });
  };
  return fits_one(name) || fits_one(plain_name(name));
}

std::string Pattern::text() const {
  std::string text;
  for (const std::string& one : alternatives) text += (text.empty() ? "" : " or ") + one;
  return text;
}

std::string plain_name(const std::string& symbol) {
  // GCC's clones: .constprop.0, .isra.0, .part.0, .lto_priv.0, .cold
  std::string name = demangled(symbol.substr(0, symbol.find('.', 1)));
  if (name != symbol && symbol.starts_with("_Z")) {
    const std::size_t parameters = name.find('(', name.starts_with("(anonymous") ? 1 : 0);
    if (parameters != std::string::npos && parameters > 0) name.resize(parameters);
  }
  return name;
}

CodeMap::CodeMap(const Image& of)
    : image(of),
      functions(code_functions(of)),
      has_symbols(std::any_of(of.symbols.begin(), of.symbols.end(),
                              [](const Symbol& s) { return s.kind == SymbolKind::function; })) {}

const CodeFunction* CodeMap::at(Addr address) const {
  const auto behind = std::upper_bound(functions.begin(), functions.end(), address,
                                       [](Addr a, const CodeFunction& f) { return a < f.begin; });
  if (behind == functions.begin()) return nullptr;
  const CodeFunction& function = *std::prev(behind);
  return address < function.end ? &function : nullptr;
}

RuleMatch match_rule(const LayerRule& rule, const CodeMap& code) {
  return Matcher(rule, code).run();
}

}  // namespace sramscope::profiler

// The rule of last resort: no engine is known, but most inference functions look alike.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "profiler/layer_rule.h"

namespace sramscope::profiler {
namespace {

/// Regions with fewer instructions per execution are glue between layers.
constexpr std::uint64_t kFewestInstructions = 50;
constexpr std::size_t kFewestCalls = 3;
/// A main with that many calls of functions of its own has an inference function inlined (LTO).
constexpr std::size_t kManyCalls = 24;

const Pattern& container_names() {
  static const Pattern pattern{{"invoke", "*_invoke", "*[iI]nference*", "*run_network*",
                                "*run_model*", "*[pP]redict*", "network_run", "model_run", "nn_run",
                                "net_run", "*_forward", "forward", "infer"}};
  return pattern;
}

/// What programs call besides their kernels.
const Pattern& library_names() {
  static const Pattern pattern{{"_*", "*printf*", "puts", "putchar", "mem*", "str*", "malloc",
                                "free", "calloc", "realloc", "exit", "abort", "rand", "srand",
                                "HAL_*", "BSP_*", "*assert*", "time", "clock"}};
  return pattern;
}

struct Candidate {
  const CodeFunction* function = nullptr;
  std::vector<CallSite> calls;
};

Candidate candidate(const CodeFunction& function, const CodeMap& code) {
  Candidate found{&function, {}};
  for (const CallSite& call : call_sites(code.image, function)) {
    const CodeFunction* callee = call.target ? code.at(*call.target) : nullptr;
    if (callee == nullptr || callee == &function) continue;
    if (call.tail && callee->begin != *call.target) continue;
    if (library_names().matches(callee->name)) continue;
    found.calls.push_back(call);
  }
  return found;
}

/// The candidate with the most calls among the functions of some names, the first of those.
Candidate largest(const CodeMap& code, const Pattern& names) {
  Candidate best;
  for (const CodeFunction& f : code.functions) {
    if (!names.matches(f.name)) continue;
    Candidate one = candidate(f, code);
    if (one.calls.size() > best.calls.size()) best = std::move(one);
  }
  return best;
}

LayerPlan plan_of(const Candidate& best, const CodeMap& code) {
  LayerPlan plan;
  plan.rule = "generic";
  plan.markers = false;
  plan.fewest_instructions = kFewestInstructions;
  for (const CallSite& call : best.calls) {
    plan.points.push_back({call.address, LayerPoint::What::call, call.target,
                           plain_name(code.at(*call.target)->name)});
  }
  return plan;
}

}  // namespace

RuleMatch match_generic(const CodeMap& code) {
  RuleMatch match;
  match.verdict.rule = "generic";
  match.plan.rule = "generic";
  match.plan.markers = false;
  if (!code.has_symbols) {
    match.verdict.matches = true;
    match.verdict.reason =
        "the image has no symbols (stripped): the calls of a first run will tell";
  } else if (const Candidate named = largest(code, container_names());
             named.calls.size() >= kFewestCalls) {
    match.plan = plan_of(named, code);
    match.verdict.matches = true;
    match.verdict.reason = fmt::format("{} calls in {}, by its name", named.calls.size(),
                                       plain_name(named.function->name));
  } else if (const Candidate inlined = largest(code, Pattern{{"main"}});
             inlined.calls.size() >= kManyCalls) {
    match.verdict.matches = true;
    match.verdict.reason =
        "main seems to have an inference function inlined (link-time optimisation): the calls of a "
        "first run will tell";
  } else {
    match.verdict.reason = "no function looks like an inference";
  }
  match.plan.reason = match.verdict.reason;
  return match;
}

}  // namespace sramscope::profiler

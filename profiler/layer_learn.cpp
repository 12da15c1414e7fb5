// The generic rule where names do not help: the container follows from who called whom in a first
// run. Down the call tree, from the start, goes the way of most cycles, until the work branches
// out.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "profiler/layer_rule.h"

namespace sramscope::profiler {
namespace {

constexpr std::uint64_t kFewestInstructions = 50;

class CallTree {
 public:
  explicit CallTree(const CodeProfile& profile)
      : contexts_(profile.contexts),
        cycles_(profile.contexts.size()),
        children_(profile.contexts.size()) {
    for (std::size_t i = contexts_.size(); i-- > 0;) {
      cycles_[i] += contexts_[i].exclusive.cycles;
      if (contexts_[i].parent < 0) continue;
      const auto parent = static_cast<std::size_t>(contexts_[i].parent);
      cycles_[parent] += cycles_[i];
      children_[parent].push_back(i);
    }
  }

  /// The context whose callees are layers.
  std::size_t container() const {
    std::size_t node = 0;
    for (std::size_t i = 0; i < contexts_.size(); ++i) {
      if (contexts_[i].parent < 0 && cycles_[i] > cycles_[node]) node = i;
    }
    for (;;) {
      const auto& children = children_[node];
      const auto most =
          std::max_element(children.begin(), children.end(),
                           [&](std::size_t a, std::size_t b) { return cycles_[a] < cycles_[b]; });
      if (most == children.end() || cycles_[*most] * 2 < cycles_[node]) return node;
      const bool once = contexts_[*most].calls <= contexts_[node].calls;
      if (!once && !branches_out(*most)) return node;
      if (once && children_[*most].empty()) return node;
      node = *most;
    }
  }

  /// Is some callee of a context called more often than its code has places for?
  bool has_loop(std::size_t node, const std::vector<CallSite>& sites,
                const CodeProfile& profile) const {
    return std::any_of(children_[node].begin(), children_[node].end(), [&](std::size_t child) {
      const Addr callee = profile.functions[contexts_[child].function];
      const auto places = std::count_if(sites.begin(), sites.end(), [&](const CallSite& site) {
        return site.target && *site.target == callee;
      });
      return cycles_[child] * 20 > cycles_[node] &&
             contexts_[child].calls > static_cast<std::uint64_t>(places) * contexts_[node].calls;
    });
  }

  Cycles cycles(std::size_t node) const { return cycles_[node]; }

 private:
  /// Does most of its work in several callees.
  bool branches_out(std::size_t node) const {
    constexpr std::size_t kSeveral = 3;
    Cycles largest = 0;
    Cycles in_callees = 0;
    for (const std::size_t child : children_[node]) {
      largest = std::max(largest, cycles_[child]);
      in_callees += cycles_[child];
    }
    return children_[node].size() >= kSeveral && in_callees * 2 > cycles_[node] &&
           largest * 10 < cycles_[node] * 9;
  }

  const std::vector<CallContext>& contexts_;
  std::vector<Cycles> cycles_;
  std::vector<std::vector<std::size_t>> children_;
};

}  // namespace

RuleMatch match_by_calls(const CodeMap& code, const CodeProfile& profile) {
  RuleMatch match;
  match.verdict = {"generic", "", false, "the first run made no calls"};
  if (profile.contexts.empty()) return match;
  const CallTree tree(profile);
  const std::size_t node = tree.container();
  const Addr address = profile.functions[profile.contexts[node].function];
  const CodeFunction* known = code.at(address);
  const CodeFunction function = known != nullptr ? *known : code_function_at(code.image, address);
  LayerPlan& plan = match.plan;
  const std::vector<CallSite> sites = call_sites(code.image, function);
  for (const CallSite& site : sites) {
    const CodeFunction* callee = site.target ? code.at(*site.target) : nullptr;
    if (site.target ? callee == nullptr || callee->begin == function.begin : site.tail) continue;
    plan.points.push_back({site.address, LayerPoint::What::call, site.target,
                           callee != nullptr ? plain_name(callee->name) : ""});
  }
  match.verdict.reason = fmt::format(
      "{} branches out into {} calls, as a first run showed{}", plain_name(function.name),
      plan.points.size(), code.has_symbols ? "" : "; the image has no symbols (stripped)");
  match.verdict.matches = !plan.points.empty();
  plan.rule = "generic";
  plan.markers = false;
  plan.reason = match.verdict.reason;
  plan.fewest_instructions = kFewestInstructions;
  if (tree.has_loop(node, sites, profile)) {
    plan.key = LayerKey::ordinal;
    plan.points.push_back({function.begin, LayerPoint::What::container, {}, ""});
  }
  return match;
}

}  // namespace sramscope::profiler

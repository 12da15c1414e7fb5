#include "profiler/functions.h"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "sramscope/code.h"

namespace sramscope::profiler {
namespace {

/// The call tree of a report keeps the paths with the most cycles.
constexpr std::size_t kMostNodes = 10'000;

/// Turns the contexts of a run into what a report says about functions.
class Functions {
 public:
  Functions(Report& report, const CodeProfile& code, const Image& image)
      : report_(report), code_(code), image_(image), inclusive_(code.contexts.size()) {}

  void run() {
    number_functions();
    sum_inclusive();
    walk();
    for (auto& [key, edge] : edges_) report_.call_edges.push_back(edge);
    add_tree();
  }

 private:
  void number_functions() {
    std::vector<std::uint32_t> order(code_.functions.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return code_.functions[a] < code_.functions[b];
    });
    numbers_.resize(order.size());
    for (const std::uint32_t i : order) {
      numbers_[i] = static_cast<std::uint32_t>(report_.functions.size());
      report_.functions.push_back(function_at(code_.functions[i]));
    }
  }

  FunctionReport function_at(Addr address) const {
    FunctionReport function;
    function.address = address;
    const Symbol* symbol = image_.symbol_at(address);
    const bool is_named = symbol != nullptr && symbol->address == address;
    function.name = is_named ? demangled(symbol->name) : image_.describe(address);
    function.size = is_named ? symbol->size : 0;
    if (const auto line = image_.line_at(address)) {
      function.file = line->file;
    } else if (is_named) {
      function.file = symbol->file;
    }
    return function;
  }

  /// Children stand behind their parents.
  void sum_inclusive() {
    for (std::size_t i = code_.contexts.size(); i-- > 0;) {
      const CallContext& context = code_.contexts[i];
      inclusive_[i] += context.exclusive;
      if (context.parent >= 0)
        inclusive_[static_cast<std::size_t>(context.parent)] += inclusive_[i];
    }
  }

  std::uint32_t number(std::size_t context) const {
    return numbers_[code_.contexts[context].function];
  }

  /// Depth first, so that a function and a call that are open already are known.
  void walk() {
    std::vector<std::vector<std::size_t>> children(code_.contexts.size());
    std::vector<std::size_t> todo;
    for (std::size_t i = code_.contexts.size(); i-- > 0;) {
      const int parent = code_.contexts[i].parent;
      if (parent >= 0) children[static_cast<std::size_t>(parent)].push_back(i);
    }
    open_functions_.resize(report_.functions.size());
    constexpr std::size_t kLeave = std::size_t{1} << 63;
    for (std::size_t i = code_.contexts.size(); i-- > 0;) {
      if (code_.contexts[i].parent < 0) todo.push_back(i);
    }
    while (!todo.empty()) {
      const std::size_t next = todo.back();
      todo.pop_back();
      if ((next & kLeave) != 0) {
        open(next & ~kLeave, -1);
        continue;
      }
      count(next);
      open(next, 1);
      todo.push_back(next | kLeave);
      todo.insert(todo.end(), children[next].begin(), children[next].end());
    }
  }

  void open(std::size_t context, int change) {
    open_functions_[number(context)] += change;
    if (code_.contexts[context].parent >= 0) open_edges_[edge_key(context)] += change;
  }

  using EdgeKey = std::pair<std::uint32_t, std::uint32_t>;
  EdgeKey edge_key(std::size_t context) const {
    return {number(static_cast<std::size_t>(code_.contexts[context].parent)), number(context)};
  }

  void count(std::size_t i) {
    const CallContext& context = code_.contexts[i];
    FunctionReport& function = report_.functions[number(i)];
    function.calls += context.calls;
    function.exclusive += context.exclusive;
    if (open_functions_[number(i)] == 0) function.inclusive += inclusive_[i];
    if (context.parent < 0) return;
    CallEdgeReport& edge = edges_[edge_key(i)];
    std::tie(edge.caller, edge.callee) = edge_key(i);
    edge.calls += context.calls;
    if (open_edges_[edge_key(i)] == 0) edge.inclusive += inclusive_[i];
  }

  /// Cycles that a path must have to be kept; a path's parent never has fewer.
  Cycles fewest_cycles() const {
    if (inclusive_.size() <= kMostNodes) return 0;
    std::vector<Cycles> cycles;
    for (const Counters& counters : inclusive_) cycles.push_back(counters.cycles);
    const auto last = cycles.begin() + static_cast<std::ptrdiff_t>(kMostNodes);
    std::nth_element(cycles.begin(), last, cycles.end(), std::greater<>());
    return *last + 1;
  }

  void add_tree() {
    const Cycles fewest = fewest_cycles();
    std::vector<int> place(code_.contexts.size(), -1);
    for (std::size_t i = 0; i < code_.contexts.size(); ++i) {
      if (inclusive_[i].cycles < fewest) continue;
      const CallContext& context = code_.contexts[i];
      place[i] = static_cast<int>(report_.call_tree.size());
      const int parent = context.parent < 0 ? -1 : place[static_cast<std::size_t>(context.parent)];
      report_.call_tree.push_back(
          {parent, number(i), context.calls, context.exclusive.cycles, inclusive_[i].cycles});
    }
  }

  Report& report_;
  const CodeProfile& code_;
  const Image& image_;
  std::vector<Counters> inclusive_;
  /// Place in the report of each function of the profile.
  std::vector<std::uint32_t> numbers_;
  std::vector<int> open_functions_;
  std::map<EdgeKey, int> open_edges_;
  std::map<EdgeKey, CallEdgeReport> edges_;
};

void add_lines(Report& report, const CodeProfile& code, const Image& image) {
  const LineTable& table = image.lines();
  if (table.rows.empty()) return;
  std::map<std::pair<std::string, unsigned>, Counters> lines;
  auto row = table.rows.begin();
  for (const InstructionCount& instruction : code.instructions) {
    while (std::next(row) != table.rows.end() && std::next(row)->begin <= instruction.address) {
      ++row;
    }
    if (row->begin > instruction.address || row->line == 0) continue;
    lines[{table.files[row->file], row->line}] += instruction.counters;
  }
  for (const auto& [place, counters] : lines) {
    report.lines.push_back({place.first, place.second, counters});
  }
}

}  // namespace

void fill_code(Report& report, const CodeProfile& code, const Image& image) {
  if (code.contexts.empty()) return;
  Functions(report, code, image).run();
  add_lines(report, code, image);
  if (code.contexts_truncated) {
    report.warnings.emplace_back(
        "the run has more paths of calls than are kept apart: the call tree is cut short, "
        "functions "
        "are complete");
  }
}

}  // namespace sramscope::profiler

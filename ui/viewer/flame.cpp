#include "ui/viewer/flame.h"

#include <algorithm>

namespace sramscope::viewer {
namespace {

/// Sets siblings side by side from `begin`, the widest first; returns where they end.
Cycles place(Flame& flame, std::vector<std::size_t>& siblings, Cycles begin) {
  std::ranges::stable_sort(siblings, [&flame](std::size_t a, std::size_t b) {
    return flame.nodes[a].length > flame.nodes[b].length;
  });
  for (const std::size_t index : siblings) {
    flame.nodes[index].begin = begin;
    begin += flame.nodes[index].length;
  }
  return begin;
}

}  // namespace

Flame make_flame(const Report& report) {
  Flame flame;
  flame.nodes.resize(report.call_tree.size());
  for (std::size_t i = 0; i < report.call_tree.size(); ++i) {
    const CallNodeReport& call = report.call_tree[i];
    FlameNode& node = flame.nodes[i];
    node.node = i;
    node.function = call.function;
    node.length = call.inclusive_cycles;
    if (call.parent < 0) {
      flame.roots.push_back(i);
      continue;
    }
    FlameNode& parent = flame.nodes[static_cast<std::size_t>(call.parent)];
    parent.children.push_back(i);
    node.depth = parent.depth + 1;
    flame.depth = std::max(flame.depth, node.depth);
  }
  flame.length = place(flame, flame.roots, 0);
  // Parents stand before their children, so each is placed when its children are.
  for (FlameNode& node : flame.nodes) place(flame, node.children, node.begin);
  return flame;
}

}  // namespace sramscope::viewer

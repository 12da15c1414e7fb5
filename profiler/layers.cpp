#include "profiler/layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sramscope::profiler {

std::string_view layer_kind_name(LayerKind kind) {
  switch (kind) {
    case LayerKind::network:
      return "network";
    case LayerKind::block:
      return "block";
    case LayerKind::layer:
      return "layer";
  }
  return "unknown";
}

void Warnings::add(std::string sentence) {
  const auto it = std::find_if(entries_.begin(), entries_.end(),
                               [&](const Entry& e) { return e.sentence == sentence; });
  if (it != entries_.end()) {
    ++it->times;
  } else if (entries_.size() < kMost) {
    entries_.push_back({std::move(sentence), 1});
  } else {
    ++dropped_;
  }
}

std::vector<std::string> Warnings::lines() const {
  std::vector<std::string> result;
  for (const Entry& entry : entries_) {
    result.push_back(entry.times == 1 ? entry.sentence
                                      : fmt::format("{} ({} times)", entry.sentence, entry.times));
  }
  if (dropped_ > 0) {
    result.push_back(fmt::format("{} more warnings of this kind are not shown", dropped_));
  }
  return result;
}

int LayerTree::node_for(int parent, LayerKind kind, std::string_view name, std::uint64_t key) {
  const auto [it, is_new] =
      by_path_.try_emplace({parent, kind, std::string(name), key}, static_cast<int>(nodes_.size()));
  if (is_new) {
    LayerNode node;
    node.parent = parent;
    node.kind = kind;
    node.name = name;
    nodes_.push_back(std::move(node));
    (parent < 0 ? roots_ : nodes_[static_cast<std::size_t>(parent)].children).push_back(it->second);
  }
  return it->second;
}

/// Gives what was counted since the last event to the innermost open layer, and the stack to all
/// open ones.
void LayerTree::account(const Moment& moment) {
  const Counters since = moment.totals - accounted_;
  accounted_ = moment.totals;
  if (open_.empty()) {
    outside_ += since;
    return;
  }
  nodes_[static_cast<std::size_t>(open_.back().node)].exclusive += since;
  for (const Open& open : open_) {
    LayerNode& node = nodes_[static_cast<std::size_t>(open.node)];
    node.stack = std::max<std::uint64_t>(node.stack, moment.deepest_stack);
  }
}

void LayerTree::begin(LayerKind kind, std::string_view name, const LayerMoment& now) {
  account(now.moment);
  if (ignored_ > 0 || open_.size() >= kDeepest || nodes_.size() >= kMostNodes) {
    ++ignored_;
    warnings_.add(
        open_.size() >= kDeepest
            ? fmt::format("layers nested more than {} deep are ignored", kDeepest)
            : fmt::format("more than {} different layers: the rest are ignored", kMostNodes));
    return;
  }
  const int node =
      node_for(open_.empty() ? -1 : open_.back().node, kind, name, now.moment.layer_key);
  LayerNode& entered = nodes_[static_cast<std::size_t>(node)];
  ++entered.executions;
  entered.stack = std::max<std::uint64_t>(entered.stack, now.moment.stack);
  open_.push_back({node, executions_.size(), now.instant, now.moment.totals});
  executions_.push_back({.node = node,
                         .begin = now.instant,
                         .end = now.instant,
                         .begin_cycle = now.moment.totals.cycles,
                         .end_cycle = now.moment.totals.cycles});
}

void LayerTree::end(LayerKind kind, std::string_view name, const LayerMoment& now) {
  account(now.moment);
  if (ignored_ > 0) {
    --ignored_;
    return;
  }
  const auto match = std::find_if(open_.rbegin(), open_.rend(), [&](const Open& open) {
    const LayerNode& node = nodes_[static_cast<std::size_t>(open.node)];
    return node.kind == kind && node.name == name;
  });
  if (match == open_.rend()) {
    const std::string where = open_.empty() ? "outside every layer" : "in '" + path_of_open() + "'";
    warnings_.add(fmt::format("end of {} '{}' without its begin, {}: ignored",
                              layer_kind_name(kind), name, where));
    return;
  }
  for (auto inner = match - open_.rbegin(); inner > 0; --inner) {
    const LayerNode& node = nodes_[static_cast<std::size_t>(open_.back().node)];
    warnings_.add(fmt::format("{} '{}' was still open at the end of {} '{}': closed there",
                              layer_kind_name(node.kind), node.name, layer_kind_name(kind), name));
    close_innermost(now);
  }
  close_innermost(now);
}

void LayerTree::pass(const Moment& moment) { account(moment); }

void LayerTree::stop(const LayerMoment& now) {
  account(now.moment);
  while (!open_.empty()) {
    const LayerNode& node = nodes_[static_cast<std::size_t>(open_.back().node)];
    warnings_.add(fmt::format("{} '{}' was still open when the run ended: closed there",
                              layer_kind_name(node.kind), node.name));
    close_innermost(now);
  }
}

void LayerTree::close_innermost(const LayerMoment& now) {
  const Open open = open_.back();
  open_.pop_back();
  LayerNode& node = nodes_[static_cast<std::size_t>(open.node)];
  node.inclusive += now.moment.totals - open.at_begin;
  const Tick begin = now.epochs.tick(open.begin);
  if (const std::uint64_t touched = now.accesses.bytes_since(begin); touched > node.touched) {
    node.touched = touched;
    node.touched_by_kind = now.accesses.by_kind_since(begin);
  }
  executions_[open.execution].end = now.instant;
  executions_[open.execution].end_cycle = now.moment.totals.cycles;
}

std::string LayerTree::path_of_open() const {
  std::string path;
  for (const Open& open : open_) {
    path += (path.empty() ? "" : "/") + nodes_[static_cast<std::size_t>(open.node)].name;
  }
  return path;
}

}  // namespace sramscope::profiler

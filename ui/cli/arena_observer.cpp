#include "ui/cli/arena_observer.h"

#include <algorithm>
#include <limits>

namespace sramscope::cli {

void ArenaObserver::on_layer_begin(LayerKind kind, std::string_view name, const Moment& moment,
                                   const MemoryView&) {
  open_.emplace_back(name);
  if (kind != LayerKind::layer) return;
  Execution execution;
  for (const auto& part : open_) execution.path += (execution.path.empty() ? "" : "/") + part;
  execution.begin = moment.tick;
  execution.end = std::numeric_limits<Tick>::max();
  execution.needed.resize(size_);
  executions_.push_back(std::move(execution));
}

void ArenaObserver::on_layer_end(LayerKind kind, std::string_view, const Moment& moment,
                                 const MemoryView&) {
  if (!open_.empty()) open_.pop_back();
  if (kind == LayerKind::layer && !executions_.empty()) executions_.back().end = moment.tick;
}

void ArenaObserver::on_lifetimes(std::span<const Lifetime> lives) {
  for (const Lifetime& life : lives) add(life);
}

void ArenaObserver::on_renumber(std::span<const Tick> old_ticks, Tick) {
  const auto position = [&](auto found) {
    return kFirstTick + static_cast<Tick>(found - old_ticks.begin());
  };
  for (Execution& execution : executions_) {
    execution.begin = position(std::ranges::lower_bound(old_ticks, execution.begin));
    if (execution.end != std::numeric_limits<Tick>::max())
      execution.end = position(std::ranges::upper_bound(old_ticks, execution.end)) - 1;
  }
}

void ArenaObserver::on_stop(const Moment&, const MemoryView& memory) {
  for (const Lifetime& life : memory.open_lifetimes()) add(life);
}

void ArenaObserver::add(const Lifetime& life) {
  const Addr begin = std::max(life.address, base_);
  const Addr end = std::min(life.address + life.bytes, base_ + size_);
  if (begin >= end) return;
  // Layers do not overlap, so those that are over before the life begins stand first.
  auto execution = std::ranges::partition_point(
      executions_, [&](const Execution& e) { return e.end < life.born; });
  for (; execution != executions_.end() && execution->begin <= life.last_read; ++execution) {
    std::fill(execution->needed.begin() + (begin - base_),
              execution->needed.begin() + (end - base_), true);
  }
}

std::map<std::string, std::uint64_t> ArenaObserver::bytes_by_layer() const {
  std::map<std::string, std::uint64_t> bytes;
  for (const Execution& execution : executions_) {
    auto& most = bytes[execution.path];
    most = std::max<std::uint64_t>(
        most, static_cast<std::uint64_t>(std::ranges::count(execution.needed, true)));
  }
  return bytes;
}

}  // namespace sramscope::cli

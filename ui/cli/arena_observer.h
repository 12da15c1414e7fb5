#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sramscope/observer.h"

namespace sramscope::cli {

/// Counts, for each execution of each layer, the distinct bytes of a range of RAM that held a
/// needed value at some time of it.
class ArenaObserver final : public Observer {
 public:
  ArenaObserver(Addr base, std::uint32_t size) : base_(base), size_(size) {}

  void on_layer_begin(LayerKind kind, std::string_view name, const Moment& moment,
                      const MemoryView&) override;
  void on_layer_end(LayerKind kind, std::string_view name, const Moment& moment,
                    const MemoryView&) override;
  void on_lifetimes(std::span<const Lifetime> lives) override;
  void on_renumber(std::span<const Tick> old_ticks, Tick next_tick) override;
  void on_stop(const Moment& moment, const MemoryView& memory) override;

  /// Bytes by the layer's path of names, the most of its executions.
  std::map<std::string, std::uint64_t> bytes_by_layer() const;

 private:
  /// A layer from `begin` to `end`, in ticks; bit i: byte base + i was needed.
  struct Execution {
    std::string path;
    Tick begin = 0, end = 0;
    std::vector<bool> needed;
  };

  void add(const Lifetime& life);

  Addr base_;
  std::uint32_t size_;
  std::vector<std::string> open_;
  std::vector<Execution> executions_;
};

}  // namespace sramscope::cli

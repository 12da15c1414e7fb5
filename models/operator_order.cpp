#include <algorithm>
#include <map>

#include "sramscope/schedule.h"

namespace sramscope {
namespace {

/// Searches an order in which few bytes are alive at once, by dynamic programming over the sets of
/// layers that are done.
class OrderSearch {
 public:
  explicit OrderSearch(const Network& network) : network_(network) {
    readers_.resize(network.tensors.size());
    for (std::uint32_t i = 0; i < network.layers.size(); ++i) {
      for (const TensorId input : network.layers[i].inputs) readers_[input.value].push_back(i);
    }
  }

  std::vector<LayerId> run() {
    std::vector<LayerId> own = own_order();
    // Breadth first: all sets of n layers come before those of n + 1.
    std::map<Done, State> level = {{Done(network_.layers.size(), false), {}}};
    for (std::size_t n = 0; n < network_.layers.size(); ++n) {
      std::map<Done, State> next;
      for (const auto& [done, state] : level) add_successors(done, state, next);
      if (next.size() > kMaxStates) return own;
      level = std::move(next);
    }
    const State& best = level.begin()->second;
    return best.peak < peak_of(own) ? best.order : own;
  }

 private:
  static constexpr std::size_t kMaxStates = 2000;
  using Done = std::vector<bool>;
  struct State {
    std::int64_t peak = 0;
    std::vector<LayerId> order;
  };

  std::vector<LayerId> own_order() const {
    std::vector<LayerId> order;
    for (std::uint32_t i = 0; i < network_.layers.size(); ++i) order.push_back({i});
    return order;
  }

  std::int64_t peak_of(const std::vector<LayerId>& order) const {
    Done done(network_.layers.size(), false);
    std::int64_t peak = 0;
    for (const LayerId id : order) {
      peak = std::max(peak, alive(done, id.value));
      done[id.value] = true;
    }
    return peak;
  }

  bool ready(const Done& done, const Layer& layer) const {
    return std::ranges::all_of(layer.inputs, [&](TensorId input) {
      if (input == network_.input || network_.tensor(input).is_constant()) return true;
      for (std::size_t i = 0; i < network_.layers.size(); ++i) {
        if (network_.layers[i].output == input) return bool{done[i]};
      }
      return false;
    });
  }

  /// Bytes alive while `layer` runs after `done`.
  std::int64_t alive(const Done& done, std::uint32_t running) const {
    std::int64_t bytes = network_.output_of(network_.layers[running]).shape.size();
    const auto needed = [&](TensorId tensor) {
      const auto& readers = readers_[tensor.value];
      return tensor == network_.output ||
             std::ranges::any_of(readers, [&](std::uint32_t reader) { return !done[reader]; });
    };
    if (needed(network_.input)) bytes += network_.tensor(network_.input).shape.size();
    for (std::size_t i = 0; i < done.size(); ++i) {
      const TensorId output = network_.layers[i].output;
      if (done[i] && needed(output)) bytes += network_.tensor(output).shape.size();
    }
    return bytes;
  }

  void add_successors(const Done& done, const State& state, std::map<Done, State>& next) const {
    for (std::uint32_t i = 0; i < network_.layers.size(); ++i) {
      if (done[i] || !ready(done, network_.layers[i])) continue;
      Done then = done;
      then[i] = true;
      const std::int64_t peak = std::max(state.peak, alive(done, i));
      const auto found = next.find(then);
      if (found != next.end() && found->second.peak <= peak) continue;
      State better{peak, state.order};
      better.order.push_back({i});
      next[std::move(then)] = std::move(better);
    }
  }

  const Network& network_;
  /// By tensor.
  std::vector<std::vector<std::uint32_t>> readers_;
};

}  // namespace

std::vector<LayerId> lower_peak_order(const Network& network) { return OrderSearch(network).run(); }

}  // namespace sramscope

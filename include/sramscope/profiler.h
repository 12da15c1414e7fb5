#pragma once

#include <memory>
#include <string_view>

#include "sramscope/machine.h"
#include "sramscope/observer.h"
#include "sramscope/report.h"

namespace sramscope {

/// Collects the events of one run and turns them into a report.
class Profiler final : public Observer {
 public:
  /// Knows the memory map and the symbols: memory is told apart by kind.
  Profiler(const Board& board, const Image& image);
  /// Knows neither: all memory is `MemoryKind::other`.
  Profiler();
  ~Profiler() override;

  void on_start(const Moment&, const MemoryView&) override;
  void on_layer_begin(LayerKind, std::string_view name, const Moment&, const MemoryView&) override;
  void on_layer_end(LayerKind, std::string_view name, const Moment&, const MemoryView&) override;
  void on_tensor(std::string_view name, Addr, std::uint32_t size, const Moment&) override;
  void on_lifetimes(std::span<const Lifetime>) override;
  void on_interval(const Moment&, const MemoryView&) override;
  void on_renumber(std::span<const Tick> old_ticks, Tick next_tick) override;
  void on_stop(const Moment&, const MemoryView&) override;
  /// Feed it what the guest printed, for the output's fingerprint.
  void on_console(std::string_view text);

  /// The report of the finished run.
  Report finish(const RunResult& run, const Board& board, const Image& image) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sramscope

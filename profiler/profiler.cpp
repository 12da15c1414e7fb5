#include "sramscope/profiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "profiler/clock.h"
#include "profiler/functions.h"
#include "profiler/layer_source.h"
#include "profiler/layers.h"
#include "profiler/memory_profile.h"
#include "profiler/schedule_detector.h"
#include "sramscope/version.h"

namespace sramscope {

using profiler::Accesses;
using profiler::Clock;
using profiler::Execution;
using profiler::fill_code;
using profiler::fill_layer_source;
using profiler::fill_schedule;
using profiler::Instant;
using profiler::LayerMoment;
using profiler::LayerNode;
using profiler::LayerTree;
using profiler::LivePeak;
using profiler::MemoryProfile;

namespace {

constexpr std::size_t kMostExecutions = 20'000;
constexpr std::size_t kMostTensors = 1'000;

/// FNV-1a, 32 bits.
class Fingerprint {
 public:
  void add(std::string_view text) {
    for (const char c : text) {
      hash_ = (hash_ ^ static_cast<std::uint8_t>(c)) * 16777619U;
    }
    bytes_ += text.size();
  }
  std::string hex() const { return fmt::format("{:08x}", hash_); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::uint32_t hash_ = 2166136261U;
  std::uint64_t bytes_ = 0;
};

Provenance make_provenance(const RunResult& run, const Board& board, const Image& image) {
  Provenance p;
  p.tool_version = fmt::format("{} ({})", tool_version(), tool_commit());
  p.cycle_model = run.timing_model;
  p.cycle_model_version = cycle_model_version();
  p.cycle_model_note = run.timing_note;
  p.elf_path = image.path;
  p.elf_sha256 = image.sha256;
  p.toolchain = image.toolchain;
  p.board = board.name;
  p.core = core_name(board.core);
  p.clock_hz = board.clock_hz;
  p.board_derived = board.derived;
  for (const Region& region : board.regions) {
    p.memories.push_back({.name = region.name,
                          .kind = std::string(region_kind_name(region.kind)),
                          .base = region.base,
                          .size = region.size,
                          .wait_states = region.wait_states});
  }
  for (const Cache& cache : board.caches) p.caches.push_back(cache.name);
  return p;
}

}  // namespace

struct Profiler::Impl {
  Impl(const Board& board, const Image& image) : memory(board, image) {}

  MemoryProfile memory;
  LayerTree layers;
  Clock clock;
  Fingerprint console;
  std::vector<TensorReport> tensors;
  /// Where time stands as far as events told.
  Instant now = kFirstTick;
  std::uint64_t touched = 0;
  std::uint64_t stack = 0;

  /// True once the run is over; what comes then belongs to another run.
  bool stopped = false;

  /// Takes time and stack from an event.
  Instant note(const Moment& moment) {
    now = std::max(now, memory.epochs().instant(moment.tick));
    clock.note(now, moment.totals);
    stack = std::max<std::uint64_t>({stack, moment.deepest_stack, moment.stack});
    return now;
  }

  void fill_layers(Report& report) const;
  void fill_peak(MemoryPeaks& peaks, const LivePeak& peak) const;
  std::vector<int> preorder() const;
  /// The executions of layers without layers inside, in order, as places in the report.
  std::vector<std::uint32_t> leaf_sequence() const;
};

Profiler::Profiler() : Profiler(Board{}, Image{}) {}
Profiler::Profiler(const Board& board, const Image& image)
    : impl_(std::make_unique<Impl>(board, image)) {}
Profiler::~Profiler() = default;

void Profiler::on_start(const Moment& moment, const MemoryView&) {
  impl_->note(moment);
  impl_->layers.pass(moment);
}

void Profiler::on_layer_begin(LayerKind kind, std::string_view name, const Moment& moment,
                              const MemoryView& memory) {
  if (impl_->stopped) {
    return;
  }
  const Instant now = impl_->note(moment);
  const Accesses accesses(memory, impl_->memory.layout().kinds());
  impl_->memory.border(impl_->layers.innermost(), accesses, now);
  impl_->layers.begin(kind, name, {now, moment, accesses, impl_->memory.epochs()});
  impl_->memory.set_node(impl_->layers.innermost(), now);
}

void Profiler::on_layer_end(LayerKind kind, std::string_view name, const Moment& moment,
                            const MemoryView& memory) {
  if (impl_->stopped) {
    return;
  }
  const Instant now = impl_->note(moment);
  const Accesses accesses(memory, impl_->memory.layout().kinds());
  impl_->memory.border(impl_->layers.innermost(), accesses, now);
  impl_->layers.end(kind, name, {now, moment, accesses, impl_->memory.epochs()});
  impl_->memory.set_node(impl_->layers.innermost(), now);
}

void Profiler::on_tensor(std::string_view name, Addr address, std::uint32_t size,
                         const Moment& moment) {
  if (impl_->stopped) {
    return;
  }
  impl_->note(moment);
  impl_->layers.pass(moment);
  auto& tensors = impl_->tensors;
  const bool known = std::any_of(tensors.begin(), tensors.end(), [&](const TensorReport& t) {
    return t.name == name && t.address == address && t.size == size;
  });
  if (known) {
    return;
  }
  if (tensors.size() >= kMostTensors) {
    impl_->layers.warnings().add(
        fmt::format("more than {} different tensors: the rest are left out", kMostTensors));
    return;
  }
  tensors.push_back({std::string(name), address, size});
}

void Profiler::on_lifetimes(std::span<const Lifetime> lifetimes) {
  if (!impl_->stopped) {
    impl_->memory.take_lives(lifetimes);
  }
}

void Profiler::on_interval(const Moment& moment, const MemoryView& memory) {
  if (impl_->stopped) {
    return;
  }
  const Instant now = impl_->note(moment);
  impl_->layers.pass(moment);
  impl_->memory.interval(now, memory);
}

void Profiler::on_renumber(std::span<const Tick> old_ticks, Tick next_tick) {
  if (impl_->stopped) {
    return;
  }
  // Called at the tick of the last event; should time have gone on since, at least past every
  // stamp.
  if (!old_ticks.empty()) {
    impl_->now = std::max(impl_->now, impl_->memory.epochs().instant(old_ticks.back()) + 1);
  }
  impl_->memory.liveness().renumber(old_ticks, next_tick, impl_->now);
}

void Profiler::on_stop(const Moment& moment, const MemoryView& memory) {
  if (impl_->stopped) {
    return;
  }
  const Instant now = impl_->note(moment);
  impl_->touched = memory.bytes_touched_since(kFirstTick);
  const Accesses accesses(memory, impl_->memory.layout().kinds());
  impl_->memory.stop(impl_->layers.innermost(), accesses, memory, now, impl_->stack);
  // Layers that are still open have their part in the instruction at which the run ended.
  impl_->layers.stop({impl_->memory.liveness().end(), moment, accesses, impl_->memory.epochs()});
  impl_->stopped = true;
}

void Profiler::on_console(std::string_view text) { impl_->console.add(text); }

std::vector<int> Profiler::Impl::preorder() const {
  std::vector<int> order;
  std::vector<int> todo(layers.roots().rbegin(), layers.roots().rend());
  while (!todo.empty()) {
    const int node = todo.back();
    todo.pop_back();
    order.push_back(node);
    const std::vector<int>& children = layers.nodes()[static_cast<std::size_t>(node)].children;
    todo.insert(todo.end(), children.rbegin(), children.rend());
  }
  return order;
}

void Profiler::Impl::fill_peak(MemoryPeaks& peaks, const LivePeak& peak) const {
  const Clock::Reading reading = clock.at(peak.at);
  peaks.live_peak = peak.bytes;
  peaks.live_by_kind = peak.by_kind;
  peaks.peak_instruction = reading.instruction;
  peaks.peak_cycle = reading.cycle;
}

void Profiler::Impl::fill_layers(Report& report) const {
  const std::vector<int> order = preorder();
  std::vector<std::uint32_t> id_of(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    id_of[static_cast<std::size_t>(order[i])] = static_cast<std::uint32_t>(i);
  }
  std::vector<LivePeak> peaks(order.size());
  for (const Execution& execution : layers.executions()) {
    const LayerId id{id_of[static_cast<std::size_t>(execution.node)]};
    const LivePeak peak = memory.liveness().peak(execution.begin, execution.end);
    if (peak.bytes > peaks[id.value].bytes) {
      peaks[id.value] = peak;
    }
    if (report.executions.size() < kMostExecutions) {
      report.executions.push_back({id, execution.begin_cycle, execution.end_cycle, peak.bytes});
    }
  }
  report.executions_truncated = layers.executions().size() > kMostExecutions;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const LayerNode& node = layers.nodes()[static_cast<std::size_t>(order[i])];
    LayerReport layer;
    layer.id = {static_cast<std::uint32_t>(i)};
    layer.parent =
        node.parent < 0 ? -1 : static_cast<int>(id_of[static_cast<std::size_t>(node.parent)]);
    layer.kind = node.kind;
    layer.name = node.name;
    layer.executions = node.executions;
    layer.inclusive = node.inclusive;
    layer.exclusive = node.exclusive;
    layer.memory.touched = node.touched;
    layer.memory.touched_by_kind = node.touched_by_kind;
    layer.memory.stack = node.stack;
    fill_peak(layer.memory, peaks[i]);
    report.layers.push_back(std::move(layer));
  }
  memory.fill(report, id_of, clock);
}

std::vector<std::uint32_t> Profiler::Impl::leaf_sequence() const {
  const std::vector<int> order = preorder();
  std::vector<std::uint32_t> place(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    place[static_cast<std::size_t>(order[i])] = static_cast<std::uint32_t>(i);
  }
  std::vector<std::uint32_t> sequence;
  for (const Execution& execution : layers.executions()) {
    const auto node = static_cast<std::size_t>(execution.node);
    if (layers.nodes()[node].children.empty()) sequence.push_back(place[node]);
  }
  return sequence;
}

Report Profiler::finish(const RunResult& run, const Board& board, const Image& image) const {
  Report report;
  report.provenance = make_provenance(run, board, image);
  report.stop = run.stop;
  report.partial = run.stop.kind != StopKind::exited;
  report.total = run.totals;
  report.outside = impl_->layers.outside();
  impl_->fill_peak(report.memory, impl_->memory.liveness().peak());
  report.memory.touched = impl_->touched;
  report.memory.stack = impl_->stack;
  impl_->fill_layers(report);
  const std::vector<std::uint32_t> numbers = fill_layer_source(report, run.layers);
  fill_schedule(report, impl_->leaf_sequence(), numbers, run.patches);
  fill_code(report, run.code, image);
  report.tensors = impl_->tensors;
  report.console_fnv1a = impl_->console.hex();
  report.console_bytes = impl_->console.bytes();
  report.warnings = impl_->layers.warnings().lines();
  if (!impl_->memory.liveness().exact()) {
    report.warnings.emplace_back(
        "live peaks are upper bounds: the machine reported lifetimes late (a fault of sramscope)");
  }
  if (const std::string fault = check_conservation(report); !fault.empty()) {
    report.warnings.push_back("the figures do not add up (a fault of sramscope): " + fault);
  }
  return report;
}

}  // namespace sramscope

#include "ui/cli/measure_firmware.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sramscope/machine.h"
#include "sramscope/profiler.h"
#include "ui/cli/arena_observer.h"

namespace sramscope::cli {
namespace {

/// Hands every event on to two observers.
class Both final : public Observer {
 public:
  Both(Observer& first, Observer& second) : first_(first), second_(second) {}

  void on_start(const Moment& m, const MemoryView& v) override {
    first_.on_start(m, v), second_.on_start(m, v);
  }
  void on_layer_begin(LayerKind k, std::string_view n, const Moment& m,
                      const MemoryView& v) override {
    first_.on_layer_begin(k, n, m, v), second_.on_layer_begin(k, n, m, v);
  }
  void on_layer_end(LayerKind k, std::string_view n, const Moment& m,
                    const MemoryView& v) override {
    first_.on_layer_end(k, n, m, v), second_.on_layer_end(k, n, m, v);
  }
  void on_tensor(std::string_view n, Addr a, std::uint32_t s, const Moment& m) override {
    first_.on_tensor(n, a, s, m), second_.on_tensor(n, a, s, m);
  }
  void on_lifetimes(std::span<const Lifetime> lives) override {
    first_.on_lifetimes(lives), second_.on_lifetimes(lives);
  }
  void on_interval(const Moment& m, const MemoryView& v) override {
    first_.on_interval(m, v), second_.on_interval(m, v);
  }
  void on_renumber(std::span<const Tick> old_ticks, Tick next) override {
    first_.on_renumber(old_ticks, next), second_.on_renumber(old_ticks, next);
  }
  void on_stop(const Moment& m, const MemoryView& v) override {
    first_.on_stop(m, v), second_.on_stop(m, v);
  }

 private:
  Observer& first_;
  Observer& second_;
};

std::uint64_t size_of(const Image& image, std::string_view symbol) {
  const Symbol* found = image.symbol_named(symbol);
  return found == nullptr ? 0 : found->size;
}

void add_sizes(const Image& image, FirmwareRun& run) {
  for (const Segment& segment : image.segments) run.flash_bytes += segment.bytes.size();
  run.flash_bytes -= std::min(run.flash_bytes, size_of(image, kTestInputSymbol));
  for (const Section& section : image.sections) {
    if (section.writable) run.ram_bytes += section.size;
  }
  if (const Symbol* stack = image.symbol_named("__stack_size")) run.ram_bytes += stack->address;
}

}  // namespace

Result<FirmwareRun> measure_firmware(const GeneratedFirmware& firmware, std::size_t output_bytes,
                                     const std::string& elf, const Board& board) {
  const auto image = load_elf(elf);
  if (!image) return image.error();
  const Symbol* arena = image->symbol_named(kArenaSymbol);
  if (arena == nullptr) return Error{fmt::format("{}: no symbol {}", elf, kArenaSymbol)};

  Profiler profiler;
  ArenaObserver arena_observer(arena->address, arena->size);
  Both observers(profiler, arena_observer);
  MachineOptions options;
  options.console = [&](std::string_view text) { profiler.on_console(text); };
  auto machine = Machine::create(board, *image, std::move(options));
  if (!machine) return machine.error();
  const RunResult result = machine->run({}, &observers);
  if (result.stop.kind != StopKind::exited) {
    return Error{
        fmt::format("{}: the firmware did not end by itself: {}", elf, result.stop.message)};
  }
  FirmwareRun run;
  run.report = profiler.finish(result, board, *image);
  run.arena_by_layer = arena_observer.bytes_by_layer();
  for (const auto& [layer, bytes] : run.arena_by_layer)
    run.arena_peak = std::max(run.arena_peak, bytes);
  const auto output = machine->read_memory(arena->address + firmware.output_offset,
                                           static_cast<std::uint32_t>(output_bytes));
  if (!output) return output.error();
  run.output.assign(output->begin(), output->end());
  add_sizes(*image, run);
  return run;
}

}  // namespace sramscope::cli

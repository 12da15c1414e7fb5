// Simulated instructions per host second on the larger example, by driver and profile level. `items_per_second` is
// instructions per second of CPU time; compare ratios within one run only.

#include <benchmark/benchmark.h>

#include <string>

#include "sramscope/machine.h"
#include "sramscope/profiler.h"

namespace {

using namespace sramscope;

void simulate(benchmark::State& state, MachineOptions options, bool profile) {
  const Result<Image> image = load_elf(std::string(SRAMSCOPE_EXAMPLES_DIR) + "/layer_m4.elf");
  const Result<Board> board = load_board("mps2-an386");
  if (!image || !board) return state.SkipWithError("examples not built");
  std::uint64_t instructions = 0;
  for (auto _ : state) {
    Result<Machine> machine = Machine::create(*board, *image, options);
    Profiler profiler(*board, *image);
    const RunResult result = machine->run({}, profile ? &profiler : nullptr);
    if (result.stop.kind != StopKind::exited) return state.SkipWithError("did not exit");
    instructions += result.totals.instructions;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(instructions));
}

MachineOptions options_for(Driver driver, bool shadow) {
  MachineOptions options;
  options.driver = driver;
  options.shadow_memory = shadow;
  return options;
}

void full_profile(benchmark::State& state) { simulate(state, options_for(Driver::threaded, true), true); }
void shadow_only(benchmark::State& state) { simulate(state, options_for(Driver::threaded, true), false); }
void cycles_only(benchmark::State& state) { simulate(state, options_for(Driver::threaded, false), false); }
void plain_loop(benchmark::State& state) { simulate(state, options_for(Driver::plain_loop, true), true); }

BENCHMARK(full_profile)->Unit(benchmark::kMillisecond);
BENCHMARK(shadow_only)->Unit(benchmark::kMillisecond);
BENCHMARK(cycles_only)->Unit(benchmark::kMillisecond);
BENCHMARK(plain_loop)->Unit(benchmark::kMillisecond);

}  // namespace

// sramscope inside a program of one's own: run a firmware, print cycles and peak memory.
#include <cstdio>

#include "sramscope/machine.h"
#include "sramscope/profiler.h"

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: embed firmware.elf\n"), 2;
  const auto image = sramscope::load_elf(argv[1]);
  if (!image) return std::fprintf(stderr, "%s\n", image.error().message.c_str()), 2;
  const auto board = sramscope::derive_board(*image);
  auto machine = sramscope::Machine::create(board, *image);
  if (!machine) return std::fprintf(stderr, "%s\n", machine.error().message.c_str()), 2;

  sramscope::Profiler profiler(board, *image);
  const auto run = machine->run({.max_cycles = 1'000'000'000}, &profiler);
  const auto report = profiler.finish(run, board, *image);
  std::printf("%llu cycles, peak %llu bytes\n",
              static_cast<unsigned long long>(report.total.cycles),
              static_cast<unsigned long long>(report.memory.live_peak));
  return run.stop.kind == sramscope::StopKind::exited ? 0 : 1;
}

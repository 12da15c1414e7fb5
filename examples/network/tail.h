// The rest of the network after block 3, layer by layer in both schedules.
#ifndef SRAMSCOPE_EXAMPLES_TAIL_H_
#define SRAMSCOPE_EXAMPLES_TAIL_H_

#include "network.h"

/// Bytes of the arena that run_tail uses.
enum { kTailArenaBytes = 122472 };

/// Runs blocks 4 to 7 and the head. The output of block 3 is at arena[0]; the kOutputs bytes of the
/// network's output are left where the result points, in the arena.
const int8_t* run_tail(int8_t* arena);

/// Prints the output bytes and their FNV-1a hash, one line each.
void print_output(const int8_t* output);

#endif  // SRAMSCOPE_EXAMPLES_TAIL_H_

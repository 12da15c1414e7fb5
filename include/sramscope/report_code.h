#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sramscope/observer.h"
#include "sramscope/types.h"

namespace sramscope {

/// A function of the image, with what ran in it.
struct FunctionReport {
  std::string name;
  Addr address = 0;
  /// Bytes of code; 0 where the image does not tell.
  std::uint32_t size = 0;
  /// Source file, "" without DWARF.
  std::string file;
  /// How often it was entered: calls, tail calls and exceptions.
  std::uint64_t calls = 0;
  /// Its own instructions, and those with everything it called. A function that is open several
  /// times (recursion) counts once.
  Counters exclusive;
  Counters inclusive;
};

/// All calls from one function to another.
struct CallEdgeReport {
  /// Indices into `Report::functions`.
  std::uint32_t caller = 0;
  std::uint32_t callee = 0;
  std::uint64_t calls = 0;
  /// What ran in the callee and below for these calls.
  Counters inclusive;
};

/// A node of the call tree (flame graph): one path of calls from the start.
struct CallNodeReport {
  /// Index into `Report::call_tree` of the calling node, -1 at the root; parents stand before their
  /// children.
  int parent = -1;
  /// Index into `Report::functions`.
  std::uint32_t function = 0;
  std::uint64_t calls = 0;
  Cycles exclusive_cycles = 0;
  Cycles inclusive_cycles = 0;
};

/// A source line with what its instructions cost.
struct LineReport {
  std::string file;
  unsigned line = 0;
  Counters exclusive;
};

/// One instruction of an annotated listing.
struct InstructionReport {
  Addr address = 0;
  /// Disassembly, such as "ldr r3, [r4, #8]".
  std::string text;
  std::uint64_t executions = 0;
  Cycles cycles = 0;
  /// The same cycles by cause.
  CyclesByCause by_cause = {};
  /// Index into `ListingReport::files`, and the line; -1 without DWARF.
  int file = -1;
  unsigned line = 0;
};

/// The annotated disassembly of one hot function.
struct ListingReport {
  /// Index into `Report::functions`.
  std::uint32_t function = 0;
  std::vector<std::string> files;
  std::vector<InstructionReport> instructions;
};

}  // namespace sramscope

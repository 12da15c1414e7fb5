#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/types.h"

namespace sramscope {

/// What a byte of RAM is used for by the firmware.
enum class MemoryKind : std::uint8_t {
  static_data,  ///< .data and .bss, besides arenas
  arena,        ///< the tensor arena: a static array or a heap block that holds the activations
  heap,         ///< blocks of malloc, besides arenas
  stack,        ///< main and process stacks, interrupts included
  other,        ///< RAM that no symbol, heap block or stack covers
};
inline constexpr std::size_t kMemoryKinds = 5;
std::string_view memory_kind_name(MemoryKind kind);

/// Bytes by kind, indexed by `MemoryKind`.
using BytesByKind = std::array<std::uint64_t, kMemoryKinds>;

/// A contiguous range of RAM that held needed values: a static object, a heap block, a stack, a
/// range of the arena.
struct BufferReport {
  std::string name;
  MemoryKind kind = MemoryKind::other;
  Addr address = 0;
  std::uint32_t size = 0;
  /// First write and last needed read, in cycles since start.
  Cycles born = 0;
  Cycles died = 0;
  /// Most bytes of it that were live at once.
  std::uint64_t live_peak = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t bytes_read = 0;
  /// Indices into `Report::layers` of those that wrote and read it, in order of first use.
  std::vector<std::uint32_t> written_by;
  std::vector<std::uint32_t> read_by;
};

/// What a buffer is to one layer.
enum class BufferRole : std::uint8_t {
  input,     ///< read, written before by somebody else
  output,    ///< written, read later by somebody else
  in_place,  ///< both
  scratch,   ///< born and dead within the layer
  weights,   ///< flash that the layer reads
  held,      ///< live through the layer but not touched by it (such as a residual)
};
inline constexpr std::size_t kBufferRoles = 6;
std::string_view buffer_role_name(BufferRole role);

/// One buffer as one layer uses it.
struct LayerBuffer {
  /// Index into `Report::layers`.
  std::uint32_t layer = 0;
  /// Index into `Report::buffers`; -1 for flash ranges, which `name`, `address` and `size`
  /// describe.
  int buffer = -1;
  std::string name;
  Addr address = 0;
  std::uint32_t size = 0;
  BufferRole role = BufferRole::scratch;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
};

/// Live bytes over time: a point per change of a bounded number of steps; each holds until the
/// next.
struct TimelinePoint {
  Cycles cycle = 0;
  /// Most bytes live at once in the step, and how they divide at that instant.
  std::uint64_t live = 0;
  BytesByKind by_kind = {};
};

/// Address by time: how many bytes of a range of addresses were live at most in a span of time.
struct MemoryMapReport {
  struct Row {
    Addr address = 0;
    /// Bytes that the row stands for.
    std::uint32_t bytes = 0;
    /// Runs of equal columns: (columns, live bytes), to the full number of columns.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> runs;
  };
  std::uint32_t columns = 0;
  Cycles cycles_per_column = 0;
  /// Ascending by address; ranges that were never live are left out.
  std::vector<Row> rows;
};

/// What was alive when the live peak was reached.
struct PeakItem {
  /// Index into `Report::buffers`, -1: no buffer.
  int buffer = -1;
  std::string name;
  MemoryKind kind = MemoryKind::other;
  std::uint64_t bytes = 0;
};

/// One of the definitions of peak memory that are in use, and how it differs from the live peak.
struct PeakDefinition {
  /// Short name, such as "TFLM arena".
  std::string name;
  /// One sentence.
  std::string definition;
  std::uint64_t bytes = 0;
  /// The way from the live peak to this figure: the terms and the live peak sum to `bytes`.
  struct Term {
    std::string what;
    std::int64_t bytes = 0;
  };
  std::vector<Term> terms;
};

enum class FindingKind : std::uint8_t {
  uninitialised_read,  ///< SRAM read before anything was written to it
  dead_store,          ///< bytes written and never read
  never_touched,       ///< reserved and neither read nor written
  stack_near_data,     ///< the stack came close to data
  stack_overrun,       ///< the stack ran into data
  outside_arena,       ///< an access just past an arena's end
};
inline constexpr std::size_t kFindingKinds = 6;
/// "uninitialised-read" and the like, as `--fail-on` takes them.
std::string_view finding_kind_name(FindingKind kind);

/// Something about the firmware's memory that its author would want to know.
struct Finding {
  FindingKind kind = FindingKind::uninitialised_read;
  /// One sentence with the figures.
  std::string message;
  std::string symbol;
  Addr address = 0;
  std::uint64_t bytes = 0;
  /// How often it happened (accesses), 0 where that means nothing.
  std::uint64_t count = 0;
  /// Instruction that did it first, 0 where there is none.
  Addr pc = 0;
  /// Index into `Report::layers` of the first one, -1: outside.
  int layer = -1;
};

}  // namespace sramscope

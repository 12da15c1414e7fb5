#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "profiler/clock.h"
#include "profiler/epochs.h"
#include "profiler/memory_layout.h"
#include "sramscope/observer.h"
#include "sramscope/report_memory.h"

namespace sramscope::profiler {

/// Who wrote and read what, seen at the borders between layers: makes buffers of the ranges that
/// layers write, and tells what each buffer is to each layer. Stacks are left out.
///
/// A static object is one buffer. An arena or the heap holds many: a range that a layer writes is
/// a new buffer, unless the layer wrote there before (other patches, later inferences) or reads the
/// buffer that is there already (in place).
class Usage {
 public:
  /// Stretches of time (between two borders) that are looked at; what comes later is left out.
  static constexpr std::size_t kMostStretches = 20'000;
  static constexpr std::size_t kMostBuffers = 2'000;

  struct Buffer {
    std::string name;
    MemoryKind kind = MemoryKind::other;
    Addr address = 0;
    std::uint32_t size = 0;
    Instant born = 0;
    Instant died = 0;
    /// Most bytes of it with values that were needed later, at a border.
    std::uint64_t live_peak = 0;
    std::uint64_t bytes_written = 0;
    std::uint64_t bytes_read = 0;
    /// Nodes of the layer tree, -1: outside of all layers; in order of first use.
    std::vector<int> written_by;
    std::vector<int> read_by;
    /// The stretch in which it was read last, and how much of it then.
    std::size_t read_in = 0;
    std::uint64_t bytes_read_then = 0;
  };
  /// One buffer as one node uses it.
  struct Use {
    std::uint64_t bytes_read = 0;
    std::uint64_t bytes_written = 0;
    /// Bytes that were both read with an older value and written.
    std::uint64_t bytes_replaced = 0;
    /// Somebody else read later what it wrote.
    bool feeds_others = false;
    bool held = false;
    BufferRole role() const;
  };

  /// Takes the lives that ended; those of older values that were read since the last border matter.
  void note_lives(std::span<const Lifetime> lives, const Epochs& epochs, const KindMap& kinds);
  /// The time since the last border belongs to `node`: it accessed `ranges`.
  void close_stretch(int node, std::span<const AccessedRange> ranges, const Epochs& epochs,
                     const MemoryLayout& layout, Instant now);

  const std::vector<Buffer>& buffers() const { return buffers_; }
  /// By node and index of the buffer.
  const std::map<std::pair<int, std::size_t>, Use>& uses() const { return uses_; }
  bool truncated() const { return truncated_; }
  Instant stretch_begin() const { return stretch_begin_; }
  /// The node that wrote the byte last, -1: nobody, or code outside of all layers.
  int writer_of(Addr address) const {
    const std::uint32_t owner = owners_.at(address);
    return owner == 0 ? -1 : writes_[owner - 1].node;
  }
  /// Who runs now: told at the last border.
  int node() const { return node_; }
  void set_node(int node) { node_ = node; }

 private:
  /// Half open.
  struct Range {
    Addr begin = 0;
    Addr end = 0;
  };
  /// 1 + index into `writes_` of who wrote each byte last; 0: nobody.
  class Owners {
   public:
    std::uint32_t at(Addr address) const;
    void set(Range range, std::uint32_t owner);
    /// First address behind `range.begin` with another owner, at most `range.end`.
    Addr same_until(Range range) const;

   private:
    static constexpr unsigned kPageBits = 12;
    static constexpr std::size_t kPageSize = std::size_t{1} << kPageBits;
    using Page = std::array<std::uint32_t, kPageSize>;
    std::map<Addr, std::unique_ptr<Page>> pages_;
  };
  /// Values that one node wrote into one buffer.
  struct Write {
    std::size_t buffer = 0;
    int node = -1;
  };

  static std::vector<Range> merged(std::vector<Range> ranges, std::uint32_t gap);
  std::vector<Range> read_ranges(std::span<const AccessedRange> ranges, const KindMap& kinds);
  void take_read(int node, Range range, const MemoryLayout& layout, Instant last_read);
  void take_written(int node, Range range, Range whole, const MemoryLayout& layout,
                    Instant first_write);
  static std::size_t rows_from(const std::vector<Range>& ranges, std::size_t first);
  void note_read(int node, std::size_t buffer, std::uint32_t bytes, Instant last_read);
  void hold(std::size_t buffer);
  std::size_t buffer_for_write(int node, Range range, const MemoryLayout& layout, Instant born);
  std::size_t object_buffer(const MemoryObject& object, Instant born);
  std::size_t range_buffer(int node, Range range, const MemoryObject& arena, Instant born);
  void add_buffer(const MemoryObject& object, Instant born);
  std::uint32_t write_of(std::size_t buffer, int node);
  std::uint32_t bytes_owned(Range range, std::size_t buffer) const;
  std::uint32_t overlap_read(Range range) const;

  std::vector<Buffer> buffers_;
  std::map<std::pair<int, std::size_t>, Use> uses_;
  std::map<Addr, std::size_t> object_buffers_;
  std::vector<Write> writes_;
  std::map<std::pair<std::size_t, int>, std::uint32_t> write_index_;
  Owners owners_;
  /// Ranges of older values that were read in this stretch and then replaced.
  std::vector<Range> consumed_;
  /// What was read in this stretch.
  std::vector<Range> read_now_;
  /// Nodes of the stretches so far, and the last stretch in which each buffer was touched.
  std::vector<int> stretches_;
  std::vector<std::size_t> last_touch_;
  Instant stretch_begin_ = kFirstTick;
  int node_ = -1;
  bool truncated_ = false;
};

}  // namespace sramscope::profiler

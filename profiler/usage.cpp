#include "profiler/usage.h"

#include <fmt/format.h>

#include <algorithm>

namespace sramscope::profiler {
namespace {

/// Padding between the rows or channels of one buffer.
constexpr std::uint32_t kLargestGap = 16;

void add_once(std::vector<int>& nodes, int node) {
  if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) {
    nodes.push_back(node);
  }
}

}  // namespace

BufferRole Usage::Use::role() const {
  if (bytes_read > 0) {
    const bool replaces = bytes_replaced > 0 && 2 * bytes_replaced >= bytes_written;
    return replaces ? BufferRole::in_place : BufferRole::input;
  }
  if (bytes_written > 0) {
    return feeds_others ? BufferRole::output : BufferRole::scratch;
  }
  return held ? BufferRole::held : BufferRole::scratch;
}

std::uint32_t Usage::Owners::at(Addr address) const {
  const auto page = pages_.find(address >> kPageBits);
  return page == pages_.end() ? 0 : (*page->second)[address & (kPageSize - 1)];
}

void Usage::Owners::set(Range range, std::uint32_t owner) {
  for (std::uint64_t at = range.begin; at < range.end;) {
    const std::uint64_t stop = std::min<std::uint64_t>(range.end, (at | (kPageSize - 1)) + 1);
    std::unique_ptr<Page>& page = pages_[static_cast<Addr>(at >> kPageBits)];
    if (page == nullptr) {
      page = std::make_unique<Page>();
    }
    const auto first = page->begin() + static_cast<std::ptrdiff_t>(at & (kPageSize - 1));
    std::fill(first, first + static_cast<std::ptrdiff_t>(stop - at), owner);
    at = stop;
  }
}

Addr Usage::Owners::same_until(Range range) const {
  const std::uint32_t owner = at(range.begin);
  auto page = pages_.find(range.begin >> kPageBits);
  Addr address = range.begin + 1;
  for (; address < range.end; ++address) {
    if ((address & (kPageSize - 1)) == 0) {
      page = pages_.find(address >> kPageBits);
    }
    const std::uint32_t other =
        page == pages_.end() ? 0 : (*page->second)[address & (kPageSize - 1)];
    if (other != owner) {
      break;
    }
  }
  return address;
}

void Usage::note_lives(std::span<const Lifetime> lives, const Epochs& epochs,
                       const KindMap& kinds) {
  if (truncated_) {
    return;
  }
  const Tick begin = epochs.tick(stretch_begin_);
  for (const Lifetime& life : lives) {
    const bool consumed = life.born != kNeverStamp && life.born < begin && life.last_read >= begin;
    if (!consumed || kinds.at(life.address) == MemoryKind::stack) {
      continue;
    }
    if (!consumed_.empty() && consumed_.back().end == life.address) {
      consumed_.back().end += life.bytes;
    } else {
      consumed_.push_back({life.address, life.address + life.bytes});
    }
  }
}

/// Sorted; neighbours with up to `gap` bytes in between are one.
std::vector<Usage::Range> Usage::merged(std::vector<Range> ranges, std::uint32_t gap) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.begin < b.begin; });
  std::vector<Range> result;
  for (const Range& range : ranges) {
    if (!result.empty() && range.begin <= result.back().end + gap) {
      result.back().end = std::max(result.back().end, range.end);
    } else {
      result.push_back(range);
    }
  }
  return result;
}

/// Where values from before the stretch were read.
std::vector<Usage::Range> Usage::read_ranges(std::span<const AccessedRange> ranges,
                                             const KindMap& kinds) {
  std::vector<Range> read = std::move(consumed_);
  consumed_.clear();
  for (const AccessedRange& range : ranges) {
    if (range.read && !range.written && kinds.at(range.address) != MemoryKind::stack) {
      read.push_back({range.address, range.address + range.bytes});
    }
  }
  return merged(std::move(read), 0);
}

void Usage::close_stretch(int node, std::span<const AccessedRange> ranges, const Epochs& epochs,
                          const MemoryLayout& layout, Instant now) {
  if (stretches_.size() >= kMostStretches || buffers_.size() >= kMostBuffers) {
    truncated_ = true;
  }
  if (truncated_) {
    stretch_begin_ = now;
    return;
  }
  stretches_.push_back(node);
  read_now_ = read_ranges(ranges, layout.kinds());
  for (const Range& range : read_now_) {
    take_read(node, range, layout, now);
  }
  std::vector<Range> written;
  Instant first_write = now;
  for (const AccessedRange& range : ranges) {
    if (range.written && layout.kinds().at(range.address) != MemoryKind::stack) {
      written.push_back({range.address, range.address + range.bytes});
      first_write = std::min(first_write, epochs.instant(range.first_write));
    }
  }
  const std::vector<Range> ranges_written = merged(std::move(written), 0);
  for (std::size_t i = 0; i < ranges_written.size();) {
    const std::size_t end = rows_from(ranges_written, i);
    const Range whole{ranges_written[i].begin, ranges_written[end - 1].end};
    for (; i < end; ++i) {
      take_written(node, ranges_written[i], whole, layout, first_write);
    }
  }
  stretch_begin_ = now;
}

void Usage::take_read(int node, Range range, const MemoryLayout& layout, Instant last_read) {
  while (range.begin < range.end) {
    const Addr until = owners_.same_until(range);
    const std::uint32_t owner = owners_.at(range.begin);
    const std::uint32_t bytes = until - range.begin;
    if (owner != 0) {
      const Write& write = writes_[owner - 1];
      if (write.node != node) {
        uses_[{write.node, write.buffer}].feeds_others = true;
      }
      note_read(node, write.buffer, bytes, last_read);
    } else if (const int object = layout.object_at(range.begin); object >= 0) {
      // Present from the start (.data) or read before anybody wrote it.
      note_read(node, object_buffer(layout.objects()[static_cast<std::size_t>(object)], kFirstTick),
                bytes, last_read);
    }
    range.begin = until;
  }
}

void Usage::note_read(int node, std::size_t index, std::uint32_t bytes, Instant last_read) {
  Buffer& buffer = buffers_[index];
  hold(index);
  buffer.bytes_read += bytes;
  buffer.died = std::max(buffer.died, last_read);
  if (buffer.read_in != stretches_.size()) {
    buffer.read_in = stretches_.size();
    buffer.bytes_read_then = 0;
  }
  buffer.bytes_read_then += bytes;
  buffer.live_peak = std::max(buffer.live_peak, buffer.bytes_read_then);
  add_once(buffer.read_by, node);
  Use& use = uses_[{node, index}];
  use.bytes_read += bytes;
}

/// The buffer was needed while it was not touched: those who ran meanwhile held it.
void Usage::hold(std::size_t index) {
  const std::size_t now = stretches_.size() - 1;
  if (buffers_[index].kind == MemoryKind::arena || buffers_[index].kind == MemoryKind::heap) {
    for (std::size_t i = last_touch_[index] + 1; i < now; ++i) {
      uses_[{stretches_[i], index}].held = true;
    }
  }
  last_touch_[index] = now;
}

void Usage::take_written(int node, Range range, Range whole, const MemoryLayout& layout,
                         Instant first_write) {
  while (range.begin < range.end) {
    const Addr end = std::min(range.end, layout.end_of_object(range.begin));
    const Range part{range.begin, end};
    // A row of a larger range belongs to the larger range's buffer.
    const bool within = layout.end_of_object(whole.begin) >= whole.end;
    const std::size_t buffer = buffer_for_write(node, within ? whole : part, layout, first_write);
    buffers_[buffer].bytes_written += part.end - part.begin;
    add_once(buffers_[buffer].written_by, node);
    Use& use = uses_[{node, buffer}];
    use.bytes_written += part.end - part.begin;
    use.bytes_replaced += overlap_read(part);
    last_touch_[buffer] = stretches_.size() - 1;
    owners_.set(part, write_of(buffer, node));
    range.begin = end;
  }
}

/// Index behind the last of the ranges from `first` on that have the same size and distance: rows
/// of a part of an image.
std::size_t Usage::rows_from(const std::vector<Range>& ranges, std::size_t first) {
  constexpr std::size_t kFewestRows = 3;
  std::size_t end = first + 1;
  while (end < ranges.size() &&
         ranges[end].end - ranges[end].begin == ranges[first].end - ranges[first].begin &&
         ranges[end].begin - ranges[end - 1].begin ==
             ranges[first + 1].begin - ranges[first].begin) {
    ++end;
  }
  return end - first >= kFewestRows ? end : first + 1;
}

/// Bytes of `range` whose older value was read in this stretch.
std::uint32_t Usage::overlap_read(Range range) const {
  std::uint32_t bytes = 0;
  auto it = std::lower_bound(read_now_.begin(), read_now_.end(), range.begin,
                             [](const Range& r, Addr begin) { return r.end <= begin; });
  for (; it != read_now_.end() && it->begin < range.end; ++it) {
    bytes += std::min(it->end, range.end) - std::max(it->begin, range.begin);
  }
  return bytes;
}

std::size_t Usage::buffer_for_write(int node, Range range, const MemoryLayout& layout,
                                    Instant born) {
  const MemoryKind kind = layout.kinds().at(range.begin);
  const MemoryObject whole = layout.whole(range.begin, range.end - range.begin, kind);
  if (whole.name.empty()) {  // one buffer for all such places
    return object_buffer({layout.name(range.begin), kind, static_cast<Addr>(kind), 0}, born);
  }
  const bool holds_many = whole.kind == MemoryKind::arena || whole.kind == MemoryKind::heap;
  return holds_many ? range_buffer(node, range, whole, born) : object_buffer(whole, born);
}

std::size_t Usage::object_buffer(const MemoryObject& object, Instant born) {
  const auto [found, added] = object_buffers_.try_emplace(object.address, buffers_.size());
  if (added || buffers_[found->second].size != object.size) {
    found->second = buffers_.size();
    add_buffer(object, born);
  }
  return found->second;
}

/// How many bytes of `range` hold values of `buffer`.
std::uint32_t Usage::bytes_owned(Range range, std::size_t buffer) const {
  std::uint32_t bytes = 0;
  while (range.begin < range.end) {
    const Addr until = owners_.same_until(range);
    const std::uint32_t owner = owners_.at(range.begin);
    if (owner != 0 && writes_[owner - 1].buffer == buffer) {
      bytes += until - range.begin;
    }
    range.begin = until;
  }
  return bytes;
}

std::size_t Usage::range_buffer(int node, Range range, const MemoryObject& arena, Instant born) {
  const std::uint32_t bytes = range.end - range.begin;
  const std::string name = fmt::format("{}+{:#x}", arena.name, range.begin - arena.address);
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    Buffer& buffer = buffers_[i];
    const Addr end = buffer.address + buffer.size;
    const bool near = buffer.kind == arena.kind && range.begin <= end + kLargestGap &&
                      buffer.address <= range.end + kLargestGap;
    if (!near) {
      continue;
    }
    const bool wrote_before = std::find(buffer.written_by.begin(), buffer.written_by.end(), node) !=
                              buffer.written_by.end();
    const bool in_place = 2 * overlap_read(range) >= bytes && 2 * bytes_owned(range, i) >= bytes;
    if (wrote_before || in_place) {
      const Addr first = std::min(buffer.address, range.begin);
      buffer.size = std::max(end, range.end) - first;
      if (first != buffer.address) {
        buffer.address = first;
        buffer.name = name;
      }
      return i;
    }
  }
  add_buffer({name, arena.kind, range.begin, bytes}, born);
  return buffers_.size() - 1;
}

void Usage::add_buffer(const MemoryObject& object, Instant born) {
  Buffer& buffer = buffers_.emplace_back();
  buffer.name = object.name;
  buffer.kind = object.kind;
  buffer.address = object.address;
  buffer.size = object.size;
  buffer.born = buffer.died = born;
  last_touch_.push_back(stretches_.size() - 1);
}

std::uint32_t Usage::write_of(std::size_t buffer, int node) {
  const auto [found, added] =
      write_index_.try_emplace({buffer, node}, static_cast<std::uint32_t>(writes_.size() + 1));
  if (added) {
    writes_.push_back({buffer, node});
  }
  return found->second;
}

}  // namespace sramscope::profiler

#include "profiler/memory_map.h"

#include <algorithm>
#include <functional>
#include <map>

namespace sramscope::profiler {
namespace {

constexpr unsigned kPageBits = 12;
/// Steps per column of the report.
constexpr std::size_t kStepsPerColumn = 4;

}  // namespace

void MemoryMap::add(std::span<const Lifetime> lives, const Epochs& epochs) {
  for (const Lifetime& life : lives) {
    if (life.born == kNeverStamp || life.last_read < kFirstTick) {
      continue;
    }
    const Instant born = life.born < kFirstTick ? kFirstTick : epochs.instant(life.born);
    const Instant last_read = epochs.instant(life.last_read);
    while (last_read >> step_shift_ >= options_.steps) {
      join_steps();
    }
    // Rows and pages hold whole aligned granules.
    const Addr granule = Addr{1} << options_.row_shift;
    for (std::uint32_t done = 0; done < life.bytes;) {
      const Addr address = life.address + done;
      const std::uint32_t bytes = std::min(life.bytes - done, granule - (address & (granule - 1)));
      add_byte_run(address, bytes, born, last_read);
      done += bytes;
    }
  }
}

void MemoryMap::add_byte_run(Addr address, std::uint32_t bytes, Instant born, Instant last_read) {
  if (last_page_ == nullptr || last_page_number_ != address >> kPageBits) {
    last_page_number_ = address >> kPageBits;
    last_page_ = &pages_[last_page_number_];
    last_page_->counted_until.resize(std::size_t{1} << kPageBits);
  }
  const auto first = static_cast<std::uint32_t>(born >> step_shift_);
  const auto end = static_cast<std::uint32_t>(last_read >> step_shift_) + 1;
  std::uint32_t* counted =
      last_page_->counted_until.data() + (address & ((Addr{1} << kPageBits) - 1));
  if (*std::min_element(counted, counted + bytes) >= end) {
    return;
  }
  Row& row = row_of(address);
  for (std::uint32_t i = 0; i < bytes; ++i) {
    const std::uint32_t from = std::max(first, counted[i]);
    if (from < end) {
      ++row[from];
      --row[end];
      counted[i] = end;
    }
  }
}

MemoryMap::Row& MemoryMap::row_of(Addr address) {
  if (last_row_ == nullptr || last_number_ != address >> row_shift_) {
    while (rows_.size() >= options_.most_rows && !rows_.contains(address >> row_shift_)) {
      join_rows();
    }
    last_number_ = address >> row_shift_;
    last_row_ = &rows_[last_number_];
    last_row_->resize(options_.steps + 1);
  }
  return *last_row_;
}

void MemoryMap::join_rows() {
  std::unordered_map<Addr, Row> joined;
  for (auto& [number, row] : rows_) {
    Row& to = joined[number >> 1];
    to.resize(row.size());
    std::transform(row.begin(), row.end(), to.begin(), to.begin(), std::plus<>());
  }
  rows_ = std::move(joined);
  last_row_ = nullptr;
  ++row_shift_;
}

/// Two steps become one with the larger count.
void MemoryMap::join_steps() {
  for (auto& [number, row] : rows_) {
    Row joined(row.size());
    std::int32_t level = 0;
    std::int32_t previous = 0;
    for (std::size_t i = 0; i + 1 < row.size(); i += 2) {
      const std::int32_t first = level + row[i];
      const std::int32_t second = first + row[i + 1];
      level = second;
      const std::int32_t most = std::max(first, second);
      joined[i / 2] = most - previous;
      previous = most;
    }
    joined[row.size() / 2] = -previous;
    row = std::move(joined);
  }
  for (auto& [number, page] : pages_) {
    for (std::uint32_t& until : page.counted_until) {
      until = (until + 1) / 2;
    }
  }
  ++step_shift_;
}

MemoryMapReport MemoryMap::report(Instant end, const Clock& clock) const {
  MemoryMapReport map;
  const Cycles cycles = clock.at(end).cycle;
  map.columns = static_cast<std::uint32_t>(options_.steps / kStepsPerColumn);
  map.cycles_per_column = std::max<Cycles>(1, (cycles + map.columns - 1) / map.columns);
  std::vector<std::uint32_t> column_of;
  for (std::size_t step = 0; step <= options_.steps; ++step) {
    const Instant at = std::min<Instant>(Instant{step} << step_shift_, end);
    const Cycles column = clock.at(std::max<Instant>(at, kFirstTick)).cycle / map.cycles_per_column;
    column_of.push_back(static_cast<std::uint32_t>(std::min<Cycles>(column, map.columns - 1)));
  }
  const std::map<Addr, Row> ordered(rows_.begin(), rows_.end());
  for (const auto& [number, row] : ordered) {
    std::vector<std::uint32_t> columns(map.columns);
    std::int32_t level = 0;
    for (std::size_t step = 0; step < options_.steps; ++step) {
      level += row[step];
      const std::uint32_t last = level == 0 ? column_of[step] : column_of[step + 1];
      for (std::uint32_t column = column_of[step]; column <= last; ++column) {
        columns[column] = std::max(columns[column], static_cast<std::uint32_t>(level));
      }
    }
    MemoryMapReport::Row& reported = map.rows.emplace_back();
    reported.address = number << row_shift_;
    reported.bytes = std::uint32_t{1} << row_shift_;
    for (const std::uint32_t live : columns) {
      if (!reported.runs.empty() && reported.runs.back().second == live) {
        ++reported.runs.back().first;
      } else {
        reported.runs.emplace_back(1, live);
      }
    }
  }
  return map;
}

}  // namespace sramscope::profiler

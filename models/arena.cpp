#include "models/arena.h"

#include <algorithm>
#include <numeric>
#include <random>

namespace sramscope::models {
namespace {

constexpr int kTrials = 400;

/// Buffers that share an offset because each works in place on the one before.
struct Group {
  std::vector<std::uint32_t> members;
  std::uint32_t bytes = 0;
  std::uint32_t first_slot = 0, last_slot = 0;
};

std::vector<Group> group_buffers(const std::vector<PlanBuffer>& buffers) {
  std::vector<std::uint32_t> group_of(buffers.size());
  std::vector<Group> groups;
  // A buffer stands after the one that it works on.
  for (std::uint32_t i = 0; i < buffers.size(); ++i) {
    const PlanBuffer& buffer = buffers[i];
    if (buffer.in_place_of) {
      group_of[i] = group_of[buffer.in_place_of->value];
    } else {
      group_of[i] = static_cast<std::uint32_t>(groups.size());
      groups.push_back({{}, 0, buffer.first_slot, buffer.last_slot});
    }
    Group& group = groups[group_of[i]];
    group.members.push_back(i);
    group.bytes = std::max(group.bytes, buffer.bytes);
    group.first_slot = std::min(group.first_slot, buffer.first_slot);
    group.last_slot = std::max(group.last_slot, buffer.last_slot);
  }
  return groups;
}

bool share_a_slot(const PlanBuffer& a, const PlanBuffer& b) {
  return a.first_slot <= b.last_slot && b.first_slot <= a.last_slot;
}

class Arena {
 public:
  Arena(const std::vector<PlanBuffer>& buffers, std::uint32_t alignment)
      : buffers_(buffers), groups_(group_buffers(buffers)), alignment_(alignment) {
    conflicts_.resize(groups_.size());
    for (std::uint32_t a = 0; a < groups_.size(); ++a) {
      for (std::uint32_t b = 0; b < groups_.size(); ++b) {
        if (a != b && conflict(groups_[a], groups_[b])) conflicts_[a].push_back(b);
      }
    }
  }

  const std::vector<Group>& groups() const { return groups_; }

  /// First fit in the given order of groups; the arena's bytes, and the offsets in `offsets`.
  std::uint32_t place(const std::vector<std::uint32_t>& order,
                      std::vector<std::uint32_t>& offsets) {
    offsets.assign(groups_.size(), kUnplaced);
    std::uint32_t end = 0;
    for (const std::uint32_t group : order) {
      offsets[group] = lowest_offset(group, offsets);
      end = std::max(end, offsets[group] + groups_[group].bytes);
    }
    return end;
  }

 private:
  static constexpr std::uint32_t kUnplaced = UINT32_MAX;

  struct Interval {
    std::int64_t begin, end;
  };

  bool conflict(const Group& a, const Group& b) const {
    if (a.first_slot > b.last_slot || b.first_slot > a.last_slot) return false;
    for (const std::uint32_t i : a.members) {
      for (const std::uint32_t j : b.members) {
        if (share_a_slot(buffers_[i], buffers_[j])) return true;
      }
    }
    return false;
  }

  std::uint32_t lowest_offset(std::uint32_t group, const std::vector<std::uint32_t>& offsets) {
    taken_.clear();  // offsets at which the group would hit a placed one
    for (const std::uint32_t other : conflicts_[group]) {
      if (offsets[other] == kUnplaced) continue;
      for (const std::uint32_t i : groups_[group].members) {
        for (const std::uint32_t j : groups_[other].members) {
          if (!share_a_slot(buffers_[i], buffers_[j])) continue;
          taken_.push_back({std::int64_t{offsets[other]} - buffers_[i].bytes,
                            std::int64_t{offsets[other]} + buffers_[j].bytes});
        }
      }
    }
    std::ranges::sort(taken_, {}, &Interval::begin);
    std::int64_t offset = 0;
    for (const Interval& interval : taken_) {
      if (interval.begin >= offset) break;
      if (interval.end > offset) offset = (interval.end + alignment_ - 1) / alignment_ * alignment_;
    }
    return static_cast<std::uint32_t>(offset);
  }

  const std::vector<PlanBuffer>& buffers_;
  std::vector<Group> groups_;
  std::vector<std::vector<std::uint32_t>> conflicts_;
  std::vector<Interval> taken_;
  std::int64_t alignment_;
};

/// Orders that tend to pack well: by size, by size times lifetime, by birth.
std::vector<std::vector<std::uint32_t>> first_orders(const std::vector<Group>& groups) {
  std::vector<std::uint32_t> all(groups.size());
  std::iota(all.begin(), all.end(), 0u);
  const auto sorted = [&](auto key) {
    auto order = all;
    std::ranges::stable_sort(order,
                             [&](auto a, auto b) { return key(groups[a]) > key(groups[b]); });
    return order;
  };
  const auto lifetime = [](const Group& g) {
    return std::uint64_t{1} + g.last_slot - g.first_slot;
  };
  return {sorted([](const Group& g) { return g.bytes; }),
          sorted([&](const Group& g) { return g.bytes * lifetime(g); }), sorted(lifetime),
          sorted([](const Group& g) { return ~g.first_slot; })};
}

}  // namespace

std::uint32_t place_buffers(std::vector<PlanBuffer>& buffers, std::uint32_t alignment,
                            std::uint32_t lower_bound) {
  Arena arena(buffers, alignment);
  const std::size_t count = arena.groups().size();
  std::vector<std::uint32_t> order, offsets, best_offsets;
  std::uint32_t best = UINT32_MAX;
  const auto attempt = [&](const std::vector<std::uint32_t>& candidate) {
    const std::uint32_t end = arena.place(candidate, offsets);
    if (end > best) return false;
    if (end < best || best_offsets.empty()) best_offsets = offsets;
    best = end;
    order = candidate;
    return true;
  };
  for (const auto& first : first_orders(arena.groups())) attempt(first);
  std::mt19937 random(1);
  for (int trial = 0; trial < kTrials && best > lower_bound && count > 1; ++trial) {
    auto candidate = order;
    // Half of the time one group moves to an earlier place, else two exchange theirs.
    const auto a = static_cast<std::ptrdiff_t>(random() % count);
    const auto b = static_cast<std::ptrdiff_t>(random() % count);
    const auto begin = candidate.begin();
    if (random() % 2 == 0)
      std::iter_swap(begin + a, begin + b);
    else
      std::rotate(begin + std::min(a, b), begin + std::max(a, b), begin + std::max(a, b) + 1);
    attempt(candidate);
  }
  for (std::size_t group = 0; group < count; ++group) {
    for (const std::uint32_t member : arena.groups()[group].members)
      buffers[member].offset = best_offsets[group];
  }
  return best == UINT32_MAX ? 0 : best;
}

std::uint32_t needed_in_slot(const std::vector<PlanBuffer>& buffers, std::uint32_t slot) {
  std::uint32_t sum = 0;
  for (const PlanBuffer& buffer : buffers) {
    if (slot < buffer.first_slot || slot > buffer.last_slot) continue;
    sum += buffer.bytes;
    if (!buffer.in_place_of) continue;
    // Both are needed in the slot in which one takes the other's place.
    const PlanBuffer& under = buffers[buffer.in_place_of->value];
    if (slot >= under.first_slot && slot <= under.last_slot)
      sum -= std::min(buffer.bytes, under.bytes);
  }
  return sum;
}

}  // namespace sramscope::models

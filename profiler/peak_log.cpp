#include "profiler/peak_log.h"

#include <algorithm>

namespace sramscope::profiler {

void PeakLog::add(std::span<const Lifetime> lives, const Epochs& epochs) {
  if (!complete_) {
    return;
  }
  for (const Lifetime& life : lives) {
    if (life.born == kNeverStamp || life.last_read < kFirstTick) {
      continue;
    }
    for (std::uint32_t done = 0; done < life.bytes;) {
      const Addr address = life.address + done;
      const std::uint32_t bytes =
          kinds_ == nullptr ? life.bytes : kinds_->same_kind(address, life.bytes - done);
      done += bytes;
      if (kinds_ == nullptr || kinds_->at(address) != MemoryKind::stack) {
        const Instant born = life.born < kFirstTick ? kFirstTick : epochs.instant(life.born);
        lives_.push_back({born, epochs.instant(life.last_read), address, bytes});
      }
    }
  }
}

void PeakLog::sift(const Liveness& liveness, const MemoryView& view) {
  if (lives_.size() < 2 * sifted_size_ + options_.lives_before_sifting) {
    return;
  }
  const Contenders contenders = liveness.contenders(view);
  const std::vector<Instant>& at = contenders.instants;
  std::erase_if(lives_, [&](const Life& life) {
    if (life.last_read >= contenders.since) {
      return false;
    }
    const auto next = std::lower_bound(at.begin(), at.end(), life.born);
    return next == at.end() || *next > life.last_read;
  });
  sifted_size_ = lives_.size();
  if (sifted_size_ > options_.most_lives) {
    complete_ = false;
    lives_ = {};
  }
}

std::vector<PeakLog::Range> PeakLog::alive_at(Instant at) const {
  std::vector<Range> alive;
  for (const Life& life : lives_) {
    if (life.born <= at && at <= life.last_read) {
      alive.push_back({life.address, life.bytes});
    }
  }
  std::sort(alive.begin(), alive.end(),
            [](const Range& a, const Range& b) { return a.address < b.address; });
  std::vector<Range> merged;
  for (const Range& range : alive) {
    if (!merged.empty() && merged.back().address + merged.back().bytes == range.address) {
      merged.back().bytes += range.bytes;
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

}  // namespace sramscope::profiler

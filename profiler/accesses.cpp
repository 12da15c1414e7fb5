#include "profiler/accesses.h"

namespace sramscope::profiler {

const std::vector<AccessedRange>& Accesses::since(Tick tick) const {
  if (known_since_ != tick) {
    known_ = memory_.accessed_since(tick);
    known_since_ = tick;
  }
  return known_;
}

BytesByKind Accesses::by_kind_since(Tick tick) const {
  BytesByKind bytes{};
  for (const AccessedRange& range : since(tick)) {
    for (std::uint32_t done = 0; done < range.bytes;) {
      const Addr address = range.address + done;
      const std::uint32_t same = kinds_.same_kind(address, range.bytes - done);
      bytes[static_cast<std::size_t>(kinds_.at(address))] += same;
      done += same;
    }
  }
  return bytes;
}

}  // namespace sramscope::profiler

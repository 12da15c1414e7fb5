#pragma once

#include <cstdint>

#include "sramscope/types.h"

namespace sramscope::memory {

/// A peripheral on the bus. Offsets count from the base it was mapped at; `size` is 1, 2 or 4 bytes.
class Device {
 public:
  virtual ~Device() = default;
  virtual std::uint32_t read(std::uint32_t offset, unsigned size) = 0;
  virtual void write(std::uint32_t offset, unsigned size, std::uint32_t value) = 0;
};

}  // namespace sramscope::memory

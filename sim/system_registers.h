#pragma once

#include <cstdint>
#include <unordered_map>

#include "memory/device.h"
#include "sramscope/types.h"

namespace sramscope::sim {

/// What the system registers need from the machine.
class SystemHooks {
 public:
  virtual ~SystemHooks() = default;
  /// Cycles since the start, up to the access under way.
  virtual Cycles cycles_now() = 0;
  /// A 32-bit write to an ITM stimulus port; `size` bytes of `value` are meant.
  virtual void stimulus(unsigned port, unsigned size, std::uint32_t value) = 0;
  virtual void reset_requested() = 0;
  /// CPACR or CCR changed.
  virtual void configuration_changed() = 0;
  virtual void warn(const char* text) = 0;
};

/// The private peripheral bus 0xE0000000-0xE00FFFFF: ITM, DWT and the system control space. Registers that do nothing yet keep what
/// is written to them.
class SystemRegisters final : public memory::Device {
 public:
  static constexpr Addr kBase = 0xe0000000;
  static constexpr std::uint32_t kSize = 0x100000;

  SystemRegisters(SystemHooks& hooks, CoreKind core, Addr vector_table);

  std::uint32_t read(std::uint32_t offset, unsigned size) override;
  void write(std::uint32_t offset, unsigned size, std::uint32_t value) override;

  /// CPACR gives full access to CP10 (and the core has an FPU).
  bool fpu_enabled() const;
  bool unaligned_traps() const;
  bool divide_by_zero_traps() const;

 private:
  std::uint32_t read_word(std::uint32_t offset);
  void write_word(std::uint32_t offset, std::uint32_t value);
  std::uint32_t systick_value(Cycles now) const;
  std::uint32_t systick_control();
  std::uint32_t stored(std::uint32_t offset) const;

  SystemHooks& hooks_;
  CoreKind core_;
  std::unordered_map<std::uint32_t, std::uint32_t> registers_;
  /// CYCCNT = cycles - cyccnt_origin_ while it counts, else cyccnt_stopped_.
  bool cyccnt_counts_ = false;
  Cycles cyccnt_origin_ = 0;
  std::uint32_t cyccnt_stopped_ = 0;
  Cycles systick_origin_ = 0;
  Cycles systick_flag_read_ = 0;
};

}  // namespace sramscope::sim

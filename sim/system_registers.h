#pragma once

#include <cstdint>
#include <unordered_map>

#include "memory/device.h"
#include "sim/cycle_counter.h"
#include "sim/event_counters.h"
#include "sim/exceptions.h"
#include "sim/mpu.h"
#include "sim/systick.h"
#include "sramscope/board.h"
#include "sramscope/types.h"

namespace sramscope::sim {

/// What the system registers need from the machine.
class SystemHooks {
 public:
  virtual ~SystemHooks() = default;
  /// Cycles since the start, up to the access under way.
  virtual Cycles cycles_now() = 0;
  virtual DwtEvents events_now() = 0;
  /// A write to an ITM stimulus port; `size` bytes of `value` are meant.
  virtual void stimulus(unsigned port, unsigned size, std::uint32_t value) = 0;
  virtual void reset_requested() = 0;
  /// CPACR, CCR or FPCCR changed.
  virtual void configuration_changed() = 0;
  /// A register of the MPU was written.
  virtual void protection_changed() = 0;
};

/// The private peripheral bus 0xE0000000-0xE00FFFFF: ITM, DWT, NVIC, SysTick and the system control block (ARM ARM B3, C1).
/// Registers that do nothing here keep what is written to them.
class SystemRegisters final : public memory::Device {
 public:
  static constexpr Addr kBase = 0xe0000000;
  static constexpr std::uint32_t kSize = 0x100000;

  SystemRegisters(SystemHooks& hooks, Exceptions& exceptions, const Board& board);

  std::uint32_t read(std::uint32_t offset, unsigned size) override;
  void write(std::uint32_t offset, unsigned size, std::uint32_t value) override;

  /// CPACR gives full access to CP10 (and the core has an FPU).
  bool fpu_enabled() const;
  bool unaligned_traps() const;
  bool divide_by_zero_traps() const;
  /// CCR.IC and CCR.DC.
  bool icache_enabled() const { return (exceptions_.ccr & 1u << 17) != 0; }
  bool dcache_enabled() const { return (exceptions_.ccr & 1u << 16) != 0; }
  /// SCR.SLEEPONEXIT.
  bool sleeps_on_exit() const;
  /// May unprivileged code access the register?
  bool allows_unprivileged(std::uint32_t offset) const;

  SysTick& systick() { return systick_; }
  const SysTick& systick() const { return systick_; }
  const Mpu& mpu() const { return mpu_; }

 private:
  std::uint32_t read_word(std::uint32_t offset);
  void write_word(std::uint32_t offset, std::uint32_t value);
  std::uint32_t read_nvic(std::uint32_t offset) const;
  void write_nvic(std::uint32_t offset, std::uint32_t value);
  std::uint32_t read_control_block(std::uint32_t offset);
  bool has_control_register(std::uint32_t offset) const;
  bool write_control_block(std::uint32_t offset, std::uint32_t value);
  std::uint32_t read_identification(std::uint32_t offset) const;
  std::uint32_t interrupt_state() const;
  void write_interrupt_state(std::uint32_t value);
  std::uint32_t handler_state() const;
  void write_handler_state(std::uint32_t value);
  std::uint32_t priorities(unsigned first) const;
  void write_priorities(unsigned first, std::uint32_t value);
  void update_cycle_counter();
  std::uint32_t stored(std::uint32_t offset) const;

  SystemHooks& hooks_;
  Exceptions& exceptions_;
  CoreKind core_;
  std::unordered_map<std::uint32_t, std::uint32_t> registers_;
  CycleCounter cycle_counter_;
  EventCounters event_counters_;
  SysTick systick_;
  Mpu mpu_;
  /// CCSIDR by CSSELR.
  std::uint32_t ccsidr_code_;
  std::uint32_t ccsidr_data_;
};

}  // namespace sramscope::sim

#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "isa/arch.h"
#include "sim/core.h"
#include "sramscope/types.h"

namespace sramscope::sim {

/// Exception numbers (ARM ARM B1.5.2).
enum ExceptionNumber : unsigned {
  kNmi = 2,
  kHardFault = 3,
  kMemManage = 4,
  kBusFault = 5,
  kUsageFault = 6,
  kSvcall = 11,
  kDebugMonitor = 12,
  kPendSv = 14,
  kSysTick = 15,
  kFirstInterrupt = 16,
};

/// Bits of CFSR (B3.2.15).
namespace cfsr {
inline constexpr std::uint32_t kIaccviol = 1u << 0, kDaccviol = 1u << 1, kMunstkerr = 1u << 3,
                               kMstkerr = 1u << 4, kMlsperr = 1u << 5, kMmarvalid = 1u << 7,
                               kIbuserr = 1u << 8, kPreciserr = 1u << 9, kImpreciserr = 1u << 10,
                               kUnstkerr = 1u << 11, kStkerr = 1u << 12, kLsperr = 1u << 13,
                               kBfarvalid = 1u << 15, kUndefinstr = 1u << 16, kInvstate = 1u << 17,
                               kInvpc = 1u << 18, kNocp = 1u << 19, kStkof = 1u << 20,
                               kUnaligned = 1u << 24, kDivbyzero = 1u << 25;
}  // namespace cfsr

/// The exception model of the M profile (ARM ARM B1.5): what is pending, enabled and active, at which priority, and how a
/// handler is entered and left. Which instructions run is the outer loop's matter.
class Exceptions {
 public:
  static constexpr unsigned kMaxExceptions = 256;

  /// `interrupts` external lines, `priority_bits` implemented.
  Exceptions(CoreBase& core, unsigned interrupts, unsigned priority_bits, const isa::Arch& arch);

  // What the registers show and change.
  void set_pending(unsigned number, bool pending);
  void set_enabled(unsigned number, bool enabled);
  void set_priority(unsigned number, std::uint8_t priority);
  bool pending(unsigned number) const { return pending_.test(number); }
  bool enabled(unsigned number) const { return enabled_.test(number); }
  bool active(unsigned number) const { return active_.test(number); }
  std::uint8_t priority(unsigned number) const { return priority_[number]; }
  /// What decides about pre-emption: negative for NMI and HardFault, without the subpriority.
  int priority_of(unsigned number) const { return group_priority(number); }
  unsigned interrupts() const { return interrupts_; }
  void set_priority_group(unsigned group) { priority_group_ = group; }
  unsigned priority_group() const { return priority_group_; }
  /// Number of the exception being handled, 0 in Thread mode.
  unsigned current() const { return core_.ipsr; }
  /// Any exception active besides the current one (ICSR.RETTOBASE is the reverse).
  bool nested() const { return active_.count() > 1; }
  /// Highest pending enabled exception, whatever the current priority; 0 when none.
  unsigned highest_pending() const;

  /// The exception that must be taken now, if any.
  std::optional<unsigned> takeable() const;
  /// Would `number`, when it becomes pending, be taken (WFI wakes up even when PRIMASK is set)?
  bool would_wake(unsigned number) const;
  int execution_priority() const;

  /// A handler that was entered.
  struct Entry {
    /// 0: none could be, the core locks up.
    unsigned number = 0;
    /// From the vector table, with its Thumb bit.
    Addr handler = 0;
    /// What went wrong on the way.
    std::optional<GuestFault> derived;
  };
  /// Stacks a frame that returns to `return_address` and switches to the handler of the highest pending exception. A fault
  /// of stacking or of the vector fetch becomes pending as well, and may be what is entered (B1.5.11, derived exceptions).
  Entry enter(Addr return_address, unsigned it_state);
  /// What comes after `enter`'s stacking, or instead of unstacking: B1.5.12 (late arrival, tail-chaining).
  Entry take(std::uint32_t exc_return);

  struct Resume {
    /// Another exception is due: nothing was unstacked.
    bool chains = false;
    /// Why the return failed; the fault is not noted yet. Nothing was unstacked.
    std::optional<GuestFault> fault;
    /// LR of the handler that is entered in either case.
    std::uint32_t exc_return = 0;
    Addr pc = 0;
    unsigned it_state = 0;
  };
  /// Exception return (B1.5.8).
  Resume leave(std::uint32_t exc_return);

  /// Notes a fault of the running code in the status registers and pends the exception that handles it, escalated to HardFault
  /// where needed. Returns its number, or nothing when the core locks up.
  std::optional<unsigned> raise(const GuestFault& fault);
  /// Exception number that the fault would have without escalation.
  static unsigned fault_exception(const GuestFault& fault);

  /// Saves the FP registers where lazy stacking reserved room for them. Throws a fault that the handler under way has to
  /// give way to; one that must wait is pending afterwards, and the registers are lost.
  void preserve_fp_state();
  /// With whose rights: those of the code whose registers they are (FPCCR).
  bool lazy_context_privileged() const;
  bool lazy_context_negative() const;
  /// Any exception may be set active by a write to SHCSR.
  void set_active(unsigned number, bool active) { active_.set(number, active); }
  /// Some external interrupt is pending, enabled or not (ICSR.ISRPENDING).
  bool any_interrupt_pending() const;
  /// ICSR.VECTPENDING: the highest pending exception that BASEPRI and FAULTMASK do not keep out.
  unsigned visible_pending() const;

  std::uint32_t cfsr = 0, hfsr = 0, mmfar = 0, bfar = 0;
  std::uint32_t fpccr = 0xc0000000;  ///< ASPEN, LSPEN
  std::uint32_t fpcar = 0, fpdscr = 0;
  std::uint32_t vtor = 0;
  std::uint32_t ccr = 0x200;  ///< STKALIGN
  /// SCR.SEVONPEND: what becomes pending sets the event register.
  bool pending_sends_event = false;

 private:
  int group_priority(unsigned number) const;
  int priority_value(unsigned number) const;
  void push_frame(Addr return_address, unsigned it_state);
  void push_fp_registers(Addr frame);
  void activate(unsigned number, std::uint32_t exc_return);
  void deactivate(unsigned number);
  bool return_is_legal(std::uint32_t exc_return) const;
  std::optional<GuestFault> pop_frame(std::uint32_t exc_return, Resume& resume);
  void pop_fp_registers(Addr frame);
  void note_lazy_context();
  void note_status(const GuestFault& fault);
  bool can_take_fault(unsigned number) const;
  unsigned lazy_fault_exception(const GuestFault& fault) const;

  CoreBase& core_;
  unsigned interrupts_;
  std::uint8_t priority_mask_;
  isa::Arch arch_;
  bool v7m_;
  bool v8m_;
  unsigned priority_group_ = 0;
  std::bitset<kMaxExceptions> pending_;
  std::bitset<kMaxExceptions> enabled_;
  std::bitset<kMaxExceptions> active_;
  std::array<std::uint8_t, kMaxExceptions> priority_{};
};

}  // namespace sramscope::sim

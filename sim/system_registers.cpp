#include "sim/system_registers.h"

#include "isa/arch.h"

namespace sramscope::sim {

namespace {

// Offsets from 0xE0000000; names as in the ARM ARM, B3.2 and C1.
constexpr std::uint32_t kItmEnd = 0x1000;
constexpr std::uint32_t kItmStimulusEnd = 32 * 4;
constexpr std::uint32_t kDwtCtrl = 0x1000;
constexpr std::uint32_t kDwtCyccnt = 0x1004;
constexpr std::uint32_t kSystCsr = 0xe010;
constexpr std::uint32_t kSystRvr = 0xe014;
constexpr std::uint32_t kSystCvr = 0xe018;
constexpr std::uint32_t kSystCalib = 0xe01c;
constexpr std::uint32_t kCpuid = 0xed00;
constexpr std::uint32_t kVtor = 0xed08;
constexpr std::uint32_t kAircr = 0xed0c;
constexpr std::uint32_t kCcr = 0xed14;
constexpr std::uint32_t kCpacr = 0xed88;
constexpr std::uint32_t kMvfr0 = 0xef40;
constexpr std::uint32_t kMvfr1 = 0xef44;
constexpr std::uint32_t kDemcr = 0xedfc;
constexpr std::uint32_t kTrcena = 1u << 24;

bool has_cycle_counter(CoreKind core) {
  return core != CoreKind::cortex_m0 && core != CoreKind::cortex_m0plus &&
         core != CoreKind::cortex_m23;
}

/// CPUID and MVFR as QEMU 7.2 and the TRMs give them.
std::uint32_t cpuid(CoreKind core) {
  switch (core) {
    case CoreKind::cortex_m0: return 0x410cc200;
    case CoreKind::cortex_m0plus: return 0x410cc601;
    case CoreKind::cortex_m3: return 0x412fc231;
    case CoreKind::cortex_m4: return 0x410fc241;
    case CoreKind::cortex_m7: return 0x411fc272;
    case CoreKind::cortex_m23: return 0x411cd200;
    case CoreKind::cortex_m33: return 0x410fd213;
  }
  return 0;
}

std::uint32_t media_features(const isa::Arch& arch, bool second) {
  if (!arch.fp) return 0;
  if (!second) return arch.fpd ? 0x10110221 : 0x10110021;
  return arch.fpd ? 0x12000011 : 0x11000011;
}

}  // namespace

SystemRegisters::SystemRegisters(SystemHooks& hooks, CoreKind core, Addr vector_table)
    : hooks_(hooks), core_(core) {
  registers_[kVtor] = vector_table;
  registers_[kCcr] = 0x200;  // STKALIGN
}

std::uint32_t SystemRegisters::stored(std::uint32_t offset) const {
  const auto found = registers_.find(offset);
  return found == registers_.end() ? 0 : found->second;
}

bool SystemRegisters::fpu_enabled() const {
  return isa::arch_of(core_).fp && ((stored(kCpacr) >> 20) & 3) == 3;
}
bool SystemRegisters::unaligned_traps() const {
  return (stored(kCcr) & 8) != 0 || !isa::arch_of(core_).has(isa::Since::V7M);
}
bool SystemRegisters::divide_by_zero_traps() const { return (stored(kCcr) & 0x10) != 0; }

std::uint32_t SystemRegisters::systick_value(Cycles now) const {
  const std::uint32_t reload = stored(kSystRvr) & 0xffffff;
  if ((stored(kSystCsr) & 1) == 0 || reload == 0) return stored(kSystCvr);
  return reload - static_cast<std::uint32_t>((now - systick_origin_) % (Cycles{reload} + 1));
}

std::uint32_t SystemRegisters::systick_control() {
  const std::uint32_t reload = stored(kSystRvr) & 0xffffff;
  std::uint32_t value = stored(kSystCsr) & 7;
  if ((value & 1) == 0 || reload == 0) return value;
  const Cycles now = hooks_.cycles_now();
  const auto wraps = [&](Cycles at) { return (at - systick_origin_) / (Cycles{reload} + 1); };
  // COUNTFLAG: reached zero since the last read.
  if (wraps(now) != wraps(systick_flag_read_)) value |= 1u << 16;
  systick_flag_read_ = now;
  return value;
}

std::uint32_t SystemRegisters::read_word(std::uint32_t offset) {
  if (offset < kItmStimulusEnd) return 1;  // FIFO ready
  const isa::Arch arch = isa::arch_of(core_);
  switch (offset) {
    case kDwtCtrl: return has_cycle_counter(core_) ? (stored(kDwtCtrl) & 0x0fffffff) | 0x40000000 : 0;
    case kDwtCyccnt:
      if (!cyccnt_counts_) return cyccnt_stopped_;
      return static_cast<std::uint32_t>(hooks_.cycles_now() - cyccnt_origin_);
    case kSystCsr: return systick_control();
    case kSystCvr: return systick_value(hooks_.cycles_now());
    case kSystCalib: return 0;
    case kCpuid: return cpuid(core_);
    case kMvfr0: return media_features(arch, false);
    case kMvfr1: return media_features(arch, true);
    case kAircr: return 0xfa050000 | (stored(kAircr) & 0x700);
    default: return stored(offset);
  }
}

void SystemRegisters::write_word(std::uint32_t offset, std::uint32_t value) {
  switch (offset) {
    case kDwtCyccnt:
      cyccnt_stopped_ = value;
      cyccnt_origin_ = hooks_.cycles_now() - value;
      return;
    case kSystCvr:  // any write clears; the counter then reloads
      registers_[kSystCvr] = 0;
      systick_origin_ = systick_flag_read_ = hooks_.cycles_now();
      return;
    case kAircr:
      if ((value >> 16) != 0x05fa) return;
      registers_[kAircr] = value & 0x700;
      if ((value & 4) != 0) hooks_.reset_requested();
      return;
    default: break;
  }
  registers_[offset] = value;
  if (offset == kSystCsr) {
    systick_origin_ = systick_flag_read_ = hooks_.cycles_now();
    if ((value & 3) == 3) hooks_.warn("SysTick interrupt enabled: exceptions are not simulated, it will not be taken");
  }
  if (offset == kCpacr || offset == kCcr) hooks_.configuration_changed();
  if (offset == kDwtCtrl || offset == kDemcr) {
    const bool counts =
        has_cycle_counter(core_) && (stored(kDemcr) & kTrcena) != 0 && (stored(kDwtCtrl) & 1) != 0;
    if (counts == cyccnt_counts_) return;
    const Cycles now = hooks_.cycles_now();
    if (counts) {
      cyccnt_origin_ = now - cyccnt_stopped_;
    } else {
      cyccnt_stopped_ = static_cast<std::uint32_t>(now - cyccnt_origin_);
    }
    cyccnt_counts_ = counts;
  }
}

std::uint32_t SystemRegisters::read(std::uint32_t offset, unsigned size) {
  const std::uint32_t word = read_word(offset & ~3u);
  if (size == 4) return word;
  const std::uint32_t part = word >> (8 * (offset & 3));
  return size == 2 ? part & 0xffff : part & 0xff;
}

void SystemRegisters::write(std::uint32_t offset, unsigned size, std::uint32_t value) {
  if (offset < kItmStimulusEnd) return hooks_.stimulus(offset / 4, size, value);
  if (offset < kItmEnd || size == 4) return write_word(offset & ~3u, value);
  // Byte and halfword writes of priority and fault registers.
  const unsigned shift = 8 * (offset & 3);
  const std::uint32_t mask = (size == 2 ? 0xffffu : 0xffu) << shift;
  write_word(offset & ~3u, (stored(offset & ~3u) & ~mask) | ((value << shift) & mask));
}

}  // namespace sramscope::sim

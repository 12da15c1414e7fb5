#include "sim/system_registers.h"

#include "isa/arch.h"

namespace sramscope::sim {

namespace {

// Offsets from 0xE0000000; names as in the ARM ARM, B3.2 and C1.
constexpr std::uint32_t kStimulusEnd = 32 * 4;
constexpr std::uint32_t kDwtCtrl = 0x1000, kDwtCyccnt = 0x1004;
constexpr std::uint32_t kIctr = 0xe004;
constexpr std::uint32_t kSystCsr = 0xe010, kSystRvr = 0xe014, kSystCvr = 0xe018, kSystCalib = 0xe01c;
constexpr std::uint32_t kNvicBegin = 0xe100, kNvicEnd = 0xe500;
constexpr std::uint32_t kCpuid = 0xed00, kIcsr = 0xed04, kVtor = 0xed08, kAircr = 0xed0c;
constexpr std::uint32_t kScr = 0xed10, kCcr = 0xed14, kShpr1 = 0xed18, kShpr3 = 0xed20,
                        kShcsr = 0xed24;
constexpr std::uint32_t kCfsr = 0xed28, kHfsr = 0xed2c, kDfsr = 0xed30, kMmfar = 0xed34,
                        kBfar = 0xed38;
constexpr std::uint32_t kIdBegin = 0xed40, kCacheIdBegin = 0xed78, kCcsidr = 0xed80,
                        kCsselr = 0xed84;
constexpr std::uint32_t kCpacr = 0xed88, kDemcr = 0xedfc;
constexpr std::uint32_t kStir = 0xef00;
constexpr std::uint32_t kFpccr = 0xef34, kFpcar = 0xef38, kFpdscr = 0xef3c;
constexpr std::uint32_t kMvfr0 = 0xef40, kMvfr1 = 0xef44, kMvfr2 = 0xef48;
/// Cache maintenance of the M7: ICIALLU to BPIALL (DDI 0489 table 4-1).
constexpr std::uint32_t kCacheBegin = 0xef50, kCacheEnd = 0xef7c;
constexpr std::uint32_t kTrcena = 1u << 24;

bool has_cycle_counter(CoreKind core) {
  return core != CoreKind::cortex_m0 && core != CoreKind::cortex_m0plus &&
         core != CoreKind::cortex_m23;
}

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

bool is_v6m(CoreKind core) {
  return core == CoreKind::cortex_m0 || core == CoreKind::cortex_m0plus;
}
bool is_v8m(CoreKind core) { return core == CoreKind::cortex_m23 || core == CoreKind::cortex_m33; }

/// CCR (B3.2.8; ARMv6-M B3.2.8; ARMv8-M D1.2.9): the bits that software can change, and those that are always 1.
struct CcrBits {
  std::uint32_t writable;
  std::uint32_t fixed;
  std::uint32_t reset;
};
CcrBits ccr_bits(CoreKind core) {
  switch (core) {
    case CoreKind::cortex_m0: case CoreKind::cortex_m0plus: return {0, 0x208, 0x208};
    case CoreKind::cortex_m23: return {0, 0x209, 0x209};
    case CoreKind::cortex_m33: return {0x51a, 0x201, 0x201};
    case CoreKind::cortex_m7: return {0x3031b, 0x40000, 0x40200};  // IC, DC; BP is always on
    default: return {0x31b, 0, 0x200};
  }
}

Mpu make_mpu(const Board& board) {
  const bool usual = !is_v6m(board.core) && board.core != CoreKind::cortex_m23;
  const unsigned regions = board.mpu_regions.value_or(usual ? 8 : 0);
  if (regions == 0) return {Mpu::Kind::none, 0};
  return {is_v8m(board.core) ? Mpu::Kind::v8 : Mpu::Kind::v7, regions};
}

/// CCSIDR of the cache that serves `what` (DDI 0489 4.3.4; ARM ARM B4.8.2): sets, ways, 2^(n + 2)
/// words to a line, all policies supported; where the board has none, 4 KiB as in the STM32F74x.
std::uint32_t ccsidr(const Board& board, Cache::Serves what) {
  std::uint32_t size = 4096;
  std::uint32_t ways = what == Cache::Serves::code ? 2 : 4;
  for (const Cache& cache : board.caches) {
    if (cache.serves != what || cache.line_bytes != 32 || cache.ways == 0) continue;
    size = cache.size;
    ways = cache.ways;
  }
  const std::uint32_t sets = size / 32 / ways;
  return 0xf0000000 | (sets - 1) << 13 | (ways - 1) << 3 | 1;
}

/// VTOR: the M0 has none.
std::uint32_t vtor_mask(CoreKind core) {
  if (core == CoreKind::cortex_m0) return 0;
  return core == CoreKind::cortex_m0plus || core == CoreKind::cortex_m23 ? 0xffffff00 : 0xffffff80;
}

/// ID_PFR0 to ID_ISAR4 (TRMs: M3 table 4-1, M4 table 4-1, M7 table 3-1, M33 B2.1).
std::uint32_t identification(CoreKind core, unsigned index) {
  static constexpr std::uint32_t kM3[13] = {0x30, 0x200, 0x00100000, 0, 0x30, 0, 0, 0,
                                            0x01141110, 0x02111000, 0x21112231, 0x01111110, 0x01310102};
  static constexpr std::uint32_t kM7[13] = {0x30, 0x200, 0x00100000, 0, 0x00100030, 0, 0x01000000, 0,
                                            0x01101110, 0x02112000, 0x20232231, 0x01111131, 0x01310132};
  static constexpr std::uint32_t kM33[13] = {0x30, 0x210, 0x00200000, 0, 0x00101f40, 0, 0x01000000, 0,
                                             0x01101110, 0x02212000, 0x20232232, 0x01111131, 0x01310132};
  if (index >= 13 || is_v6m(core)) return 0;
  if (is_v8m(core)) return kM33[index];
  return core == CoreKind::cortex_m7 ? kM7[index] : kM3[index];
}

/// Does the exception have a priority field in SHPR1 to SHPR3?
bool has_system_priority(CoreKind core, unsigned number) {
  if (number == kSvcall || number == kPendSv || number == kSysTick) return true;
  const bool faults = number == kMemManage || number == kBusFault || number == kUsageFault;
  return (faults || number == kDebugMonitor) && !is_v6m(core) && core != CoreKind::cortex_m23;
}

/// Bits 31..0 of a set of exceptions, 32 from `first` on.
template <class Test>
std::uint32_t collect(unsigned first, Test test) {
  std::uint32_t bits = 0;
  for (unsigned i = 0; i < 32 && first + i < Exceptions::kMaxExceptions; ++i) {
    bits |= std::uint32_t{test(first + i)} << i;
  }
  return bits;
}

}  // namespace

SystemRegisters::SystemRegisters(SystemHooks& hooks, Exceptions& exceptions, const Board& board)
    : hooks_(hooks),
      exceptions_(exceptions),
      core_(board.core),
      mpu_(make_mpu(board)),
      ccsidr_code_(ccsidr(board, Cache::Serves::code)),
      ccsidr_data_(ccsidr(board, Cache::Serves::data)) {
  exceptions_.ccr = ccr_bits(core_).reset;
  if (!isa::arch_of(core_).fp) exceptions_.fpccr = 0;
}

bool SystemRegisters::sleeps_on_exit() const { return (stored(kScr) & 2) != 0; }

bool SystemRegisters::allows_unprivileged(std::uint32_t offset) const {
  if (offset < kStimulusEnd) return true;
  return offset == kStir && (exceptions_.ccr & 2) != 0;  // CCR.USERSETMPEND
}

std::uint32_t SystemRegisters::stored(std::uint32_t offset) const {
  const auto found = registers_.find(offset);
  return found == registers_.end() ? 0 : found->second;
}

bool SystemRegisters::fpu_enabled() const {
  return isa::arch_of(core_).fp && ((stored(kCpacr) >> 20) & 3) == 3;
}
bool SystemRegisters::unaligned_traps() const {
  return (exceptions_.ccr & 8) != 0 || !isa::arch_of(core_).has(isa::Since::V7M);
}
bool SystemRegisters::divide_by_zero_traps() const { return (exceptions_.ccr & 0x10) != 0; }

// ---- NVIC (B3.4) ---------------------------------------------------------------------------------------------------

std::uint32_t SystemRegisters::priorities(unsigned first) const {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4 && first + i < Exceptions::kMaxExceptions; ++i) {
    value |= std::uint32_t{exceptions_.priority(first + i)} << (8 * i);
  }
  return value;
}

void SystemRegisters::write_priorities(unsigned first, std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i) {
    const unsigned number = first + i;
    if (number >= kFirstInterrupt + exceptions_.interrupts()) return;
    if (number < kFirstInterrupt && !has_system_priority(core_, number)) continue;
    exceptions_.set_priority(number, static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

std::uint32_t SystemRegisters::read_nvic(std::uint32_t offset) const {
  if (offset >= 0xe400) return priorities(kFirstInterrupt + (offset - 0xe400));
  const unsigned first = kFirstInterrupt + 8 * (offset & 0x7f);
  switch (offset & 0xff80) {
    case 0xe100: case 0xe180: return collect(first, [&](unsigned n) { return exceptions_.enabled(n); });
    case 0xe200: case 0xe280: return collect(first, [&](unsigned n) { return exceptions_.pending(n); });
    case 0xe300:
      if (is_v6m(core_)) return 0;  // no NVIC_IABR
      return collect(first, [&](unsigned n) { return exceptions_.active(n); });
    default: return 0;
  }
}

void SystemRegisters::write_nvic(std::uint32_t offset, std::uint32_t value) {
  if (offset >= 0xe400) return write_priorities(kFirstInterrupt + (offset - 0xe400), value);
  const unsigned first = kFirstInterrupt + 8 * (offset & 0x7f);
  for (unsigned i = 0; i < 32; ++i) {
    const unsigned number = first + i;
    if (((value >> i) & 1) == 0 || number >= kFirstInterrupt + exceptions_.interrupts()) continue;
    switch (offset & 0xff80) {
      case 0xe100: exceptions_.set_enabled(number, true); break;
      case 0xe180: exceptions_.set_enabled(number, false); break;
      case 0xe200: exceptions_.set_pending(number, true); break;
      case 0xe280: exceptions_.set_pending(number, false); break;
      default: break;
    }
  }
}

// ---- system control block (B3.2) -----------------------------------------------------------------------------------

std::uint32_t SystemRegisters::interrupt_state() const {
  std::uint32_t value = exceptions_.current();
  if (!exceptions_.nested() && !is_v6m(core_)) value |= 1u << 11;  // RETTOBASE
  value |= exceptions_.visible_pending() << 12;
  if (exceptions_.pending(kSysTick)) value |= 1u << 26;
  if (exceptions_.pending(kPendSv)) value |= 1u << 28;
  if (exceptions_.pending(kNmi)) value |= 1u << 31;
  if (exceptions_.any_interrupt_pending()) value |= 1u << 22;
  return value;
}

void SystemRegisters::write_interrupt_state(std::uint32_t value) {
  if ((value >> 31) & 1) exceptions_.set_pending(kNmi, true);
  if ((value >> 28) & 1) exceptions_.set_pending(kPendSv, true);
  if ((value >> 27) & 1) exceptions_.set_pending(kPendSv, false);
  if ((value >> 26) & 1) exceptions_.set_pending(kSysTick, true);
  if ((value >> 25) & 1) exceptions_.set_pending(kSysTick, false);
}

std::uint32_t SystemRegisters::handler_state() const {
  const auto& e = exceptions_;
  if (is_v6m(core_)) return std::uint32_t{e.pending(kSvcall)} << 15;
  const auto bit = [](bool on, unsigned at) { return std::uint32_t{on} << at; };
  return bit(e.active(kMemManage), 0) | bit(e.active(kBusFault), 1) |
         bit(e.active(kUsageFault), 3) | bit(e.active(kSvcall), 7) |
         bit(e.active(kDebugMonitor), 8) | bit(e.active(kPendSv), 10) |
         bit(e.active(kSysTick), 11) | bit(e.pending(kUsageFault), 12) |
         bit(e.pending(kMemManage), 13) | bit(e.pending(kBusFault), 14) |
         bit(e.pending(kSvcall), 15) | bit(e.enabled(kMemManage), 16) |
         bit(e.enabled(kBusFault), 17) | bit(e.enabled(kUsageFault), 18) |
         bit(is_v8m(core_) && e.active(kHardFault), 2) | bit(is_v8m(core_) && e.active(kNmi), 5);
}

void SystemRegisters::write_handler_state(std::uint32_t value) {
  const auto bit = [&](unsigned at) { return ((value >> at) & 1) != 0; };
  if (is_v6m(core_)) return exceptions_.set_pending(kSvcall, bit(15));
  exceptions_.set_active(kMemManage, bit(0));
  exceptions_.set_active(kBusFault, bit(1));
  exceptions_.set_active(kUsageFault, bit(3));
  exceptions_.set_active(kSvcall, bit(7));
  exceptions_.set_active(kDebugMonitor, bit(8));
  exceptions_.set_active(kPendSv, bit(10));
  exceptions_.set_active(kSysTick, bit(11));
  exceptions_.set_pending(kUsageFault, bit(12));
  exceptions_.set_pending(kMemManage, bit(13));
  exceptions_.set_pending(kBusFault, bit(14));
  exceptions_.set_pending(kSvcall, bit(15));
  exceptions_.set_enabled(kMemManage, bit(16));
  exceptions_.set_enabled(kBusFault, bit(17));
  exceptions_.set_enabled(kUsageFault, bit(18));
}

std::uint32_t SystemRegisters::read_identification(std::uint32_t offset) const {
  const isa::Arch arch = isa::arch_of(core_);
  if (offset >= kIdBegin && offset < kIdBegin + 4 * 13) return identification(core_, (offset - kIdBegin) / 4);
  if (offset == kMvfr0 && arch.fp) return arch.fpd ? 0x10110221 : 0x10110021;
  if (offset == kMvfr1 && arch.fp) return arch.fpd ? 0x12000011 : 0x11000011;
  if (offset == kMvfr2 && arch.fp5) return 0x40;
  if (core_ == CoreKind::cortex_m7) {
    // DDI 0489 4.3: CLIDR, CTR.
    if (offset == kCacheIdBegin) return 0x09000003;
    if (offset == kCacheIdBegin + 4) return 0x8303c003;
    if (offset == kCcsidr) return (stored(kCsselr) & 1) != 0 ? ccsidr_code_ : ccsidr_data_;
  }
  return stored(offset);
}

std::uint32_t SystemRegisters::read_control_block(std::uint32_t offset) {
  if (offset >= kShpr1 && offset <= kShpr3) return priorities(4 + (offset - kShpr1));
  switch (offset) {
    case kCpuid: return cpuid(core_);
    case kIcsr: return interrupt_state();
    case kVtor: return exceptions_.vtor;
    case kAircr: return 0xfa050000 | exceptions_.priority_group() << 8;
    case kCcr: return exceptions_.ccr;
    case kShcsr: return handler_state();
    case kCfsr: return exceptions_.cfsr;
    case kHfsr: return exceptions_.hfsr;
    case kMmfar: return exceptions_.mmfar;
    case kBfar: return exceptions_.bfar;
    case kFpccr: return exceptions_.fpccr;
    case kFpcar: return exceptions_.fpcar;
    case kFpdscr: return exceptions_.fpdscr;
    default: return read_identification(offset);
  }
}

/// ARMv6-M and ARMv8-M Baseline lack the fault status registers, STIR, and what identifies features
/// and caches.
bool SystemRegisters::has_control_register(std::uint32_t offset) const {
  if (isa::arch_of(core_).has(isa::Since::V7M) || offset == kDfsr) return true;
  return offset < kCfsr || (offset >= kCpacr + 4 && offset < kStir);
}

/// False when the register is one of those that only keep their value.
bool SystemRegisters::write_control_block(std::uint32_t offset, std::uint32_t value) {
  if (offset >= kShpr1 && offset <= kShpr3) return write_priorities(4 + (offset - kShpr1), value), true;
  if (offset >= kIdBegin && offset < kCsselr) return true;  // read only
  switch (offset) {
    case kCpuid:
      return true;
    case kIcsr:
      write_interrupt_state(value);
      return true;
    case kScr:
      registers_[kScr] = value & 0x16;
      exceptions_.pending_sends_event = (value & 0x10) != 0;
      return true;
    case kVtor:
      if (vtor_mask(core_) != 0) exceptions_.vtor = value & vtor_mask(core_);
      return true;
    case kAircr:
      if ((value >> 16) != 0x05fa) return true;
      if (!is_v6m(core_) && core_ != CoreKind::cortex_m23) exceptions_.set_priority_group((value >> 8) & 7);
      if ((value & 4) != 0) hooks_.reset_requested();
      return true;
    case kCcr:
      exceptions_.ccr = (value & ccr_bits(core_).writable) | ccr_bits(core_).fixed;
      hooks_.configuration_changed();
      return true;
    case kShcsr: write_handler_state(value); return true;
    case kCfsr: exceptions_.cfsr &= ~value; return true;  // write one to clear
    case kHfsr: exceptions_.hfsr &= ~value; return true;
    case kMmfar: exceptions_.mmfar = value; return true;
    case kBfar: exceptions_.bfar = value; return true;
    case kStir: write_nvic(0xe200 + 4 * ((value & 0x1ff) / 32), 1u << (value % 32)); return true;
    case kFpccr:
      if (isa::arch_of(core_).fp)
        exceptions_.fpccr = value & (is_v8m(core_) ? 0xc000057b : 0xc000017b);
      hooks_.configuration_changed();
      return true;
    case kCpacr:
      if (isa::arch_of(core_).fp) registers_[kCpacr] = value & 0x00f00000;  // CP10 and CP11
      hooks_.configuration_changed();
      return true;
    case kFpcar:
      if (isa::arch_of(core_).fp) exceptions_.fpcar = value & ~7u;
      return true;
    case kFpdscr:
      if (isa::arch_of(core_).fp) exceptions_.fpdscr = value & 0x07c00000;
      return true;
    default: return false;
  }
}

// ---- everything ----------------------------------------------------------------------------------------------------

std::uint32_t SystemRegisters::read_word(std::uint32_t offset) {
  if (offset < kStimulusEnd) return 1;  // FIFO ready
  if (offset >= kNvicBegin && offset < kNvicEnd) return read_nvic(offset);
  if (offset >= Mpu::kBegin && offset < Mpu::kEnd) return mpu_.read(offset);
  if (offset >= kCpuid && offset <= kMvfr2) {
    return has_control_register(offset) ? read_control_block(offset) : 0;
  }
  switch (offset) {
    case kDwtCtrl: return has_cycle_counter(core_) ? (stored(kDwtCtrl) & 0x0fffffff) | 0x40000000 : 0;
    case kDwtCyccnt: return cycle_counter_.read(hooks_.cycles_now());
    case EventCounters::kBegin:
    case EventCounters::kBegin + 4:
    case EventCounters::kBegin + 8:
    case EventCounters::kBegin + 12:
    case EventCounters::kBegin + 16:
      if (!has_cycle_counter(core_)) return 0;
      return event_counters_.read((offset - EventCounters::kBegin) / 4, hooks_.events_now());
    case kIctr: return (exceptions_.interrupts() + 31) / 32 - 1;
    case kSystCsr: return systick_.read_control(hooks_.cycles_now());
    case kSystRvr: return systick_.reload();
    case kSystCvr: return systick_.current(hooks_.cycles_now());
    case kSystCalib: return 0x40000000;  // a reference clock (core / 8), no calibration value
    default: return stored(offset);
  }
}

void SystemRegisters::update_cycle_counter() {
  const bool on = has_cycle_counter(core_) && (stored(kDemcr) & kTrcena) != 0 && (stored(kDwtCtrl) & 1) != 0;
  cycle_counter_.enable(hooks_.cycles_now(), on);
  const bool traces = has_cycle_counter(core_) && (stored(kDemcr) & kTrcena) != 0;
  event_counters_.enable(traces ? stored(kDwtCtrl) : 0, hooks_.events_now());
}

void SystemRegisters::write_word(std::uint32_t offset, std::uint32_t value) {
  if (offset >= kNvicBegin && offset < kNvicEnd) return write_nvic(offset, value);
  if (offset >= Mpu::kBegin && offset < Mpu::kEnd) {
    mpu_.write(offset, value);
    return hooks_.protection_changed();
  }
  if (offset >= kCpuid && offset <= kMvfr2) {
    if (!has_control_register(offset) || write_control_block(offset, value)) return;
  }
  if (offset >= kCacheBegin && offset < kCacheEnd) return;  // operations, nothing to read back
  switch (offset) {
    case kDwtCyccnt: return cycle_counter_.write(hooks_.cycles_now(), value);
    case EventCounters::kBegin:
    case EventCounters::kBegin + 4:
    case EventCounters::kBegin + 8:
    case EventCounters::kBegin + 12:
    case EventCounters::kBegin + 16:
      return event_counters_.write((offset - EventCounters::kBegin) / 4, value, hooks_.events_now());
    case kSystCsr:
      systick_.write_control(hooks_.cycles_now(), value);
      return hooks_.configuration_changed();
    case kSystRvr:
      systick_.write_reload(hooks_.cycles_now(), value);
      return hooks_.configuration_changed();
    case kSystCvr:
      systick_.clear(hooks_.cycles_now());
      return hooks_.configuration_changed();
    default: break;
  }
  registers_[offset] = value;
  if (offset == kDwtCtrl || offset == kDemcr) update_cycle_counter();
}

std::uint32_t SystemRegisters::read(std::uint32_t offset, unsigned size) {
  const std::uint32_t word = read_word(offset & ~3u);
  if (size == 4) return word;
  const std::uint32_t part = word >> (8 * (offset & 3));
  return size == 2 ? part & 0xffff : part & 0xff;
}

void SystemRegisters::write(std::uint32_t offset, unsigned size, std::uint32_t value) {
  if (offset < kStimulusEnd) return hooks_.stimulus(offset / 4, size, value);
  if (size == 4) return write_word(offset & ~3u, value);
  // Byte and halfword writes, of priorities above all: the other bytes keep their value, and bits that are cleared by
  // writing one must not be.
  const unsigned shift = 8 * (offset & 3);
  const std::uint32_t mask = (size == 2 ? 0xffffu : 0xffu) << shift;
  const std::uint32_t word = offset & ~3u;
  const bool clears = word == kCfsr || word == kHfsr;
  write_word(word, ((clears ? 0 : read_word(word)) & ~mask) | ((value << shift) & mask));
}

}  // namespace sramscope::sim

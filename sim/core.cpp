#include "sim/core.h"

#include <optional>
#include <utility>

#include "sim/call_profile.h"

namespace sramscope::sim {

namespace {

GuestFault access_fault(GuestFault::Kind kind, Addr address, unsigned size) {
  GuestFault fault;
  fault.kind = kind;
  fault.address = address;
  fault.size = size;
  return fault;
}

/// Bit-band aliases (Cortex-M3 TRM 3.7, M4 TRM 3.8): 32 MB at 0x22000000 and 0x42000000, one word
/// for each bit of the first megabyte of SRAM and of the peripherals.
bool is_bit_band_alias(Addr address) {
  const Addr window = address >> 25;
  return window == 0x22000000 >> 25 || window == 0x42000000 >> 25;
}
struct BitPlace {
  /// What is read, and written back, in the size of the access.
  Addr address;
  unsigned bit;
};
BitPlace place_of_bit(Addr alias, unsigned size) {
  const Addr offset = alias & 0x01ffffff;
  const Addr address = (alias & 0xf0000000) + (offset >> 5);
  return {address & ~(size - 1), (offset >> 2) & (8 * size - 1)};
}

/// Where a single load or store will access memory; nothing for others.
std::optional<Addr> data_address(const isa::State& state, const isa::Insn& in) {
  using isa::Timing;
  switch (isa::facts(in.op).timing) {
    case Timing::LoadLiteral:
      return in.imm;
    case Timing::Load:
    case Timing::LoadReg:
    case Timing::Store:
    case Timing::StoreReg:
    case Timing::FpLoad:
    case Timing::FpStore:
      break;
    default:
      return std::nullopt;
  }
  if (in.n >= 15) return std::nullopt;
  const Addr base = state.r[in.n];
  if (!in.index) return base;
  const bool by_register = in.m < 15 && isa::facts(in.op).timing != Timing::FpLoad &&
                           isa::facts(in.op).timing != Timing::FpStore;
  const Addr offset = by_register ? state.r[in.m] << in.shift_n : in.imm;
  return in.add ? base + offset : base - offset;
}

}  // namespace

std::uint32_t CoreBase::load_bit(Addr alias, unsigned size) {
  const BitPlace place = place_of_bit(alias, size);
  return (load_slow(place.address, size) >> place.bit) & 1;
}

void CoreBase::store_bit(Addr alias, unsigned size, std::uint32_t value) {
  const BitPlace place = place_of_bit(alias, size);
  const std::uint32_t old = load_slow(place.address, size);
  store_slow(place.address, size, (old & ~(1u << place.bit)) | (value & 1) << place.bit);
}

std::uint32_t CoreBase::load_direct(Addr address, unsigned size) {
  if (shadow != nullptr) shadow->arm(address);
  const std::uint8_t* bytes = bus->host(address, size);
  const Region* region = bus->region_of(address);
  if (bytes == nullptr && bit_band && is_bit_band_alias(address)) return load_bit(address, size);
  if (bytes == nullptr || !region->readable) {
    if (services->ignores_bus_faults()) return 0;
    throw access_fault(GuestFault::Kind::read, address, size);
  }
  std::uint32_t value = 0;
  std::memcpy(&value, bytes, size);
  const bool is_flash = region->kind == RegionKind::flash;
  if (is_flash) {
    flash_load_bytes += size;
  } else if (shadow != nullptr) {
    shadow->note_read(address, size, now());
  }
  const unsigned timed = bus->pages()[address >> memory::kPageBits].timed;
  if (timed != 0) timed_load(timed, address, size);
  return value;
}

void CoreBase::store_direct(Addr address, unsigned size, std::uint32_t value) {
  if (shadow != nullptr) shadow->arm(address);
  std::uint8_t* bytes = bus->host(address, size);
  const Region* region = bus->region_of(address);
  if (bytes == nullptr && bit_band && is_bit_band_alias(address))
    return store_bit(address, size, value);
  if (bytes == nullptr || !region->writable) {
    if (services->ignores_bus_faults()) return;
    throw access_fault(GuestFault::Kind::write, address, size);
  }
  if (shadow != nullptr) shadow->note_write(address, size, now());
  std::memcpy(bytes, &value, size);
  const unsigned timed = bus->pages()[address >> memory::kPageBits].timed;
  if (timed != 0) timed_store(timed, address, size);
  if (bus->hits_code(address, size)) {
    code_changed = true;
    deadline = lanes[kLaneCycles];  // leave at the end of this block: its successors may be stale
  }
}

void CoreBase::check_device(GuestFault::Kind kind, Addr address, unsigned size) {
  if ((address & (size - 1)) != 0) misaligned(address, size);
  // ARM ARM B3.1.1: unprivileged access to the private peripheral bus is a bus fault.
  const bool is_private = address >= 0xe0000000 && address < 0xe0100000;
  if (is_private && !privileged() && !services->allows_unprivileged(address)) {
    throw access_fault(kind, address, size);
  }
}

std::uint32_t CoreBase::load_unguarded(Addr address, unsigned size) {
  std::uint32_t offset = 0;
  if (memory::Device* device = bus->device_at(address, offset)) {
    check_device(GuestFault::Kind::read, address, size);
    return device->read(offset, size);
  }
  if ((address & (size - 1)) == 0) return load_direct(address, size);
  if (unaligned_traps) misaligned(address, size);
  add_cycles(services->unaligned_cycles(address, size), CycleCause::sram_data_wait);
  if (bus->host(address, size) != nullptr) return load_direct(address, size);
  std::uint32_t value = 0;  // crosses the border between two regions
  for (unsigned i = 0; i < size; ++i) value |= load_direct(address + i, 1) << (8 * i);
  return value;
}

void CoreBase::store_unguarded(Addr address, unsigned size, std::uint32_t value) {
  std::uint32_t offset = 0;
  if (memory::Device* device = bus->device_at(address, offset)) {
    check_device(GuestFault::Kind::write, address, size);
    const std::uint32_t changes = bus->timing_changes();
    device->write(offset, size, value);
    if (bus->timing_changes() != changes) request_event();
    return;
  }
  if ((address & (size - 1)) == 0) return store_direct(address, size, value);
  if (unaligned_traps) misaligned(address, size);
  if (bus->host(address, size) != nullptr) return store_direct(address, size, value);
  for (unsigned i = 0; i < size; ++i) store_direct(address + i, 1, (value >> (8 * i)) & 0xff);
}

std::uint32_t CoreBase::load_slow(Addr address, unsigned size) {
  if (!guarded) [[likely]]
    return load_unguarded(address, size);
  services->check_protection(address, size, false);
  const std::uint32_t value = load_unguarded(address, size);
  services->admit_page(address);
  return value;
}

void CoreBase::store_slow(Addr address, unsigned size, std::uint32_t value) {
  if (!guarded) [[likely]]
    return store_unguarded(address, size, value);
  services->check_protection(address, size, true);
  store_unguarded(address, size, value);
  services->admit_page(address);
}

void CoreBase::mode_changed() { services->mode_changed(); }

void CoreBase::misaligned(Addr address, unsigned size) {
  throw access_fault(GuestFault::Kind::unaligned, address, size);
}

std::uint32_t CoreBase::load_exclusive(Addr address, unsigned size) {
  if ((address & (size - 1)) != 0) misaligned(address, size);
  const std::uint32_t value = load_slow(address, size);
  exclusive = true;
  exclusive_address = address;
  return value;
}

std::uint32_t CoreBase::store_exclusive(Addr address, unsigned size, std::uint32_t value) {
  if ((address & (size - 1)) != 0) misaligned(address, size);
  // ARM ARM A3.4: the local monitor; without other masters the address need not match on real
  // parts, but QEMU and the pseudocode's reservation granule check it.
  if (!exclusive || exclusive_address != address) return 1;
  exclusive = false;
  store_slow(address, size, value);
  return 0;
}

const MicroOp* CoreBase::between_blocks() {
  static const MicroOp op = [] {
    MicroOp between;
    between.tick = -1;
    return between;
  }();
  return &op;
}

void CoreBase::special_branch(std::uint32_t target) {
  next_pc = target & ~1u;
  // EXC_RETURN in Handler mode; the outer loop recognises it by its value.
  if (ipsr != 0 && target >= 0xf0000000u) {
    exc_return = target;
  } else if ((target & 1) == 0) {
    leave_thumb();
  }
}

void CoreBase::branch_outside(std::uint32_t target) {
  // BLXWritePC knows no EXC_RETURN: nothing can be executed there, as the next fetch finds.
  next_pc = target & ~1u;
  if ((target & 1) == 0) leave_thumb();
}

void CoreBase::leave_thumb() {
  // The branch itself succeeds (ARM ARM A2.3.1, BXWritePC): it is the next instruction that faults.
  thumb = false;
  left_thumb_at = op->in.address;
  request_event();
}

void CoreBase::stack_overflow(Addr sp) { throw access_fault(GuestFault::Kind::stack_limit, sp, 0); }

void CoreBase::coprocessor_absent(const isa::Insn& in) {
  services->coprocessor(in.imm);
  throw access_fault(GuestFault::Kind::undefined, in.address, in.size);
}

std::uint32_t CoreBase::test_target(Addr address, isa::TestTarget about) {
  return services->test_target(address, about);
}

void CoreBase::prepare_fpu() { services->prepare_fpu(); }

void CoreBase::undefined(const isa::Insn& in) {
  // ARM ARM B1.5.14: 111x11xx is the coprocessors'; 111x1111 (Advanced SIMD elsewhere) is not.
  const std::uint32_t hw1 = bus->fetch(in.address).value_or(0);
  const bool is_coprocessor = in.size == 4 && (hw1 & 0xec00) == 0xec00 && (hw1 & 0x0f00) != 0x0f00;
  if (is_coprocessor) services->coprocessor((bus->fetch(in.address + 2).value_or(0) >> 8) & 15);
  throw access_fault(GuestFault::Kind::undefined, in.address, in.size);
}

bool CoreBase::divide_by_zero() {
  if (divide_by_zero_traps) {
    throw access_fault(GuestFault::Kind::divide_by_zero, 0, 0);
  }
  return true;
}

void CoreBase::supervisor_call(unsigned) { services->supervisor_call(); }

void CoreBase::breakpoint(unsigned number) {
  if (number != 0xab) throw GuestStop{StopKind::breakpoint, 0};
  services->semihosting(*this);
}

void CoreBase::hint(const isa::Insn& in) {
  // ARM ARM A6.3.4.
  constexpr std::uint32_t kWfe = 2, kWfi = 3, kSev = 4;
  if (in.imm == kSev) event_register = true;
  if (in.imm == kWfi) services->wait(false);
  if (in.imm == kWfe) {
    if (!event_register) services->wait(true);
    event_register = false;
  }
}

void CoreBase::change_processor_state(const isa::Insn& in) {
  if (!privileged()) return;
  const bool disable = (in.imm & 0x10) != 0;
  if ((in.imm & 2) != 0) primask = disable;
  // FAULTMASK can only be set below the priority of HardFault (B5.2.1).
  if ((in.imm & 1) != 0 && (!disable || services->can_set_faultmask())) faultmask = disable;
  mode_changed();
  request_event();
}

std::uint32_t CoreBase::read_special(unsigned sysm) {
  // ARM ARM B5.2.2, MRS.
  if (sysm < 8) {
    std::uint32_t value = 0;
    if ((sysm & 4) == 0) value |= state.flags.nzcv() | state.q << 27 | state.ge << 16;
    if ((sysm & 1) != 0) value |= ipsr;
    return value;
  }
  if (!privileged() && sysm != 20) return 0;
  if (sysm >= 0x80) return non_secure_register(sysm);
  switch (sysm) {
    case 8:
      return on_psp() ? other_sp : state.r[13];
    case 9:
      return on_psp() ? state.r[13] : other_sp;
    case 10:
      return on_psp() ? other_stack_limit : stack_limit;
    case 11:
      return on_psp() ? stack_limit : other_stack_limit;
    case 16:
      return primask;
    case 17:
    case 18:
      return basepri;
    case 19:
      return faultmask;
    case 20:
      return control;
    default:
      return 0;
  }
}

void CoreBase::write_control(std::uint32_t value) {
  if (!privileged()) return;
  const bool was_psp = on_psp();
  // FPCA only exists with an FPU, which then asks for it anew.
  const std::uint32_t writable = ipsr == 0 ? control_mask : control_mask_in_handlers;
  control = (control & ~writable) | (value & writable);
  if (on_psp() != was_psp) swap_stacks();
  fp_context_changed();
  mode_changed();
  request_event();
}

std::uint32_t& CoreBase::non_secure_register(unsigned sysm) {
  constexpr unsigned kMsp = 0x88, kPsp = 0x89, kControl = 0x94, kSp = 0x98;
  // SP_NS is the Non-secure stack pointer in use (DDI 0553B B5.2.2): PSP_NS in Thread mode with
  // SPSEL set.
  const bool on_psp_ns = ipsr == 0 && (non_secure[kControl - kMsp] & 2) != 0;
  if (sysm == kSp) sysm = on_psp_ns ? kPsp : kMsp;
  return non_secure[(sysm - kMsp) % non_secure.size()];
}

void CoreBase::write_non_secure(unsigned sysm, std::uint32_t value) {
  // The same bits as in the Secure registers of these numbers, 0x80 below.
  std::uint32_t mask = 1;                                        // PRIMASK, FAULTMASK
  if (sysm == 0x88 || sysm == 0x89 || sysm == 0x98) mask = ~3u;  // MSP, PSP, SP
  if (sysm == 0x8a || sysm == 0x8b) mask = ~7u;                  // MSPLIM, PSPLIM
  if (sysm == 0x91) mask = priority_mask;                        // BASEPRI
  if (sysm == 0x94) mask = 7;                                    // CONTROL
  non_secure_register(sysm) = value & mask;
}

void CoreBase::write_special(unsigned sysm, unsigned mask, std::uint32_t value) {
  // ARM ARM B5.2.3, MSR.
  if (sysm < 4) {
    if ((mask & 2) != 0) {
      state.flags.set_nzcv(value);
      state.q = (value >> 27) & 1;
    }
    if ((mask & 1) != 0) state.ge = (value >> 16) & 15;
    return;
  }
  if (!privileged()) return;
  if (sysm >= 0x80) return write_non_secure(sysm, value);
  switch (sysm) {
    case 8:
      (on_psp() ? other_sp : state.r[13]) = value & ~3u;
      break;
    case 9:
      (on_psp() ? state.r[13] : other_sp) = value & ~3u;
      break;
    case 10:
      (on_psp() ? other_stack_limit : stack_limit) = value & ~7u;
      break;
    case 11:
      (on_psp() ? stack_limit : other_stack_limit) = value & ~7u;
      break;
    case 16:
      primask = value & 1;
      break;
    case 17:
      basepri = value & priority_mask;
      break;
    case 18: {
      const std::uint32_t level = value & priority_mask;
      if (level != 0 && (level < basepri || basepri == 0)) basepri = level;
      break;
    }
    case 19:
      if ((value & 1) == 0 || services->can_set_faultmask()) faultmask = value & 1;
      break;
    case 20:
      write_control(value);
      break;
    default:
      break;
  }
  if (sysm == 19) mode_changed();
  request_event();
  track_stack();
}

void CoreBase::skip_conditional(const MicroOp* skip) {
  const MicroOp* last = skip;
  while (last->in.op != isa::Op::Undefined || last->tick != 0) ++last;
  const std::size_t index = skip->in.imm;
  // Behind the skip op stands the step op, which tells how the instruction was reached.
  if (pipeline != nullptr)
    step((skip + 1)->in, static_cast<StepEntry>((skip + 1)->cycles_after), false);
  const InsnCost& executed = last->block()->costs[index];
  const InsnCost skipped = services->skipped(executed);
  std::uint32_t unspent[kLaneCount] = {};
  std::uint32_t spent[kLaneCount] = {};
  add_cost(unspent, skip->in, executed);
  add_cost(spent, skip->in, skipped);
  for (unsigned lane = 0; lane < kLaneCount; ++lane) lanes[lane] -= unspent[lane] - spent[lane];
  const isa::Traffic moved = isa::traffic(skip->in);
  lanes[kLaneLoads] -= moved.loads;
  lanes[kLaneStores] -= moved.stores;
  lanes[kLaneLoadBytes] -= std::uint32_t{moved.loads} * moved.bytes_each;
  lanes[kLaneStoreBytes] -= std::uint32_t{moved.stores} * moved.bytes_each;
}

void CoreBase::charge_divide(const isa::Insn& in) {
  const bool is_signed = isa::facts(in.op).name.starts_with("SDIV");
  add_cycles(services->divide_cycles(state.r[in.n], state.r[in.m], is_signed),
             CycleCause::multi_cycle);
}

void CoreBase::fetch_block(const MicroOp* first) {
  op = first;
  const Block& block = *first->block();
  const memory::FetchWait waits =
      bus->timing()->fetch({block.begin, block.end, block.code_steps}, clock());
  if (waits.fetch_wait != 0) add_cycles(waits.fetch_wait, CycleCause::fetch_wait);
  if (waits.cache_miss == 0) return;
  add_cycles(waits.cache_miss, CycleCause::cache_miss);
  fetch_miss_cycles += waits.cache_miss;
}

void CoreBase::step(const isa::Insn& in, StepEntry entry, bool executed) {
  if (entry == StepEntry::anew) pipeline->clear();
  Step how;
  how.after_branch = entry == StepEntry::by_branch;
  how.refetch = std::exchange(refetch, 0);
  how.executed = executed;
  how.data = data_address(state, in);
  const InsnCost cost = pipeline->step(in, how);
  for (std::size_t i = 0; i < kCoreCauses; ++i) {
    if (cost.by_cause[i] != 0) add_cycles(cost.by_cause[i], static_cast<CycleCause>(i));
  }
  const isa::Traffic moved = isa::traffic(in);
  if (moved.loads + moved.stores != 0) {
    lanes[kLaneTransfer] += cost[CycleCause::hazard] + cost[CycleCause::multi_cycle];
  }
}

void CoreBase::predict(const Block& block) {
  using Outcome = BranchPredictor::Outcome;
  const Outcome outcome =
      predictor.resolve(block.entering_branch, block.enters_by_branch, block.begin);
  if (outcome == Outcome::right) return;
  if (pipeline != nullptr) {
    refetch = outcome == Outcome::wrong ? prediction.mispredicted : prediction.redirected;
    return;
  }
  add_cycles(outcome == Outcome::wrong ? block.mispredict_cycles : block.redirect_cycles,
             CycleCause::branch);
}

void CoreBase::order_banks(Addr address) {
  if (pipeline != nullptr) return;  // knows addresses itself
  // Two loads that block costs let issue together, for want of their addresses, but from the same
  // bank of words.
  const memory::Clock at = clock();
  const bool together = last_load.op != op && last_load.at == at;
  if (together && ((last_load.address ^ address) & 4) == 0) add_cycles(1, CycleCause::hazard);
  last_load = {op, address, at};
}

void CoreBase::timed_load(unsigned timed, Addr address, unsigned size) {
  if ((timed & memory::kOrdered) != 0) {
    order_banks(address);
    const StoredWord& last = stored[address / 4 % stored.size()];
    const auto early = static_cast<std::int32_t>(last.ready - clock());
    if (last.word == address / 4 && early > 0) {
      // An entry of an earlier turn of the clock would be "in the future" for long.
      const auto longest = static_cast<std::int32_t>(store_to_load[1]);
      if (early <= longest) add_cycles(static_cast<std::uint32_t>(early), CycleCause::hazard);
    }
  }
  if ((timed & memory::kTimedLoad) == 0) return;
  const memory::Wait wait = bus->timing()->load(address, size, clock());
  add_cycles(wait.cycles, wait.cause);
}

void CoreBase::timed_store(unsigned timed, Addr address, unsigned size) {
  if ((timed & memory::kOrdered) != 0) {
    stored[address / 4 % stored.size()] = {address / 4, clock() + store_to_load[size < 4]};
  }
  if ((timed & memory::kTimedStore) == 0) return;
  const memory::Wait wait = bus->timing()->store(address, size, clock());
  add_cycles(wait.cycles, wait.cause);
}

void CoreBase::note_call(const isa::Insn& in) { calls->call(*this, in); }
void CoreBase::note_leave(const isa::Insn& in) { calls->leave(*this, in); }
void CoreBase::note_branch(const isa::Insn& in) { calls->branch(*this, in); }

void CoreBase::reach_layer(bool call) { services->reach_layer(*op, call); }

void CoreBase::rebase_stack() {
  stack_base = state.r[13];
  lowest_sp = stack_base;
}

}  // namespace sramscope::sim

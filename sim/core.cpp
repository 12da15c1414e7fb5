#include "sim/core.h"

namespace sramscope::sim {

namespace {

GuestFault access_fault(GuestFault::Kind kind, Addr address, unsigned size) {
  GuestFault fault;
  fault.kind = kind;
  fault.address = address;
  fault.size = size;
  return fault;
}

}  // namespace

std::uint32_t CoreBase::load_direct(Addr address, unsigned size) {
  if (shadow != nullptr) shadow->arm(address);
  const std::uint8_t* bytes = bus->host(address, size);
  const Region* region = bus->region_of(address);
  if (bytes == nullptr || !region->readable) throw access_fault(GuestFault::Kind::read, address, size);
  std::uint32_t value = 0;
  std::memcpy(&value, bytes, size);
  const bool is_flash = region->kind == RegionKind::flash;
  if (is_flash) {
    flash_load_bytes += size;
  } else if (shadow != nullptr) {
    shadow->note_read(address, size, now());
  }
  if (region->wait_states != 0) add_cycles(region->wait_states);
  return value;
}

void CoreBase::store_direct(Addr address, unsigned size, std::uint32_t value) {
  if (shadow != nullptr) shadow->arm(address);
  std::uint8_t* bytes = bus->host(address, size);
  const Region* region = bus->region_of(address);
  if (bytes == nullptr || !region->writable) {
    throw access_fault(GuestFault::Kind::write, address, size);
  }
  if (shadow != nullptr) shadow->note_write(address, size, now());
  std::memcpy(bytes, &value, size);
  if (bus->hits_code(address, size)) {
    code_changed = true;
    deadline = lanes[kLaneCycles];  // leave at the end of this block: its successors may be stale
  }
}

std::uint32_t CoreBase::load_slow(Addr address, unsigned size) {
  std::uint32_t offset = 0;
  if (memory::Device* device = bus->device_at(address, offset)) {
    if ((address & (size - 1)) != 0) misaligned(address, size);
    return device->read(offset, size);
  }
  if ((address & (size - 1)) == 0) return load_direct(address, size);
  if (unaligned_traps) misaligned(address, size);
  add_cycles(services->unaligned_cycles(address, size));
  if (bus->host(address, size) != nullptr) return load_direct(address, size);
  std::uint32_t value = 0;  // crosses the border between two regions
  for (unsigned i = 0; i < size; ++i) value |= load_direct(address + i, 1) << (8 * i);
  return value;
}

void CoreBase::store_slow(Addr address, unsigned size, std::uint32_t value) {
  std::uint32_t offset = 0;
  if (memory::Device* device = bus->device_at(address, offset)) {
    if ((address & (size - 1)) != 0) misaligned(address, size);
    device->write(offset, size, value);
    return;
  }
  if ((address & (size - 1)) == 0) return store_direct(address, size, value);
  if (unaligned_traps) misaligned(address, size);
  if (bus->host(address, size) != nullptr) return store_direct(address, size, value);
  for (unsigned i = 0; i < size; ++i) store_direct(address + i, 1, (value >> (8 * i)) & 0xff);
}

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
  // ARM ARM A3.4: the local monitor; without other masters the address need not match on real parts,
  // but QEMU and the pseudocode's reservation granule check it.
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
  // EXC_RETURN in Handler mode; the outer loop recognises it by its value.
  if (ipsr != 0 && target >= 0xf0000000u) {
    next_pc = target & ~1u;
    exc_return = target;
    return;
  }
  GuestFault fault;
  fault.kind = (target & 1) == 0 ? GuestFault::Kind::state : GuestFault::Kind::fetch;
  fault.address = target;
  throw fault;
}

void CoreBase::prepare_fpu() { services->prepare_fpu(); }

void CoreBase::undefined(const isa::Insn& in) {
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
  const bool in_hard_fault = ipsr == 2 || ipsr == 3;
  if ((in.imm & 1) != 0 && !(disable && in_hard_fault)) faultmask = disable;
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
  switch (sysm) {
    case 8: return on_psp() ? other_sp : state.r[13];
    case 9: return on_psp() ? state.r[13] : other_sp;
    case 10: return main_stack_limit;
    case 11: return process_stack_limit;
    case 16: return primask;
    case 17: case 18: return basepri;
    case 19: return faultmask;
    case 20: return control;
    default: return 0;
  }
}

void CoreBase::write_control(std::uint32_t value) {
  if (!privileged()) return;
  const bool was_psp = on_psp();
  // SPSEL can only be changed in Thread mode; FPCA only exists with an FPU, which then asks for it anew.
  const std::uint32_t writable = ipsr == 0 ? 7 : 5;
  control = (control & ~writable) | (value & writable);
  if (on_psp() != was_psp) swap_stacks();
  fp_context_changed();
  request_event();
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
  switch (sysm) {
    case 8: (on_psp() ? other_sp : state.r[13]) = value & ~3u; break;
    case 9: (on_psp() ? state.r[13] : other_sp) = value & ~3u; break;
    case 10: main_stack_limit = value & ~7u; break;
    case 11: process_stack_limit = value & ~7u; break;
    case 16: primask = value & 1; break;
    case 17: basepri = value & priority_mask; break;
    case 18: {
      const std::uint32_t level = value & priority_mask;
      if (level != 0 && (level < basepri || basepri == 0)) basepri = level;
      break;
    }
    case 19:
      if (ipsr != 2 && ipsr != 3) faultmask = value & 1;
      break;
    case 20: write_control(value); break;
    default: break;
  }
  request_event();
  track_stack();
}

void CoreBase::skip_conditional(const MicroOp* skipped, std::uint32_t cycles) {
  const isa::Traffic moved = isa::traffic(skipped->in);
  lanes[kLaneCycles] -= cycles;
  lanes[kLaneLoads] -= moved.loads;
  lanes[kLaneStores] -= moved.stores;
  lanes[kLaneLoadBytes] -= std::uint32_t{moved.loads} * moved.bytes_each;
  lanes[kLaneStoreBytes] -= std::uint32_t{moved.stores} * moved.bytes_each;
}

void CoreBase::charge_divide(const isa::Insn& in) {
  const bool is_signed = isa::facts(in.op).name.starts_with("SDIV");
  add_cycles(services->divide_cycles(state.r[in.n], state.r[in.m], is_signed));
}

void CoreBase::rebase_stack() {
  stack_base = state.r[13];
  lowest_sp = stack_base;
}

}  // namespace sramscope::sim

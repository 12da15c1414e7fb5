// The part of the machine that lets the MPU have its say.

#include "sim/runner.h"

namespace sramscope::sim {

void Runner::mode_changed() {
  if (!core_->guarded && !registers_.mpu().enabled()) return;
  const Mpu::Context context{core_->privileged(), exceptions_.execution_priority() < 0};
  const bool guards = registers_.mpu().guards(context);
  mpu_context_ = context;
  if (!guards && !core_->guarded) return;
  core_->guarded = guards;
  core_->pages = guards ? guarded_pages_[context.privileged].pages() : bus_.pages();
  if (guards) {
    // Blocks that were decoded under other rights must not be entered.
    blocks_.set_guard(this, 1 + 2 * unsigned{context.negative_priority} + unsigned{context.privileged});
    forget_narrowed_pages();
  } else {
    blocks_.set_guard(nullptr, 0);
  }
  core_->request_event();
}

void Runner::protection_changed() {
  for (GuardedPages& pages : guarded_pages_) pages.clear();
  core_->code_changed = true;  // what was decoded may no longer be executable
  core_->request_event();
  mode_changed();
}

void Runner::forget_narrowed_pages() {
  // Pages whose own fast path was taken away (decoded code, a new measuring period) must lose the admitted one as well.
  if (bus_.narrowed() == narrowed_seen_) return;
  narrowed_seen_ = bus_.narrowed();
  for (GuardedPages& pages : guarded_pages_) pages.clear();
}

void Runner::check_protection(Addr address, unsigned size, bool is_write) {
  const Mpu::Access access = is_write ? Mpu::Access::write : Mpu::Access::read;
  const Mpu& mpu = registers_.mpu();
  const Addr last = address + (size - 1);
  const bool begins_well = mpu.allows(address, access, mpu_context_);
  if (begins_well && mpu.allows(last, access, mpu_context_)) return;
  GuestFault fault;
  fault.kind = GuestFault::Kind::protection;
  fault.address = begins_well ? last & ~3u : address;  // an unaligned access is split at the word
  fault.size = size;
  throw fault;
}

void Runner::admit_page(Addr address) {
  const std::uint32_t index = address >> memory::kPageBits;
  const memory::Page& page = bus_.pages()[index];
  const Mpu& mpu = registers_.mpu();
  if (!core_->guarded || page.device != 0 || !mpu.is_uniform(address, memory::kPageSize)) return;
  guarded_pages_[mpu_context_.privileged].admit(index, page, mpu.allows(address, Mpu::Access::read, mpu_context_),
                                                mpu.allows(address, Mpu::Access::write, mpu_context_));
}

std::uint32_t Runner::test_target(Addr address, isa::TestTarget about) {
  // ARMv8-M ARM (DDI 0553B), TTResp, with the SAU off: all memory is Secure. The Non-secure MPU has
  // no regions.
  constexpr std::uint32_t kRegionValid = 1u << 16, kReadable = 1u << 18, kWritable = 1u << 19,
                          kSecure = 1u << 22;
  if (about.non_secure) return kSecure | kReadable | kWritable;
  if (!core_->privileged()) return kSecure;  // unprivileged code is told nothing about the MPU
  const Mpu& mpu = registers_.mpu();
  const Mpu::Context context{!about.unprivileged, exceptions_.execution_priority() < 0};
  std::uint32_t response = kSecure;
  if (mpu.allows(address, Mpu::Access::read, context)) response |= kReadable;
  if (mpu.allows(address, Mpu::Access::write, context)) response |= kWritable;
  if (const auto region = mpu.region_of(address, context)) response |= kRegionValid | *region;
  return response;
}

void Runner::preserve_fp_state() {
  struct Restore {
    Runner& runner;
    Mpu::Context context = runner.mpu_context_;
    bool guarded = runner.core_->guarded;
    ~Restore() {
      runner.mpu_context_ = context;
      runner.core_->guarded = guarded;
    }
  } restore{*this};
  mpu_context_ = {exceptions_.lazy_context_privileged(), exceptions_.lazy_context_negative()};
  core_->guarded = registers_.mpu().guards(mpu_context_);
  exceptions_.preserve_fp_state();
}

bool Runner::may_fetch(Addr address) const {
  return registers_.mpu().allows(address, Mpu::Access::fetch, mpu_context_);
}

}  // namespace sramscope::sim

#include "tests/support/unicorn_oracle.h"

#include <sys/mman.h>
#include <unicorn/unicorn.h>

#include <array>
#include <cassert>
#include <cstring>
#include <new>
#include <stdexcept>

#include "isa/arch.h"

namespace sramscope::testing {
namespace {

/// Branch targets lie within 16 MB of the code.
constexpr Addr kMapBelow = 0x01000000;
constexpr std::size_t kMapBytes = 0x02100000;

constexpr int kR[] = {UC_ARM_REG_R0,  UC_ARM_REG_R1,  UC_ARM_REG_R2,  UC_ARM_REG_R3, UC_ARM_REG_R4,
                      UC_ARM_REG_R5,  UC_ARM_REG_R6,  UC_ARM_REG_R7,  UC_ARM_REG_R8, UC_ARM_REG_R9,
                      UC_ARM_REG_R10, UC_ARM_REG_R11, UC_ARM_REG_R12, UC_ARM_REG_SP, UC_ARM_REG_LR};

void check(uc_err error, const char* what) {
  if (error != UC_ERR_OK)
    throw std::runtime_error(std::string("unicorn: ") + what + ": " + uc_strerror(error));
}

int model_of(CoreKind core) {
  switch (core) {
    case CoreKind::cortex_m0:
    case CoreKind::cortex_m0plus:  // the same instructions
      return UC_CPU_ARM_CORTEX_M0;
    case CoreKind::cortex_m3:
      return UC_CPU_ARM_CORTEX_M3;
    case CoreKind::cortex_m4:
      return UC_CPU_ARM_CORTEX_M4;
    case CoreKind::cortex_m7:
      return UC_CPU_ARM_CORTEX_M7;
    case CoreKind::cortex_m33:
      return UC_CPU_ARM_CORTEX_M33;
    default:
      throw std::runtime_error("Unicorn has no such core");
  }
}

}  // namespace

UnicornOracle::UnicornOracle(CoreKind core)
    : core_(core),
      fpu_(isa::arch_of(core).fp),
      dsp_(isa::arch_of(core).dsp),
      sticky_(isa::arch_of(core).has(isa::Since::V7M)) {
  void* map = mmap(nullptr, kMapBytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (map == MAP_FAILED) throw std::bad_alloc();
  mapping_ = static_cast<std::uint8_t*>(map);
  memory_ = new (mapping_ + kMapBelow) Memory;
  // The M-class mode would always be a Cortex-M33: the model has to be chosen, before anything
  // else.
  check(uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &engine_), "open");
  check(uc_ctl_set_cpu_model(engine_, model_of(core)), "model");
  check(uc_mem_map_ptr(engine_, memory_base_of(core) - kMapBelow, kMapBytes, UC_PROT_ALL, mapping_),
        "map");
  warm_up();
  check(uc_context_alloc(engine_, &clean_), "context");
  check(uc_context_save(engine_, clean_), "context");
}

UnicornOracle::~UnicornOracle() {
  uc_context_free(clean_);
  uc_close(engine_);
  munmap(mapping_, kMapBytes);
}

/// The first floating-point instruction after reset loads FPSCR from FPDSCR: spend it here.
void UnicornOracle::warm_up() {
  if (!fpu_) return;
  Vector vector;
  vector.base = memory_base_of(core_);
  vector.code = {0xee30, 0x0a00};  // VADD.F32 S0, S0, S0
  vector.halfwords = 2;
  run(vector, vector.end());
}

void UnicornOracle::write_state(const MachineState& state) {
  for (std::size_t i = 0; i < 15; ++i) uc_reg_write(engine_, kR[i], &state.r[i]);
  uc_reg_write(engine_, UC_ARM_REG_APSR_NZCVQG, &state.apsr);
  if (!fpu_) return;
  for (std::size_t i = 0; i < 16; ++i) {
    const std::uint64_t pair = state.s[2 * i] | std::uint64_t{state.s[2 * i + 1]} << 32;
    uc_reg_write(engine_, UC_ARM_REG_D0 + static_cast<int>(i), &pair);
  }
  uc_reg_write(engine_, UC_ARM_REG_FPSCR, &state.fpscr);
}

MachineState UnicornOracle::read_state() {
  MachineState state;
  for (std::size_t i = 0; i < 15; ++i) uc_reg_read(engine_, kR[i], &state.r[i]);
  uc_reg_read(engine_, UC_ARM_REG_PC, &state.r[15]);
  uc_reg_read(engine_, UC_ARM_REG_XPSR, &state.apsr);
  state.apsr &= 0xf0000000u | (sticky_ ? 0x08000000u : 0) | (dsp_ ? 0x000f0000u : 0);
  if (!fpu_) return state;
  for (std::size_t i = 0; i < 16; ++i) {
    std::uint64_t pair = 0;
    uc_reg_read(engine_, UC_ARM_REG_D0 + static_cast<int>(i), &pair);
    state.s[2 * i] = static_cast<std::uint32_t>(pair);
    state.s[2 * i + 1] = static_cast<std::uint32_t>(pair >> 32);
  }
  uc_reg_read(engine_, UC_ARM_REG_FPSCR, &state.fpscr);
  return state;
}

Outcome UnicornOracle::run(const Vector& vector, Addr stop) {
  write_state(vector.before);
  place_code(vector, *memory_);
  uc_ctl_remove_cache(engine_, vector.slot(), vector.slot() + sizeof(vector.code));
  const uc_err error = uc_emu_start(engine_, vector.slot() | 1, stop, 0, 0);
  Outcome outcome;
  outcome.after = read_state();
  if (error != UC_ERR_OK) {
    outcome.fault = uc_strerror(error);
    uc_context_restore(engine_, clean_);  // the state of an IT block would stay
  }
  return outcome;
}

}  // namespace sramscope::testing

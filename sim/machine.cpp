#include "sramscope/machine.h"

#include <chrono>
#include <utility>

#include "sim/runner.h"

namespace sramscope {

struct Machine::Impl {
  sim::Runner runner;

  Impl(const Board& board, const Image& image, MachineOptions options)
      : runner(board, image, std::move(options)) {}
};

Machine::Machine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Machine::Machine(Machine&&) noexcept = default;
Machine& Machine::operator=(Machine&&) noexcept = default;
Machine::~Machine() = default;

Result<Machine> Machine::create(const Board& board, const Image& image, MachineOptions options) {
  const Result<bool> fits = check_fits(image, board);
  if (!fits) return fits.error();
  auto impl = std::make_unique<Impl>(board, image, std::move(options));
  const Result<bool> loaded = impl->runner.load();
  if (!loaded) return loaded.error();
  return Machine(std::move(impl));
}

RunResult Machine::run(const Limits& limits, Observer* observer) {
  const auto begin = std::chrono::steady_clock::now();
  RunResult result = impl_->runner.run(limits, observer);
  result.host_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

void Machine::interrupt() { impl_->runner.interrupt(); }

std::uint32_t Machine::core_register(unsigned index) const {
  const sim::CoreBase& core = impl_->runner.core();
  if (index < 16) return core.state.r[index];
  return core.state.flags.nzcv() | core.state.q << 27 | core.state.ge << 16 | 1u << 24;
}

Result<std::vector<std::uint8_t>> Machine::read_memory(Addr address, std::uint32_t size) const {
  std::vector<std::uint8_t> bytes(size);
  if (!impl_->runner.bus().peek(address, bytes)) {
    return Error{"not memory: " + std::to_string(size) + " bytes at " + std::to_string(address)};
  }
  return bytes;
}

Result<bool> Machine::write_memory(Addr address, std::span<const std::uint8_t> bytes) {
  if (!impl_->runner.load_bytes(address, bytes)) {
    return Error{"not memory: " + std::to_string(bytes.size()) + " bytes at " +
                 std::to_string(address)};
  }
  return true;
}

std::string_view cycle_model_version() { return "0.3"; }

std::string_view stop_kind_name(StopKind kind) {
  switch (kind) {
    case StopKind::exited:
      return "exited";
    case StopKind::fault:
      return "fault";
    case StopKind::lockup:
      return "lockup";
    case StopKind::cycle_limit:
      return "cycle_limit";
    case StopKind::instruction_limit:
      return "instruction_limit";
    case StopKind::no_progress:
      return "no_progress";
    case StopKind::breakpoint:
      return "breakpoint";
    case StopKind::reset_request:
      return "reset_request";
    case StopKind::interrupted:
      return "interrupted";
  }
  return "unknown";
}

}  // namespace sramscope

#include "ui/cli/progress.h"

#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "ui/cli/terminal.h"
#include "ui/cli/text.h"

namespace sramscope::cli {

Progress::Progress(bool enabled, std::uint64_t clock_hz)
    : enabled_(enabled && is_terminal(stderr)),
      clock_hz_(clock_hz),
      started_(Clock::now()),
      last_(started_) {}

void Progress::update(const Counters& totals, std::string_view layer) {
  using namespace std::chrono_literals;
  if (!enabled_) return;
  const auto now = Clock::now();
  if (now - started_ < 1s || now - last_ < 100ms) return;
  last_ = now;
  shown_ = true;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  const double simulated =
      clock_hz_ == 0 ? 0 : static_cast<double>(totals.cycles) / static_cast<double>(clock_hz_);
  constexpr std::size_t kLongestName = 30;
  if (layer.size() > kLongestName) layer.remove_prefix(layer.size() - kLongestName);
  const std::string line = fmt::format("\r\x1b[K{} simulated, {} cycles, {:.0f} MIPS{}{}",
                                       format_seconds(simulated), format_count(totals.cycles),
                                       static_cast<double>(totals.instructions) / seconds / 1e6,
                                       layer.empty() ? "" : ", in ", layer);
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
}

void Progress::clear() {
  if (!shown_) return;
  shown_ = false;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

}  // namespace sramscope::cli

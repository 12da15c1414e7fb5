#include "ui/viewer/stall_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "ui/viewer/canvas.h"
#include "ui/viewer/figures.h"

namespace sramscope::viewer {
namespace {

constexpr std::array<std::string_view, kCycleCauses> kMeanings{
    "The cycle that every instruction takes, or every pair on a core that issues two.",
    "Waiting for an operand of the instruction before: load-use, address generation, slots that "
    "cannot be paired.",
    "Further cycles of instructions that take several: multiple transfers, divides, the FPU.",
    "Refilling the pipeline behind a branch, and mispredicted branches.",
    "Waiting for instructions: flash wait states, alignment, a busy bus.",
    "Waiting for data in flash, such as weights.",
    "Waiting for data in SRAM or at devices: wait states, bank conflicts, the write buffer.",
    "Filling and writing back lines of a cache.",
    "Entering and leaving exceptions: stacking, fetching the vector, unstacking."};

Cycles sum_of(const CyclesByCause& causes) {
  return std::accumulate(causes.begin(), causes.end(), Cycles{0});
}

}  // namespace

std::string_view cause_meaning(CycleCause cause) {
  return kMeanings[static_cast<std::size_t>(cause)];
}

Cycles stalled(const CyclesByCause& causes) { return sum_of(causes) - causes[0]; }

void draw_cause_bar(const Box& box, const CyclesByCause& causes, Theme theme) {
  const Palette& palette = palette_of(theme);
  const auto sum = static_cast<double>(sum_of(causes));
  if (sum <= 0) return;
  Canvas canvas;
  double below = 0;
  for (std::size_t i = 0; i < kCycleCauses; ++i) {
    const float left = box.x0 + static_cast<float>(below / sum) * box.width();
    below += static_cast<double>(causes[i]);
    const float right = box.x0 + static_cast<float>(below / sum) * box.width();
    canvas.fill({left, box.y0, right, box.y1}, palette.causes[i]);
    if (right - left > em() * 0.4F && i + 1 < kCycleCauses)
      canvas.fill({right - 1, box.y0, right, box.y1}, palette.surface);
  }
}

std::string causes_text(const CyclesByCause& causes) {
  std::array<std::size_t, kCycleCauses> order = {};
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return causes[a] > causes[b]; });
  std::string text;
  for (const std::size_t i : order) {
    if (causes[i] == 0) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "\n",
                        cycle_cause_name(static_cast<CycleCause>(i)),
                        share_text(causes[i], sum_of(causes)));
  }
  return text;
}

float draw_cause_legend(const Box& box, const CyclesByCause& causes, Theme theme) {
  const Palette& palette = palette_of(theme);
  Canvas canvas;
  const float row = em() * 1.6F;
  float x = box.x0;
  float y = box.y0;
  for (std::size_t i = 0; i < kCycleCauses; ++i) {
    if (causes[i] == 0) continue;
    const auto name = cycle_cause_name(static_cast<CycleCause>(i));
    const float width = text_width(name) + em() * 2;
    if (x + width > box.x1 && x > box.x0) {
      x = box.x0;
      y += row;
    }
    const Box item{x, y, x + width, y + row};
    canvas.fill({x, y + em() * 0.4F, x + em() * 0.8F, y + em() * 1.2F}, palette.causes[i],
                em() * 0.15F);
    canvas.text_in({x + em() * 1.1F, y, item.x1, item.y1}, palette.faint, name);
    if (interact(fmt::format("cause.{}", name), item).hovered)
      tooltip(name, cause_meaning(static_cast<CycleCause>(i)));
    x += width;
  }
  return y + row;
}

}  // namespace sramscope::viewer

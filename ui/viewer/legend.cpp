#include "ui/viewer/legend.h"

#include <fmt/format.h>

#include <string>

#include "ui/viewer/canvas.h"

namespace sramscope::viewer {

float draw_legend(const ViewerState& state, const Box& box,
                  const std::array<bool, kSegments>& used) {
  const Palette& palette = palette_of(state.theme);
  Canvas canvas;
  const float row = em() * 1.6F;
  float x = box.x0;
  float y = box.y0;
  for (std::size_t i = 0; i < kSegments; ++i) {
    if (!used[i]) continue;
    const auto segment = static_cast<Segment>(i);
    const float width = text_width(segment_name(segment)) + em() * 2.2F;
    if (x + width > box.x1 && x > box.x0) {
      x = box.x0;
      y += row;
    }
    const Box item{x, y, x + width, y + row};
    canvas.fill({x, y + em() * 0.4F, x + em() * 0.8F, y + em() * 1.2F}, palette.of(segment),
                em() * 0.15F);
    canvas.text_in({x + em() * 1.1F, y, item.x1, item.y1}, palette.faint, segment_name(segment));
    if (interact(fmt::format("legend.{}", segment_name(segment)), item).hovered)
      tooltip(segment_name(segment), segment_meaning(segment));
    x += width;
  }
  return y + row;
}

}  // namespace sramscope::viewer

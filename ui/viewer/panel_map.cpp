// The memory map: addresses by time.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "ui/cli/text.h"
#include "ui/viewer/address_axis.h"
#include "ui/viewer/canvas.h"
#include "ui/viewer/figures.h"
#include "ui/viewer/legend.h"
#include "ui/viewer/panels.h"
#include "ui/viewer/time_axis.h"

namespace sramscope::viewer {
namespace {

struct Map {
  Box box;
  TimeAxis time;
  AddressAxis addresses;
};

Rgba colour_of(const Palette& palette, MemoryKind kind) { return palette.of(segment_of(kind)); }

/// Live bytes by address and time, the denser the darker; what is pale is reserved or dead.
void draw_density(const Map& map, const MemoryMapReport& report, const Palette& palette) {
  Canvas canvas;
  for (const auto& row : report.rows) {
    const auto line = map.addresses.span(row.address, row.bytes, map.box.x0, map.box.x1);
    if (!line || line->y1 < map.box.y0 || line->y0 > map.box.y1) continue;
    std::uint64_t column = 0;
    float from = map.box.x0;
    std::uint32_t most = 0;
    for (const auto& [columns, live] : row.runs) {
      column += columns;
      most = std::max(most, live);
      const float x = map.time.x(static_cast<double>(column * report.cycles_per_column));
      if (x < from + 1) continue;  // less than a pixel: the next one takes it along
      const double density = static_cast<double>(most) / std::max(row.bytes, 1U);
      if (density > 0) {
        canvas.fill({from, line->y0, std::min(x, map.box.x1), std::max(line->y1, line->y0 + 1)},
                    with_alpha(palette.faint, static_cast<std::uint32_t>(40 + density * 110)));
      }
      from = x;
      most = 0;
      if (x > map.box.x1) break;
    }
  }
}

Box box_of(const Map& map, const BufferReport& buffer) {
  const float x0 = std::max(map.time.x(static_cast<double>(buffer.born)), map.box.x0 - 2);
  const float x1 = std::min(map.time.x(static_cast<double>(buffer.died)), map.box.x1 + 2);
  const auto box = map.addresses.span(buffer.address, buffer.size, x0, std::max(x1, x0 + 1));
  return box.value_or(Box{});
}

void draw_buffers(const ViewerState& state, const Map& map) {
  const Palette& palette = palette_of(state.theme);
  const Document& document = state.document();
  const auto& buffers = document.report.buffers;
  const std::size_t selected = state.selection().buffer.value_or(buffers.size());
  Canvas canvas;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    const Box box = box_of(map, buffers[i]);
    if (box.x1 < map.box.x0 || box.x0 > map.box.x1 || box.y1 < map.box.y0 || box.y0 > map.box.y1)
      continue;
    const Rgba colour = colour_of(palette, buffers[i].kind);
    const bool large = box.width() > 3 && box.height() > 3;
    canvas.fill(box, with_alpha(colour, i == selected ? 255 : 165));
    if (large) canvas.frame(box, i == selected ? palette.text : colour, i == selected ? 2 : 1);
    if (box.width() > em() * 3 && box.height() > em() * 1.1F) {
      const Box seen{std::max(box.x0, map.box.x0) + em() * 0.4F, std::max(box.y0, map.box.y0),
                     std::min(box.x1, map.box.x1) - em() * 0.2F, std::min(box.y1, map.box.y1)};
      const std::string name = box.height() > em() * 1.1F
                                   ? buffers[i].name + "  " + cli::format_bytes(buffers[i].size)
                                   : buffers[i].name;
      canvas.text_in(seen, i == selected ? ink_on(colour) : palette.text, name);
    }
  }
}

std::string layers_text(const Document& document, const std::vector<std::uint32_t>& layers) {
  constexpr std::size_t kMost = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(layers.size(), kMost); ++i)
    text += (i == 0 ? "" : ", ") + document.paths[layers[i]];
  if (layers.size() > kMost) text += fmt::format(" and {} more", layers.size() - kMost);
  return text;
}

/// The smallest buffer under a point, for what is small lies upon what is large.
std::optional<std::size_t> buffer_at(const Document& document, Addr address, Cycles cycle) {
  std::optional<std::size_t> best;
  const auto& buffers = document.report.buffers;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    const BufferReport& buffer = buffers[i];
    const bool inside = address >= buffer.address && address - buffer.address < buffer.size &&
                        buffer.born <= cycle && cycle <= buffer.died;
    if (inside && (!best || buffer.size < buffers[*best].size)) best = i;
  }
  return best;
}

void draw_axis(const ViewerState& state, const Map& map) {
  const Palette& palette = palette_of(state.theme);
  const auto& bands = state.document().address_bands;
  Canvas canvas;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const Box band = map.addresses.band_box(i, map.box.x0, map.box.x1);
    const auto steps = std::max(band.height() / (em() * 2.6F), 1.0F);
    const double step = nice_step(bands[i].end - bands[i].begin, steps, 2);
    float above = 1e9F;
    const double first = std::ceil(bands[i].begin / step) * step;
    for (double at = bands[i].begin; at < bands[i].end; at = at < first ? first : at + step) {
      const auto y = map.addresses.y(static_cast<Addr>(at));
      if (!y || above - *y < em() * 1.2F) continue;
      above = *y;
      if (*y < map.box.y0 + em() || *y > map.box.y1 + 1) continue;
      canvas.fill({map.box.x0 - em() * 0.3F, *y - 1, map.box.x0, *y}, palette.faint);
      canvas.text_in({map.box.x0 - em() * 6.5F, *y - em(), map.box.x0 - em() * 0.5F, *y},
                     palette.faint, cli::format_address(static_cast<Addr>(at)), Align::right);
    }
  }
}

void zoom_addresses(ViewerState& state, double factor, double centre) {
  const double length = std::clamp((state.map_end - state.map_begin) * factor, 0.005, 1.0);
  const double share = (centre - state.map_begin) / (state.map_end - state.map_begin);
  state.map_begin = std::clamp(centre - length * share, 0.0, 1.0 - length);
  state.map_end = state.map_begin + length;
}

void handle_mouse(ViewerState& state, const Map& map) {
  const Interaction mouse = interact("map.plot", map.box);
  const double per_pixel = (state.map_end - state.map_begin) / map.box.height();
  if (mouse.dragging) {
    state.pan_time(map.time.cycle(map.time.x0 - mouse.drag.x) - map.time.view.begin);
    const double step = std::clamp(mouse.drag.y * per_pixel, -state.map_begin, 1 - state.map_end);
    state.map_begin += step;
    state.map_end += step;
  }
  if (mouse.wheel != 0 && mouse.control)
    zoom_addresses(state, std::pow(0.8, mouse.wheel),
                   state.map_begin + (map.box.y1 - mouse.mouse.y) * per_pixel);
  else if (mouse.wheel != 0)
    state.zoom_time(std::pow(0.8, mouse.wheel), map.time.cycle(mouse.mouse.x));
  if (!mouse.hovered || mouse.dragging) return;
  const Cycles cycle = map.time.cycle_at(mouse.mouse.x);
  const auto address = map.addresses.address(mouse.mouse.y);
  const auto buffer = address ? buffer_at(state.document(), *address, cycle) : std::nullopt;
  if (buffer) {
    tooltip(state.document().report.buffers[*buffer].name, buffer_text(state.document(), *buffer));
    if (mouse.clicked) state.select_buffer(*buffer);
  } else {
    if (address)
      tooltip(cli::format_address(*address),
              "Nothing that is needed: dead or reserved.\n" + cycles_text(state.document(), cycle));
    if (mouse.clicked) state.select_cycle(state.shown(), cycle);
  }
}

std::array<bool, kSegments> used_kinds(const Report& report) {
  std::array<bool, kSegments> used = {};
  for (const BufferReport& buffer : report.buffers)
    used[static_cast<std::size_t>(segment_of(buffer.kind))] = true;
  return used;
}

}  // namespace

std::string buffer_text(const Document& document, std::size_t index) {
  const BufferReport& buffer = document.report.buffers[index];
  return fmt::format(
      "{} \u2013 {}, {} ({})\nlive at most: {}\nneeded from {}\nuntil {}\nwritten by: {}\nread by: "
      "{}",
      cli::format_address(buffer.address), cli::format_address(buffer.address + buffer.size - 1),
      cli::format_bytes(buffer.size), memory_kind_name(buffer.kind),
      cli::format_bytes(buffer.live_peak), cycles_text(document, buffer.born),
      cycles_text(document, buffer.died), layers_text(document, buffer.written_by),
      layers_text(document, buffer.read_by));
}

void draw_map(ViewerState& state) {
  const Document& document = state.document();
  if (document.address_bands.empty()) {
    return draw_absent(state, "No memory map in this report",
                       "Run the firmware again with this version of sramscope.");
  }
  const Palette& palette = palette_of(state.theme);
  const Box space = available();
  const float top = draw_legend(state, space, used_kinds(document.report));
  const float band = em() * 2.9F;
  const float ticks = em() * 1.7F;
  const Box box{space.x0 + em() * 6.8F, top + em() * 0.3F, space.x1,
                space.y1 - band - ticks - em() * 2.4F};
  Map map{box,
          {box.x0, box.x1, state.time()},
          AddressAxis(document.address_bands, box, state.map_begin, state.map_end, em() * 1.2F)};
  Canvas canvas;
  canvas.clip(box);
  for (std::size_t i = 0; i < document.address_bands.size(); ++i)
    canvas.fill(map.addresses.band_box(i, box.x0, box.x1), palette.raised);
  draw_density(map, document.report.memory_map, palette);
  draw_buffers(state, map);
  canvas.unclip();
  draw_axis(state, map);
  draw_time_marks(state, state.shown(), map.time, box);
  handle_mouse(state, map);
  const float bands_top = box.y1 + em() * 0.2F;
  draw_layer_bands(state, state.shown(), map.time, {box.x0, bands_top, box.x1, bands_top + band});
  handle_time_mouse(state, state.shown(), map.time, {box.x0, bands_top, box.x1, bands_top + band},
                    "map.bands");
  draw_time_ticks(state, map.time,
                  {box.x0, bands_top + band + em() * 0.1F, box.x1, bands_top + band + ticks});
  draw_time_map(state, {box.x0, space.y1 - em() * 2, box.x1, space.y1});
}

}  // namespace sramscope::viewer

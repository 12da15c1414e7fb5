// Charts as SVG: peak memory of each block, live bytes over time, address by time.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "profiler/compare_facts.h"
#include "profiler/exports.h"
#include "profiler/format.h"
#include "profiler/report_facts.h"
#include "profiler/xml.h"

namespace sramscope::profiler {
namespace {

/// One colour per kind of memory, told apart by people with colour blindness too (Okabe and Ito).
constexpr std::array<const char*, kMemoryKinds> kColours{"#0072b2", "#e69f00", "#009e73", "#cc79a7",
                                                         "#999999"};
constexpr double kWidth = 900;
constexpr double kLeft = 150;
constexpr double kRight = 30;
constexpr double kTop = 50;

std::string header(double height, const std::string& title) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:g}\" height=\"{1:g}\" "
      "viewBox=\"0 0 {0:g} {1:g}\" font-family=\"sans-serif\" font-size=\"12\">\n"
      "<title>{2}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
      "<text x=\"16\" y=\"24\" font-size=\"15\">{2}</text>\n",
      kWidth, height, xml_text(title));
}

std::string label(double x, double y, const std::string& text, const char* anchor) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                     xml_text(text));
}

std::string box(double x, double y, double width, double height, const char* fill,
                const std::string& hint) {
  return fmt::format(
      "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"{}\">"
      "<title>{}</title></rect>\n",
      x, y, width, height, fill, xml_text(hint));
}

std::string legend(double y) {
  std::string text;
  double x = kLeft;
  for (std::size_t i = 0; i < kMemoryKinds; ++i) {
    const std::string name(memory_kind_name(static_cast<MemoryKind>(i)));
    text += box(x, y - 10, 10, 10, kColours[i], name) + label(x + 14, y, name, "start");
    x += 80;
  }
  return text;
}

std::string title_of(const Report& report, const char* what) {
  return fmt::format("{}: {} ({})", stem_of(report.provenance.elf_path), what,
                     report.provenance.board);
}

std::string time_label(const Report& report, Cycles cycle) {
  const std::uint64_t clock = report.provenance.clock_hz;
  return clock == 0 ? count_text(cycle) + " cycles" : time_text(cycle, clock);
}

}  // namespace

std::string export_svg_blocks(const Report& report) {
  const std::vector<BlockRow> rows = block_rows(report, has_blocks(report));
  constexpr double kRow = 22;
  const double height = kTop + kRow * static_cast<double>(rows.size()) + 20;
  const double scale = (kWidth - kLeft - kRight - 80) /
                       static_cast<double>(std::max<std::uint64_t>(report.memory.live_peak, 1));
  std::string text = header(height, title_of(report, "peak SRAM (live) per block"));
  double y = kTop;
  for (const BlockRow& row : rows) {
    const double width = scale * static_cast<double>(row.figures.live_peak);
    const bool is_peak = row.figures.live_peak == report.memory.live_peak;
    text += label(kLeft - 8, y + 13, shortened(row.name, 20), "end");
    text += box(kLeft, y, width, kRow - 6, is_peak ? "#d55e00" : "#0072b2",
                fmt::format("{}: {} bytes", row.name, grouped(row.figures.live_peak)));
    text += label(kLeft + width + 6, y + 13, bytes_text(row.figures.live_peak), "start");
    y += kRow;
  }
  return text + "</svg>\n";
}

std::string export_svg_timeline(const Report& report) {
  constexpr double kHeight = 420;
  constexpr double kBottom = kHeight - 60;
  const Cycles end = std::max<Cycles>(report.total.cycles, 1);
  const auto x_of = [&](Cycles cycle) {
    return kLeft + (kWidth - kLeft - kRight) * static_cast<double>(std::min(cycle, end)) /
                       static_cast<double>(end);
  };
  const auto y_of = [&](std::uint64_t bytes) {
    return kBottom - (kBottom - kTop) * static_cast<double>(bytes) /
                         static_cast<double>(std::max<std::uint64_t>(report.memory.live_peak, 1));
  };
  std::string text = header(kHeight, title_of(report, "live bytes over time"));
  // Areas on top of each other, the topmost sum first: each covers what is under it.
  for (std::size_t kind = kMemoryKinds; kind-- > 0;) {
    std::string points = fmt::format("{:.1f},{:.1f}", kLeft, kBottom);
    double last = kBottom;
    for (const TimelinePoint& point : report.timeline) {
      std::uint64_t sum = 0;
      for (std::size_t i = 0; i <= kind; ++i) {
        sum += point.by_kind[i];
      }
      points += fmt::format(" {0:.1f},{1:.1f} {0:.1f},{2:.1f}", x_of(point.cycle), last, y_of(sum));
      last = y_of(sum);
    }
    points += fmt::format(" {0:.1f},{1:.1f} {0:.1f},{2:.1f}", x_of(end), last, kBottom);
    text += fmt::format("<polygon points=\"{}\" fill=\"{}\"/>\n", points, kColours[kind]);
  }
  const double x = x_of(report.memory.peak_cycle);
  text += fmt::format(
      "<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\" stroke=\"#d55e00\" "
      "stroke-dasharray=\"4 3\"/>\n",
      x, kTop - 8, kBottom);
  text += label(x, kTop - 12, "peak " + bytes_text(report.memory.live_peak),
                x > kWidth / 2 ? "end" : "start");
  text += label(kLeft - 8, kTop + 4, bytes_text(report.memory.live_peak), "end");
  text += label(kLeft - 8, kBottom, "0", "end");
  text += label(kWidth - kRight, kBottom + 18, time_label(report, end), "end");
  return text + legend(kBottom + 40) + "</svg>\n";
}

std::string export_svg_map(const Report& report) {
  const MemoryMapReport& map = report.memory_map;
  const double row_height = std::clamp(600.0 / static_cast<double>(map.rows.size()), 1.0, 12.0);
  const double height = kTop + row_height * static_cast<double>(map.rows.size()) + 40;
  const double column = (kWidth - kLeft - kRight) / static_cast<double>(std::max(map.columns, 1U));
  std::string text = header(height, title_of(report, "address by time"));
  double y = kTop;
  Addr expected = 0;
  for (const MemoryMapReport::Row& row : map.rows) {
    if (row.address != expected) {
      text += label(kLeft - 8, y + row_height, fmt::format("{:#010x}", row.address), "end");
    }
    expected = row.address + row.bytes;
    std::uint32_t at = 0;
    for (const auto& [columns, live] : row.runs) {
      if (live > 0) {
        const double share = std::min(1.0, static_cast<double>(live) / row.bytes);
        text += fmt::format(
            "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"#0072b2\" "
            "fill-opacity=\"{:.2f}\"/>\n",
            kLeft + column * at, y, column * columns, row_height, 0.15 + 0.85 * share);
      }
      at += columns;
    }
    y += row_height;
  }
  text += label(kWidth - kRight, y + 18, time_label(report, map.cycles_per_column * map.columns),
                "end");
  return text + "</svg>\n";
}

}  // namespace sramscope::profiler

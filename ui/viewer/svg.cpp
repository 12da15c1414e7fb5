#include "ui/viewer/svg.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "ui/viewer/canvas.h"

namespace sramscope::viewer {
namespace {

/// A glyph of the atlas, found by where its picture is.
struct KnownGlyph {
  const ImFontGlyph* glyph;
  const ImFont* font;
  bool mono;
  bool bold;
};
using Glyphs = std::map<std::pair<int, int>, KnownGlyph>;

std::pair<int, int> atlas_pixel(float u, float v) {
  const ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  return {static_cast<int>(std::lround(u * static_cast<float>(atlas.TexWidth))),
          static_cast<int>(std::lround(v * static_cast<float>(atlas.TexHeight)))};
}

Glyphs all_glyphs() {
  Glyphs glyphs;
  const auto& fonts = ImGui::GetIO().Fonts->Fonts;
  for (int i = 0; i < fonts.Size; ++i) {
    const auto face = static_cast<Face>(i);
    for (const ImFontGlyph& glyph : fonts[i]->Glyphs) {
      if (glyph.Visible)
        glyphs[atlas_pixel(glyph.U0, glyph.V0)] = {&glyph, fonts[i], face == Face::mono,
                                                   face == Face::bold || face == Face::large};
    }
  }
  return glyphs;
}

std::string colour_text(const char* attribute, ImU32 colour) {
  const unsigned alpha = colour >> 24;
  std::string text = fmt::format("{}=\"#{:02x}{:02x}{:02x}\"", attribute, colour & 255,
                                 colour >> 8 & 255, colour >> 16 & 255);
  if (alpha < 255) text += fmt::format(" {}-opacity=\"{:.3f}\"", attribute, alpha / 255.0);
  return text;
}

std::string escaped(unsigned code) {
  switch (code) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    default:
      break;
  }
  std::string utf8;
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) {
    utf8 += static_cast<char>(0xc0 | code >> 6);
  } else {
    utf8 += static_cast<char>(0xe0 | code >> 12);
    utf8 += static_cast<char>(0x80 | (code >> 6 & 0x3f));
  }
  return utf8 + static_cast<char>(0x80 | (code & 0x3f));
}

/// Turns triangles into elements, putting together what belongs together.
class Writer {
 public:
  explicit Writer(const Box& part) : part_(part), glyphs_(all_glyphs()) {}

  void add(const ImDrawList& list, const ImDrawCmd& command) {
    const ImVec4& clip = command.ClipRect;
    const Box seen{std::max(clip.x, part_.x0), std::max(clip.y, part_.y0),
                   std::min(clip.z, part_.x1), std::min(clip.w, part_.y1)};
    if (seen.width() <= 0 || seen.height() <= 0) return;
    body_ += fmt::format(
        "<clipPath id=\"c{0}\"><rect x=\"{1:g}\" y=\"{2:g}\" width=\"{3:g}\" height=\"{4:g}\"/>"
        "</clipPath>\n<g clip-path=\"url(#c{0})\">\n",
        clips_++, seen.x0, seen.y0, seen.width(), seen.height());
    const ImDrawVert* vertices = list.VtxBuffer.Data + command.VtxOffset;
    const ImDrawIdx* indices = list.IdxBuffer.Data + command.IdxOffset;
    for (unsigned i = 0; i + 2 < command.ElemCount; i += 3) {
      const bool quad = i + 5 < command.ElemCount && add_quad(vertices, indices + i, seen);
      if (quad)
        i += 3;
      else
        add_triangle(vertices[indices[i]], vertices[indices[i + 1]], vertices[indices[i + 2]]);
    }
    end_shape();
    end_text();
    body_ += "</g>\n";
  }

  std::string finish() {
    return fmt::format(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:g}\" height=\"{1:g}\" "
               "viewBox=\"{2:g} {3:g} {0:g} {1:g}\">\n",
               part_.width(), part_.height(), part_.x0, part_.y0) +
           body_ + "</svg>\n";
  }

 private:
  /// Two triangles that make an upright rectangle or a glyph.
  bool add_quad(const ImDrawVert* vertices, const ImDrawIdx* indices, const Box& seen) {
    const ImDrawVert& a = vertices[indices[0]];
    const ImDrawVert& c = vertices[indices[2]];
    if (indices[3] != indices[0] || indices[4] != indices[2]) return false;
    const ImDrawVert& b = vertices[indices[1]];
    const ImDrawVert& d = vertices[indices[5]];
    const bool upright =
        a.pos.y == b.pos.y && b.pos.x == c.pos.x && c.pos.y == d.pos.y && d.pos.x == a.pos.x;
    if (!upright || a.col != b.col || a.col != c.col || a.col != d.col) return false;
    const Box box{a.pos.x, a.pos.y, c.pos.x, c.pos.y};
    const bool outside =
        box.x1 <= seen.x0 || box.x0 >= seen.x1 || box.y1 <= seen.y0 || box.y0 >= seen.y1;
    if (outside || a.col >> 24 == 0) return true;
    if (a.uv.x == c.uv.x && a.uv.y == c.uv.y) {
      end_shape();
      end_text();
      body_ += fmt::format("<rect x=\"{:g}\" y=\"{:g}\" width=\"{:g}\" height=\"{:g}\" {}/>\n",
                           box.x0, box.y0, box.width(), box.height(), colour_text("fill", a.col));
      return true;
    }
    const auto known = glyphs_.find(atlas_pixel(a.uv.x, a.uv.y));
    if (known == glyphs_.end()) return false;
    add_glyph(known->second, box, a.col);
    return true;
  }

  void add_glyph(const KnownGlyph& known, const Box& box, ImU32 colour) {
    end_shape();
    const float pen = box.x0 - known.glyph->X0;
    const float baseline = box.y0 - known.glyph->Y0 + std::round(known.font->Ascent);
    const float gap = pen - pen_;
    const bool follows = !text_.empty() && known.font == font_ && colour == text_colour_ &&
                         baseline == baseline_ && gap > -1 && gap < known.font->FontSize;
    if (!follows) {
      end_text();
      font_ = known.font;
      text_colour_ = colour;
      baseline_ = baseline;
      style_ = fmt::format("font-family=\"{}\" font-size=\"{:g}\"{}",
                           known.mono ? "DejaVu Sans Mono, monospace" : "DejaVu Sans, sans-serif",
                           known.font->FontSize * 0.86F, known.bold ? " font-weight=\"bold\"" : "");
    } else if (gap > 1) {
      text_ += ' ';
      positions_ += fmt::format(" {:g}", pen_);
    }
    text_ += escaped(known.glyph->Codepoint);
    positions_ += fmt::format("{}{:g}", positions_.empty() ? "" : " ", pen);
    pen_ = pen + known.glyph->AdvanceX;
  }

  void add_triangle(const ImDrawVert& a, const ImDrawVert& b, const ImDrawVert& c) {
    // The soft edges that ImGui adds against jagged lines: SVG has its own.
    if (a.col >> 24 == 0 || b.col >> 24 == 0 || c.col >> 24 == 0) return;
    end_text();
    if (a.col != shape_colour_) end_shape();
    shape_colour_ = a.col;
    shape_ += fmt::format("M{:.4g} {:.4g}L{:.4g} {:.4g}L{:.4g} {:.4g}Z", a.pos.x, a.pos.y, b.pos.x,
                          b.pos.y, c.pos.x, c.pos.y);
  }

  void end_shape() {
    if (!shape_.empty())
      body_ += fmt::format("<path d=\"{}\" {}/>\n", shape_, colour_text("fill", shape_colour_));
    shape_.clear();
  }

  void end_text() {
    if (!text_.empty())
      body_ += fmt::format("<text xml:space=\"preserve\" x=\"{}\" y=\"{:g}\" {} {}>{}</text>\n",
                           positions_, baseline_, style_, colour_text("fill", text_colour_), text_);
    text_.clear();
    positions_.clear();
  }

  Box part_;
  Glyphs glyphs_;
  std::string body_;
  unsigned clips_ = 0;
  std::string shape_;
  ImU32 shape_colour_ = 0;
  std::string text_;
  std::string positions_;
  std::string style_;
  ImU32 text_colour_ = 0;
  const ImFont* font_ = nullptr;
  float baseline_ = 0;
  float pen_ = 0;
};

}  // namespace

std::string to_svg(const ImDrawData& data, const Box& part) {
  Writer writer(part);
  for (int i = 0; i < data.CmdListsCount; ++i) {
    for (const ImDrawCmd& command : data.CmdLists[i]->CmdBuffer)
      writer.add(*data.CmdLists[i], command);
  }
  return writer.finish();
}

}  // namespace sramscope::viewer

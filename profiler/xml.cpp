#include "profiler/xml.h"

namespace sramscope::profiler {

std::string xml_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\n':
        result += "&#10;";
        break;
      default:
        // Control characters are no XML; neither are bytes that may not be UTF-8.
        result += c == '\t' || (c >= ' ' && c < 0x7f) ? c : '?';
    }
  }
  return result;
}

}  // namespace sramscope::profiler

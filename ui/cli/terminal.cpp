#include "ui/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace sramscope::cli {
namespace {

constexpr unsigned kNarrowest = 40;
constexpr unsigned kWidest = 400;

/// https://no-color.org: set and not empty switches colour off.
bool colour_wanted(std::FILE* stream) {
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* term = std::getenv("TERM");
  if (term == nullptr || std::string_view(term) == "dumb") return false;
  return is_terminal(stream);
}

unsigned clamped(unsigned long width) {
  if (width < kNarrowest) return kNarrowest;
  return width > kWidest ? kWidest : static_cast<unsigned>(width);
}

void print_labelled(std::string_view label, const char* colour, std::string_view message) {
  const bool coloured = colour_wanted(stderr);
  std::string line;
  if (coloured) line += colour;
  line += label;
  if (coloured) line += "\x1b[0m";
  line += message;
  print_status(line);
}

}  // namespace

bool is_terminal(std::FILE* stream) { return isatty(fileno(stream)) == 1; }

TextStyle stdout_style() {
  TextStyle style;
  style.colour = colour_wanted(stdout);
  winsize size{};
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr && std::atoi(columns) > 0) {
    style.width = clamped(std::strtoul(columns, nullptr, 10));
  } else if (is_terminal(stdout) && ioctl(fileno(stdout), TIOCGWINSZ, &size) == 0 &&
             size.ws_col > 0) {
    style.width = clamped(size.ws_col);
  }
  return style;
}

void print_error(std::string_view message) { print_labelled("error: ", "\x1b[1;31m", message); }

void print_warning(std::string_view message) { print_labelled("warning: ", "\x1b[1;33m", message); }

void print_note(std::string_view message) { print_labelled("note: ", "\x1b[1m", message); }

void print_status(std::string_view line) {
  std::string text(line);
  if (!text.ends_with('\n')) text += '\n';
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

bool print_data(std::string_view text) {
  bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!text.ends_with('\n')) written = std::fputc('\n', stdout) != EOF && written;
  return std::fflush(stdout) == 0 && written;
}

}  // namespace sramscope::cli

#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "sramscope/report.h"

namespace sramscope::cli {

/// True when the stream goes to a person.
bool is_terminal(std::FILE* stream);
/// Width and colour for tables on stdout: the terminal's width (or $COLUMNS), colour only on a
/// terminal and unless NO_COLOR is set.
TextStyle stdout_style();

/// "error: <message>" on stderr, red on a terminal.
void print_error(std::string_view message);
/// "warning: <message>" on stderr.
void print_warning(std::string_view message);
/// "note: <message>" on stderr.
void print_note(std::string_view message);
/// A line on stderr as it is.
void print_status(std::string_view line);

/// Writes data to stdout, and a line end if it has none; false when the reader is gone or the disk is full.
bool print_data(std::string_view text);

}  // namespace sramscope::cli

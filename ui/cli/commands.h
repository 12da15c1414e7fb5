#pragma once

// The one name of CLI11 that a header of ours has to know, so that each subcommand can stand in a
// file of its own.
namespace CLI {
class App;
}

namespace sramscope::cli {

/// Each adds its subcommand to `app`; when the subcommand was chosen and parsed, its exit code is
/// stored in `status`, which must outlive the parsing.
void add_run(CLI::App& app, int& status);
void add_annotate(CLI::App& app, int& status);
void add_compare(CLI::App& app, int& status);
void add_view(CLI::App& app, int& status);
void add_boards(CLI::App& app, int& status);
void add_plan(CLI::App& app, int& status);
void add_layers(CLI::App& app, int& status);
void add_check(CLI::App& app, int& status);
void add_export(CLI::App& app, int& status);
void add_completion(CLI::App& app, int& status);

}  // namespace sramscope::cli

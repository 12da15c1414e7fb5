// sramscope layers: how a firmware's run would be cut into layers, and why; without running it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>

#include "sramscope/layer_rules.h"
#include "ui/cli/commands.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/files.h"
#include "ui/cli/options.h"
#include "ui/cli/terminal.h"
#include "ui/cli/text.h"

namespace sramscope::cli {
namespace {

struct LayersOptions {
  std::string elf;
  std::string layers = "auto";
};

std::string key_text(const LayerPlan& plan) {
  switch (plan.key) {
    case LayerKey::site:
      return "one layer for each call site";
    case LayerKey::callee:
      return "one layer for each function called";
    case LayerKey::ordinal:
      return "one layer for each call, counted from the container's begin";
    case LayerKey::argument:
      return fmt::format("one layer for each value of r{} at the call", plan.key_argument);
  }
  return "";
}

std::string what_text(const LayerPoint& point) {
  using What = LayerPoint::What;
  switch (point.what) {
    case What::call:
      return point.target ? "call" : "call through a register";
    case What::entry:
      return "function";
    case What::region_begin:
      return "begin of region";
    case What::region_end:
      return "end of region";
    case What::container:
      return "";
  }
  return "";
}

std::string point_line(const LayerPoint& point, const Image& image) {
  const std::string name = !point.name.empty()                          ? point.name
                           : point.what == LayerPoint::What::region_end ? ""
                                                                        : "(named when it runs)";
  return fmt::format("  {}  {:<36} {:<24} {}\n", format_address(point.address),
                     image.describe(point.address), what_text(point), name);
}

std::string chosen_text(const LayerPlan& plan, const Image& image) {
  if (plan.rule == "none" || (plan.markers && plan.rule != "markers")) {
    return "layers: none; " + plan.reason + "\n";
  }
  if (plan.rule == "markers") return "layers: markers; " + plan.reason + "\n";
  std::string text = plan.engine.empty()
                         ? "engine: unknown (rule generic)\n"
                         : fmt::format("engine: {} (rule {})\n", plan.engine, plan.rule);
  text += fmt::format("why: {}\n", plan.reason);
  if (plan.points.empty()) return text;
  text += fmt::format("layers: {}\n\n", key_text(plan));
  for (const LayerPoint& point : plan.points) {
    if (point.what != LayerPoint::What::container) text += point_line(point, image);
  }
  if (plan.patches) {
    text += fmt::format("\npatches: counted by the calls of {}\n",
                        image.describe(plan.patches->function));
  }
  if (plan.fewest_instructions > 0) {
    text += fmt::format("\nCalls of fewer than {} instructions count as outside.\n",
                        plan.fewest_instructions);
  }
  return text;
}

std::string tried_text(const LayerChoice& choice) {
  std::string text;
  std::size_t width = 0;
  for (const RuleVerdict& verdict : choice.tried) width = std::max(width, verdict.rule.size());
  for (const RuleVerdict& verdict : choice.tried) {
    if (verdict.matches) continue;
    text += fmt::format("  {:<{}}  {}\n", verdict.rule, width, verdict.reason);
  }
  return text.empty() ? "" : "\nrules that do not fit:\n" + text;
}

int show_layers(const LayersOptions& options) {
  const auto image = read_image(options.elf);
  if (!image) return print_error(image.error().message), kUsage;
  const auto choice = choose_layers(*image, options.layers);
  if (!choice) return print_error(choice.error().message), kUsage;
  const std::string text = chosen_text(choice->plan, *image) + tried_text(*choice);
  if (!print_data(text)) return print_error("cannot write to standard output"), kUsage;
  return kOk;
}

}  // namespace

void add_layers(CLI::App& app, int& status) {
  auto options = std::make_shared<LayersOptions>();
  auto* command = app.add_subcommand(
      "layers", "Show how a firmware is cut into layers, and why, without running it");
  command->add_option("elf", options->elf, "Firmware (a 32-bit Arm ELF), or - for standard input")
      ->required()
      ->type_name("ELF");
  add_layers_option(*command, options->layers);
  std::string rules;
  for (const auto& name : layer_rule_names()) rules += (rules.empty() ? "" : ", ") + name;
  command->footer("Example: sramscope layers person_detect.elf\nRules: " + rules + ".");
  command->callback([options, &status] { status = show_layers(*options); });
}

}  // namespace sramscope::cli

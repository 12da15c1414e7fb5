#include "ui/cli/network_options.h"

#include <CLI/CLI.hpp>

namespace sramscope::cli {

void add_network_options(CLI::App& command, NetworkRequest& request) {
  command
      .add_option("network", request.network,
                  "A network of the zoo, such as mobilenet_v2, or a .tflite or .json file")
      ->required()
      ->type_name("NET");
  const auto parameter = [&](const char* name, auto& value, const char* help, const char* type) {
    command.add_option(name, value, help)->type_name(type)->group("Parameters of zoo networks");
  };
  parameter("--width", request.options.width, "Factor on the numbers of channels", "X");
  parameter("--resolution", request.options.resolution, "Height and width of the input", "N");
  parameter("--classes", request.options.classes, "Number of outputs", "N");
  parameter("--expansion", request.options.expansion, "Expansion of inverted bottlenecks", "N");
  parameter("--kernel", request.options.kernel, "Kernel size of depthwise convolutions", "N");
  parameter("--seed", request.options.seed, "Seed of the weights", "N");
}

Result<Network> load_network(const NetworkRequest& request) {
  return sramscope::load_network(request.network, request.options);
}

}  // namespace sramscope::cli

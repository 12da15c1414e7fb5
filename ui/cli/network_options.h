#pragma once

#include <string>

#include "sramscope/network.h"

namespace CLI {
class App;
}

namespace sramscope::cli {

/// A network as it was asked for on the command line.
struct NetworkRequest {
  std::string network;  ///< a zoo name, or a .tflite or .json file
  ZooOptions options;
};

/// NET and the parameters of zoo networks: --width, --resolution and so on.
void add_network_options(CLI::App& command, NetworkRequest& request);
/// Errors: unknown name or parameter, unreadable or unsuitable file.
Result<Network> load_network(const NetworkRequest& request);

}  // namespace sramscope::cli

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "sramscope/network.h"

namespace sramscope {
namespace {

bool is_default(const ZooOptions& options) {
  return !options.width && !options.resolution && !options.classes && !options.expansion &&
         !options.kernel;
}

}  // namespace

Result<Network> load_network(const std::string& name_or_path, const ZooOptions& options) {
  const bool tflite = name_or_path.ends_with(".tflite");
  if (!tflite && !name_or_path.ends_with(".json")) return make_zoo_network(name_or_path, options);
  if (!is_default(options)) {
    return Error{
        fmt::format("{}: width, resolution, classes, expansion and kernel are parameters of "
                    "the networks that sramscope knows by name, not of a file",
                    name_or_path)};
  }
  std::ifstream file(name_or_path, std::ios::binary);
  if (!file) return Error{fmt::format("cannot read {}: {}", name_or_path, std::strerror(errno))};
  const std::string text(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) return Error{fmt::format("cannot read {}", name_or_path)};
  if (!tflite) return parse_network(text, name_or_path);
  return import_tflite({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()},
                       name_or_path);
}

}  // namespace sramscope

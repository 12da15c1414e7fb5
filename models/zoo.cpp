#include "models/zoo.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sramscope/network.h"

namespace sramscope {
namespace {

using models::BottleneckNetwork;

constexpr std::array<ZooEntry, 11> kEntries = {{
    {"mobilenet_v2", "MobileNetV2, width 1, 224x224, 1000 classes"},
    {"mobilenet_v2_rd", "MobileNetV2 with its receptive field redistributed (MCUNetV2)"},
    {"mobilenet_v1", "MobileNetV1, width 0.25, 96x96, 2 classes (MLPerf Tiny VWW)"},
    {"proxyless", "ProxylessNAS, width 0.3, 176x176, 1000 classes"},
    {"mcunet_vww", "MCUNet-VWW1 ('5 fps'), 80x80, 2 classes"},
    {"mcunet_320k", "MCUNet-in3 ('320 KB'), 176x176, 1000 classes"},
    {"fbnet_a", "FBNet-A, 224x224, 1000 classes; grouped 1x1 convolutions as full ones"},
    {"mnasnet_b1", "MnasNet-B1, 224x224, 1000 classes"},
    {"resnet8", "ResNet-8, 32x32, 10 classes (MLPerf Tiny IC)"},
    {"ds_cnn", "DS-CNN, 49x10, 12 classes (MLPerf Tiny KWS)"},
    {"autoencoder", "dense autoencoder, 640 inputs (MLPerf Tiny AD)"},
}};

struct BottleneckEntry {
  std::string_view name;
  BottleneckNetwork (*definition)();
};
constexpr std::array<BottleneckEntry, 7> kBottleneckNetworks = {{
    {"mobilenet_v2", models::mobilenet_v2},
    {"mobilenet_v2_rd", models::mobilenet_v2_rd},
    {"proxyless", models::proxyless_w03},
    {"mcunet_vww", models::mcunet_vww},
    {"mcunet_320k", models::mcunet_320k},
    {"fbnet_a", models::fbnet_a},
    {"mnasnet_b1", models::mnasnet_b1},
}};

std::string check_ranges(const ZooOptions& options) {
  if (options.width && !(*options.width >= 0.05 && *options.width <= 4))
    return fmt::format("width {}: expected 0.05 to 4", *options.width);
  if (options.resolution && (*options.resolution < 16 || *options.resolution > 1024))
    return fmt::format("resolution {}: expected 16 to 1024", *options.resolution);
  if (options.classes && (*options.classes < 1 || *options.classes > 4095))
    return fmt::format("{} classes: expected 1 to 4095", *options.classes);
  if (options.expansion && (*options.expansion < 1 || *options.expansion > 16))
    return fmt::format("expansion {}: expected 1 to 16", *options.expansion);
  if (options.kernel && (*options.kernel < 1 || *options.kernel > 15 || *options.kernel % 2 == 0))
    return fmt::format("kernel {}: expected an odd number up to 15", *options.kernel);
  return "";
}

Network make_bottlenecks(const BottleneckEntry& entry, const ZooOptions& options) {
  BottleneckNetwork definition = entry.definition();
  if (options.width) definition = models::scaled(definition, *options.width);
  definition.resolution = options.resolution.value_or(definition.resolution);
  definition.classes = options.classes.value_or(definition.classes);
  for (auto& bottleneck : definition.bottlenecks) {
    if (options.expansion && bottleneck.expansion > 1) bottleneck.expansion = *options.expansion;
    if (options.kernel) bottleneck.kernel = *options.kernel;
  }
  return models::build_bottlenecks(std::string(entry.name), definition, options.seed);
}

/// The parameters that a network does not have but that were given.
std::string surplus(const ZooOptions& options, bool width, bool resolution, bool classes) {
  std::string names;
  const auto name = [&](bool given, bool wanted, std::string_view what) {
    if (given && !wanted) names += fmt::format("{}{}", names.empty() ? "" : ", ", what);
  };
  name(options.width.has_value(), width, "width");
  name(options.resolution.has_value(), resolution, "resolution");
  name(options.classes.has_value(), classes, "classes");
  name(options.expansion.has_value(), false, "expansion");
  name(options.kernel.has_value(), false, "kernel");
  return names;
}

Result<Network> make_mlperf(std::string_view name, const ZooOptions& options) {
  const bool v1 = name == "mobilenet_v1";
  const auto extra = surplus(options, v1, v1 || name == "resnet8", name != "autoencoder");
  if (!extra.empty()) return Error{fmt::format("{} has no parameter {}", name, extra)};
  if (v1) {
    return models::build_mobilenet_v1(options.resolution.value_or(96), options.classes.value_or(2),
                                      options.width.value_or(0.25), options.seed);
  }
  if (name == "resnet8") {
    return models::build_resnet8(options.resolution.value_or(32), options.classes.value_or(10),
                                 options.seed);
  }
  if (name == "ds_cnn") return models::build_ds_cnn(options.classes.value_or(12), options.seed);
  return models::build_autoencoder(options.seed);
}

}  // namespace

std::span<const ZooEntry> zoo_entries() { return kEntries; }

Result<Network> make_zoo_network(std::string_view name, const ZooOptions& options) {
  if (std::ranges::find(kEntries, name, &ZooEntry::name) == kEntries.end()) {
    std::vector<std::string> names;
    for (const auto& entry : kEntries) names.emplace_back(entry.name);
    return Error{
        fmt::format("unknown network '{}'; known are {}; a file has to end in .tflite or .json",
                    name, fmt::join(names, ", "))};
  }
  if (auto problem = check_ranges(options); !problem.empty())
    return Error{fmt::format("{}: {}", name, problem)};
  const auto found = std::ranges::find(kBottleneckNetworks, name, &BottleneckEntry::name);
  auto network = found == kBottleneckNetworks.end()
                     ? make_mlperf(name, options)
                     : Result<Network>(make_bottlenecks(*found, options));
  if (!network) return network;
  if (const auto checked = check_network(*network); !checked)
    return Error{fmt::format("{}: {}", name, checked.error().message)};
  return network;
}

}  // namespace sramscope

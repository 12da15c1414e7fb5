#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/code_profile.h"
#include "sramscope/image.h"
#include "sramscope/layer_plan.h"
#include "sramscope/result.h"

namespace sramscope {

/// What became of one rule on an image.
struct RuleVerdict {
  std::string rule;
  std::string engine;
  bool matches = false;
  /// "invoke calls 57 kernels", or what is missing.
  std::string reason;
};

/// The way chosen to cut an image's runs into layers.
struct LayerChoice {
  LayerPlan plan;
  /// Every rule that was tried, in the order of trying.
  std::vector<RuleVerdict> tried;
  /// Names do not tell where the layers are (stripped, link-time optimisation): the calls of a
  /// first run will; see `learn_layers`.
  bool needs_first_run = false;
};

/// Names of the compiled-in rules, sorted.
std::vector<std::string> layer_rule_names();

/// `choice`: "auto" (markers, else the first rule that matches, else the generic rule, else none),
/// "markers", "none", "generic", a rule's name, or the path of a rule file. Errors: an unknown
/// name, a file that is no rule (file, place and reason), a rule asked for by name that does not
/// match.
Result<LayerChoice> choose_layers(const Image& image, const std::string& choice);

/// Finds the layers by the calls of a first run of the image (`MachineOptions::profile_code`). None
/// when they do not show any.
LayerPlan learn_layers(const Image& image, const CodeProfile& first_run);

}  // namespace sramscope

#include <fmt/format.h>

#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/counter_names.h"
#include "profiler/layers.h"
#include "sramscope/report.h"

namespace sramscope {
namespace {

using Json = nlohmann::json;

constexpr int kNoParent = -1;

/// Takes a report's JSON apart. The first thing that is wrong is kept in `error`; from then on
/// everything reads as zero or empty, so that the code below needs no checks of its own.
class Reader {
 public:
  explicit Reader(std::string where) : where_(std::move(where)) {}

  const std::optional<Error>& error() const { return error_; }

  void fail(const std::string& place, const std::string& reason) {
    if (!error_) {
      error_ = Error{where_ + ": " + (place.empty() ? "" : place + ": ") + reason};
    }
  }

  /// A JSON value and its place in the file, such as "layers[3].memory".
  struct Node {
    const Json* json = nullptr;
    std::string place;
  };

  Node member(const Node& object, const char* key) {
    const std::string place = object.place.empty() ? key : object.place + "." + key;
    if (error_) {
      return {nullptr, place};
    }
    if (object.json == nullptr || !object.json->is_object()) {
      fail(object.place, "expected an object, got " + shown(object));
      return {nullptr, place};
    }
    const auto it = object.json->find(key);
    if (it == object.json->end()) {
      fail(place, "is missing");
      return {nullptr, place};
    }
    return {&*it, place};
  }

  bool has(const Node& object, const char* key) const {
    return !error_ && object.json != nullptr && object.json->contains(key);
  }

  template <std::integral T>
  T number(const Node& object, const char* key) {
    return number<T>(member(object, key));
  }
  template <std::integral T>
  T number(const Node& node) {
    if (error_) {
      return 0;
    }
    const bool whole = node.json->is_number_integer();
    const bool negative =
        whole && !node.json->is_number_unsigned() && node.json->get<std::int64_t>() < 0;
    if (!whole || negative) {
      fail(node.place, "expected a whole number that is not negative, got " + shown(node));
      return 0;
    }
    const auto value = node.json->get<std::uint64_t>();
    if (value > static_cast<std::uint64_t>(std::numeric_limits<T>::max())) {
      fail(node.place,
           fmt::format("{} is too large, the most is {}", value, std::numeric_limits<T>::max()));
      return 0;
    }
    return static_cast<T>(value);
  }

  bool boolean(const Node& object, const char* key) {
    const Node node = member(object, key);
    if (!error_ && !node.json->is_boolean()) {
      fail(node.place, "expected true or false, got " + shown(node));
    }
    return !error_ && node.json->get<bool>();
  }

  std::string text(const Node& object, const char* key) { return text(member(object, key)); }
  std::string text(const Node& node) {
    if (!error_ && !node.json->is_string()) {
      fail(node.place, "expected a string, got " + shown(node));
    }
    return error_ ? std::string() : node.json->get<std::string>();
  }

  std::vector<Node> list(const Node& object, const char* key) {
    const Node node = member(object, key);
    if (!error_ && !node.json->is_array()) {
      fail(node.place, "expected an array, got " + shown(node));
    }
    std::vector<Node> nodes;
    for (std::size_t i = 0; !error_ && i < node.json->size(); ++i) {
      nodes.push_back({&(*node.json)[i], fmt::format("{}[{}]", node.place, i)});
    }
    return nodes;
  }

 private:
  /// A value as it is quoted in a message, cut short.
  static std::string shown(const Node& node) {
    if (node.json == nullptr) {
      return "nothing";
    }
    if (node.json->is_structured()) {
      return node.json->is_array() ? "an array" : "an object";
    }
    std::string text = node.json->dump(-1, ' ', true, Json::error_handler_t::replace);
    if (text.size() > 40) {
      text = text.substr(0, 37) + "...";
    }
    return text;
  }

  std::string where_;
  std::optional<Error> error_;
};

using Node = Reader::Node;

Counters read_counters(Reader& in, const Node& node) {
  Counters counters;
  for (const auto& [name, value] : profiler::kCounters) {
    counters.*value = in.number<std::uint64_t>(node, name);
  }
  return counters;
}

MemoryPeaks read_memory(Reader& in, const Node& node) {
  MemoryPeaks peaks;
  peaks.live_peak = in.number<std::uint64_t>(node, "live_peak_bytes");
  peaks.peak_instruction = in.number<std::uint64_t>(node, "peak_instruction");
  peaks.peak_cycle = in.number<Cycles>(node, "peak_cycle");
  peaks.touched = in.number<std::uint64_t>(node, "touched_bytes");
  peaks.stack = in.number<std::uint64_t>(node, "stack_bytes");
  return peaks;
}

Provenance read_provenance(Reader& in, const Node& node) {
  Provenance p;
  p.tool_version = in.text(node, "tool_version");
  p.cycle_model = in.text(node, "cycle_model");
  p.cycle_model_version = in.text(node, "cycle_model_version");
  p.cycle_model_note = in.text(node, "cycle_model_note");
  p.elf_path = in.text(node, "elf_path");
  p.elf_sha256 = in.text(node, "elf_sha256");
  p.toolchain = in.text(node, "toolchain");
  p.board = in.text(node, "board");
  p.board_derived = in.boolean(node, "board_derived");
  p.core = in.text(node, "core");
  p.clock_hz = in.number<std::uint64_t>(node, "clock_hz");
  for (const Node& memory : in.list(node, "memories")) {
    p.memories.push_back({.name = in.text(memory, "name"),
                          .kind = in.text(memory, "kind"),
                          .base = in.number<Addr>(memory, "base_address"),
                          .size = in.number<std::uint64_t>(memory, "size_bytes"),
                          .wait_states = in.number<std::uint32_t>(memory, "wait_states_cycles")});
  }
  return p;
}

/// More than there are; what has no name is none.
constexpr unsigned kMostStopKinds = 32;

StopKind read_stop_kind(Reader& in, const Node& stop) {
  const std::string name = in.text(stop, "kind");
  for (unsigned i = 0; i < kMostStopKinds && name != "unknown"; ++i) {
    if (stop_kind_name(static_cast<StopKind>(i)) == name) {
      return static_cast<StopKind>(i);
    }
  }
  in.fail(stop.place + ".kind", "unknown stop reason \"" + name + "\"");
  return StopKind::exited;
}

StackFrame read_frame(Reader& in, const Node& node) {
  StackFrame frame;
  frame.pc = in.number<Addr>(node, "pc_address");
  frame.function = in.text(node, "function");
  frame.offset = in.number<std::uint32_t>(node, "offset_bytes");
  frame.source.file = in.text(node, "file");
  frame.source.line = in.number<unsigned>(node, "line");
  frame.inlined = in.boolean(node, "inlined");
  frame.maybe = in.boolean(node, "maybe");
  frame.entered_by_exception = in.number<unsigned>(node, "entered_by_exception");
  return frame;
}

Fault read_fault(Reader& in, const Node& node) {
  Fault fault;
  fault.kind = in.text(node, "kind");
  using Member = std::uint32_t Fault::*;
  const std::pair<const char*, Member> words[] = {
      {"address", &Fault::address}, {"size_bytes", &Fault::size},
      {"xpsr", &Fault::xpsr},       {"msp", &Fault::msp},
      {"psp", &Fault::psp},         {"control", &Fault::control},
      {"primask", &Fault::primask}, {"basepri", &Fault::basepri},
      {"cfsr", &Fault::cfsr},       {"faultmask", &Fault::faultmask},
      {"hfsr", &Fault::hfsr},       {"mmfar", &Fault::mmfar},
      {"bfar", &Fault::bfar},       {"exception", &Fault::exception}};
  for (const auto& [name, member] : words) {
    fault.*member = in.number<std::uint32_t>(node, name);
  }
  const auto registers = in.list(node, "registers");
  for (std::size_t i = 0; i < registers.size() && i < fault.registers.size(); ++i) {
    fault.registers[i] = in.number<std::uint32_t>(registers[i]);
  }
  for (const Node& frame : in.list(node, "stack")) {
    fault.stack.push_back(read_frame(in, frame));
  }
  return fault;
}

Stop read_stop(Reader& in, const Node& node) {
  Stop stop;
  stop.kind = read_stop_kind(in, node);
  stop.exit_status = in.number<std::uint32_t>(node, "exit_status");
  stop.pc = in.number<Addr>(node, "pc_address");
  stop.message = in.text(node, "message");
  stop.layer = in.text(node, "layer");
  if (in.has(node, "fault")) {  // only after faults, and not in reports of older versions
    stop.fault = read_fault(in, in.member(node, "fault"));
  }
  return stop;
}

LayerKind read_layer_kind(Reader& in, const Node& layer) {
  const std::string name = in.text(layer, "kind");
  for (const LayerKind kind : {LayerKind::network, LayerKind::block, LayerKind::layer}) {
    if (profiler::layer_kind_name(kind) == name) {
      return kind;
    }
  }
  in.fail(layer.place + ".kind", "expected network, block or layer, got \"" + name + "\"");
  return LayerKind::layer;
}

/// -1, or the index of a layer that stands before this one.
int read_parent(Reader& in, const Node& layer, std::size_t index) {
  const Node node = in.member(layer, "parent");
  if (in.error() || *node.json == kNoParent) {
    return kNoParent;
  }
  const auto parent = in.number<std::uint32_t>(layer, "parent");
  if (!in.error() && parent >= index) {
    in.fail(node.place, fmt::format("{} is no layer before this one", parent));
  }
  return static_cast<int>(parent);
}

LayerReport read_layer(Reader& in, const Node& node, std::size_t index) {
  LayerReport layer;
  layer.id = {in.number<std::uint32_t>(node, "id")};
  if (!in.error() && layer.id.value != index) {
    in.fail(node.place + ".id", fmt::format("expected {}, got {}", index, layer.id.value));
  }
  layer.parent = read_parent(in, node, index);
  layer.kind = read_layer_kind(in, node);
  layer.name = in.text(node, "name");
  layer.executions = in.number<std::uint64_t>(node, "executions");
  layer.inclusive = read_counters(in, in.member(node, "inclusive"));
  layer.exclusive = read_counters(in, in.member(node, "exclusive"));
  layer.memory = read_memory(in, in.member(node, "memory"));
  return layer;
}

LayerExecution read_execution(Reader& in, const Node& node, std::size_t layers) {
  LayerExecution execution;
  execution.layer = {in.number<std::uint32_t>(node, "layer")};
  if (!in.error() && execution.layer.value >= layers) {
    in.fail(node.place + ".layer",
            fmt::format("{} is no layer, there are {}", execution.layer.value, layers));
  }
  execution.begin_cycle = in.number<Cycles>(node, "begin_cycle");
  execution.end_cycle = in.number<Cycles>(node, "end_cycle");
  execution.live_peak = in.number<std::uint64_t>(node, "live_peak_bytes");
  return execution;
}

void check_version(Reader& in, const Node& root) {
  const int version = in.number<int>(root, "schema_version");
  if (!in.error() && (version < 1 || version > kReportSchemaVersion)) {
    in.fail("schema_version",
            fmt::format("the report has version {}, this sramscope reads versions 1 to {}", version,
                        kReportSchemaVersion));
  }
}

Report read_report(Reader& in, const Node& root) {
  Report report;
  report.provenance = read_provenance(in, in.member(root, "provenance"));
  report.stop = read_stop(in, in.member(root, "stop"));
  report.partial = in.boolean(root, "partial");
  report.total = read_counters(in, in.member(root, "total"));
  report.outside = read_counters(in, in.member(root, "outside"));
  report.memory = read_memory(in, in.member(root, "memory"));
  for (const Node& node : in.list(root, "layers")) {
    report.layers.push_back(read_layer(in, node, report.layers.size()));
  }
  for (const Node& node : in.list(root, "executions")) {
    report.executions.push_back(read_execution(in, node, report.layers.size()));
  }
  report.executions_truncated = in.boolean(root, "executions_truncated");
  for (const Node& node : in.list(root, "tensors")) {
    report.tensors.push_back({.name = in.text(node, "name"),
                              .address = in.number<Addr>(node, "address"),
                              .size = in.number<std::uint32_t>(node, "size_bytes")});
  }
  const Node console = in.member(root, "console");
  report.console_fnv1a = in.text(console, "fnv1a");
  report.console_bytes = in.number<std::uint64_t>(console, "size_bytes");
  for (const Node& node : in.list(root, "warnings")) {
    report.warnings.push_back(in.text(node));
  }
  return report;
}

/// The library's message without its own name and numbers in front.
std::string plain_reason(const std::string& what) {
  const std::size_t end_of_tag = what.find("] ");
  return end_of_tag == std::string::npos ? what : what.substr(end_of_tag + 2);
}

}  // namespace

Result<Report> report_from_json(std::string_view json, const std::string& where) {
  Json root;
  try {
    root = Json::parse(json);
  } catch (const Json::exception& e) {
    return Error{where + ": not a report: " + plain_reason(e.what())};
  }
  Reader in(where);
  const Node node{&root, ""};
  check_version(in, node);
  Report report;
  if (!in.error()) {
    report = read_report(in, node);
  }
  if (in.error()) {
    return *in.error();
  }
  return report;
}

}  // namespace sramscope

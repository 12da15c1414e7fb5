#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "profiler/accesses.h"
#include "profiler/epochs.h"
#include "sramscope/observer.h"

namespace sramscope::profiler {

/// Sentences that are said once each, with the number of times they came up.
class Warnings {
 public:
  void add(std::string sentence);
  /// "sentence" or "sentence (17 times)", in order of first appearance.
  std::vector<std::string> lines() const;

 private:
  static constexpr std::size_t kMost = 50;
  struct Entry {
    std::string sentence;
    std::uint64_t times = 0;
  };
  std::vector<Entry> entries_;
  std::uint64_t dropped_ = 0;
};

/// A layer of the tree: all executions with the same path of names (and keys).
struct LayerNode {
  int parent = -1;
  LayerKind kind = LayerKind::layer;
  std::string name;
  std::vector<int> children;
  std::uint64_t executions = 0;
  Counters inclusive;
  Counters exclusive;
  /// Largest over the executions, bytes.
  std::uint64_t touched = 0;
  BytesByKind touched_by_kind = {};
  std::uint64_t stack = 0;
};

/// One execution of a node.
struct Execution {
  int node = -1;
  Instant begin = 0;
  Instant end = 0;
  Cycles begin_cycle = 0;
  Cycles end_cycle = 0;
};

/// What one event of the run tells about time, counters and memory.
struct LayerMoment {
  Instant instant = 0;
  const Moment& moment;
  const Accesses& accesses;
  const Epochs& epochs;
};

/// Follows begin and end of layers: which are open, what each of them accounts for. Ends without a
/// begin, begins without an end and wrong nesting are put right and reported as warnings.
class LayerTree {
 public:
  /// Deeper nesting is ignored, with a warning.
  static constexpr std::size_t kDeepest = 64;
  /// Distinct paths beyond this are ignored, with a warning.
  static constexpr std::size_t kMostNodes = 50'000;

  void begin(LayerKind kind, std::string_view name, const LayerMoment& now);
  void end(LayerKind kind, std::string_view name, const LayerMoment& now);
  /// An event that opens or closes nothing.
  void pass(const Moment& moment);
  /// Closes what is open: the run is over.
  void stop(const LayerMoment& now);

  const std::vector<LayerNode>& nodes() const { return nodes_; }
  /// The innermost open node, -1: none.
  int innermost() const { return open_.empty() ? -1 : open_.back().node; }
  const std::vector<int>& roots() const { return roots_; }
  /// In order of their begin.
  const std::vector<Execution>& executions() const { return executions_; }
  const Counters& outside() const { return outside_; }
  Warnings& warnings() { return warnings_; }
  const Warnings& warnings() const { return warnings_; }

 private:
  struct Open {
    int node = -1;
    std::size_t execution = 0;
    Instant begin = 0;
    Counters at_begin;
  };

  int node_for(int parent, LayerKind kind, std::string_view name, std::uint64_t key);
  void account(const Moment& moment);
  void close_innermost(const LayerMoment& now);
  std::string path_of_open() const;

  std::vector<LayerNode> nodes_;
  std::vector<int> roots_;
  std::map<std::tuple<int, LayerKind, std::string, std::uint64_t>, int> by_path_;
  std::vector<Open> open_;
  std::vector<Execution> executions_;
  /// Begins that were ignored inside the innermost open layer, waiting for their ends.
  std::uint64_t ignored_ = 0;
  Counters accounted_;
  Counters outside_;
  Warnings warnings_;
};

/// "network", "block" or "layer"; "unknown" for what is no kind.
std::string_view layer_kind_name(LayerKind kind);

}  // namespace sramscope::profiler

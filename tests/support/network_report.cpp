#include "tests/support/network_report.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace sramscope::testing {
namespace {

constexpr Addr kArena = 0x20010000;
constexpr Addr kStack = 0x2004f000;
constexpr std::uint32_t kStackBytes = 1024;
constexpr std::uint64_t kStaticBytes = 640;
constexpr std::uint32_t kMapRowBytes = 2048;
constexpr std::uint32_t kMapColumns = 256;

enum Function : std::uint32_t {
  kReset,
  kMain,
  kInvoke,
  kConv,
  kPointwise,
  kDepthwise,
  kAdd,
  kFunctions
};

struct Operator {
  std::string name;
  Function function;
  std::uint64_t in, out, scratch;
  Cycles cycles;
};

std::vector<Operator> operators_of(std::size_t block, unsigned patches) {
  // Maps shrink and channels grow on the way down, as in MobileNetV2.
  const std::uint64_t map = 72 * 1024 / (1 + block * block / 2) / patches + 2048;
  const Cycles work = 6'000'000 / (1 + block / 2) * 11 / (patches > 1 ? 10 * patches : 11);
  if (block == 0) return {{"conv3x3", kConv, map / 2, map, 1152, work}};
  std::vector<Operator> operators{{"expand", kPointwise, map / 2, map * 2, 0, work},
                                  {"depthwise", kDepthwise, map * 2, map / 2, 2304, work * 3 / 4},
                                  {"project", kPointwise, map / 2, map / 3, 0, work / 2}};
  if (block % 3 == 0) operators.push_back({"add", kAdd, map / 3, map / 3, 0, work / 8});
  return operators;
}

class Builder {
 public:
  explicit Builder(const NetworkShape& shape) : shape_(shape) {}

  Report build() {
    describe_run();
    const std::size_t network = enter(LayerKind::network, "network", -1);
    const std::size_t patched =
        shape_.patches > 1 ? std::min(shape_.patched_blocks, shape_.blocks) : 0;
    for (unsigned patch = 0; patch < shape_.patches && patched > 0; ++patch) {
      for (std::size_t block = 0; block < patched; ++block)
        run_block(network, block, shape_.patches);
    }
    for (std::size_t block = patched; block < shape_.blocks; ++block) run_block(network, block, 1);
    leave(network);
    finish_run();
    add_map();
    add_functions();
    add_findings();
    return std::move(report_);
  }

 private:
  void describe_run() {
    Provenance& p = report_.provenance;
    p.tool_version = "0.1.0 (1a2b3c4d5e6f)";
    p.cycle_model = "cortex-m7";
    p.cycle_model_version = "1";
    p.cycle_model_note = "made up for a test";
    p.elf_path = shape_.patches > 1 ? "build/patch.elf" : "build/layer.elf";
    p.elf_sha256 = std::string(64, 'a');
    p.toolchain = "GCC 12.2.1";
    p.board = "stm32f746g-disco";
    p.core = "cortex-m7";
    p.clock_hz = 216'000'000;
    p.memories = {
        {.name = "FLASH", .kind = "flash", .base = 0x08000000, .size = 1 << 20, .wait_states = 7},
        {.name = "SRAM1", .kind = "sram", .base = kArena, .size = 256 << 10, .wait_states = 0}};
    p.caches = {"icache", "dcache"};
    report_.layer_source = {"markers", "", "the firmware marks its layers"};
    report_.console_fnv1a = "5d7b8c9f";
    report_.console_bytes = 120;
  }

  /// The layer of this name below `parent`, once more.
  std::size_t enter(LayerKind kind, const std::string& name, int parent) {
    const auto [known, is_new] = layers_.try_emplace({parent, name}, report_.layers.size());
    if (is_new) {
      LayerReport layer;
      layer.id = {static_cast<std::uint32_t>(known->second)};
      layer.parent = parent;
      layer.kind = kind;
      layer.name = name;
      report_.layers.push_back(layer);
    }
    ++report_.layers[known->second].executions;
    open_.push_back(report_.executions.size());
    report_.executions.push_back({report_.layers[known->second].id, now_, now_, 0});
    return known->second;
  }

  void leave(std::size_t) {
    report_.executions[open_.back()].end_cycle = now_;
    open_.pop_back();
  }

  void run_block(std::size_t network, std::size_t block, unsigned patches) {
    const std::string name = block == 0 ? "stem" : "block" + std::to_string(block);
    const std::size_t layer = enter(LayerKind::block, name, static_cast<int>(network));
    for (const Operator& op : operators_of(block, patches)) run_operator(layer, op);
    leave(layer);
  }

  Counters counters_of(const Operator& op) const {
    Counters c;
    c.cycles = op.cycles;
    c.instructions = op.cycles * 2 / 3;
    c.loads = op.cycles / 4;
    c.stores = op.cycles / 20;
    c.load_bytes = op.cycles / 2;
    c.store_bytes = op.cycles / 20;
    c.flash_load_bytes = op.cycles / 12;
    const bool depthwise = op.function == kDepthwise;
    const std::array<unsigned, kCycleCauses> shares{
        0, 12, 4, 6, 5, depthwise ? 4U : 18U, 3, depthwise ? 14U : 4U, 0};
    c.by_cause[0] = op.cycles;
    for (std::size_t i = 1; i < kCycleCauses; ++i) {
      c.by_cause[i] = op.cycles * shares[i] / 100;
      c.by_cause[0] -= c.by_cause[i];
    }
    c.caches[0] = {op.cycles / 3, op.cycles / 900, 0};
    c.caches[1] = {op.cycles / 5, op.cycles / (depthwise ? 40 : 160), op.cycles / 700};
    return c;
  }

  void run_operator(std::size_t block, const Operator& op) {
    const std::size_t layer = enter(LayerKind::layer, op.name, static_cast<int>(block));
    const std::uint64_t stack = 320 + op.in % 128;
    const std::uint64_t live = op.in + op.out + op.scratch + stack + kStaticBytes;
    const Cycles begin = now_;
    const Cycles peak_cycle = begin + op.cycles * 3 / 4;
    const MemoryPeaks peaks{
        .live_peak = live,
        .peak_instruction = peak_cycle * 2 / 3,
        .peak_cycle = peak_cycle,
        .touched = live + live / 9,
        .stack = stack,
        .reserved = 160 << 10,
        .live_by_kind = {kStaticBytes, op.in + op.out + op.scratch, 0, stack, 0},
        .touched_by_kind = {kStaticBytes, live + live / 9 - kStaticBytes - stack, 0, stack, 0},
        .reserved_by_kind = {kStaticBytes, (159 << 10) - kStaticBytes, 0, 1 << 10, 0}};
    add_points(op, stack);
    now_ += op.cycles;
    leave(layer);
    report_.executions.back().live_peak = live;
    const Counters counters = counters_of(op);
    report_.layers[layer].exclusive += counters;
    own_[op.function] += counters;
    calls_[op.function] += 1;
    for (int at = static_cast<int>(layer); at >= 0;
         at = report_.layers[static_cast<std::size_t>(at)].parent) {
      report_.layers[static_cast<std::size_t>(at)].inclusive += counters;
      raise(report_.layers[static_cast<std::size_t>(at)].memory, peaks);
    }
    report_.total += counters;
    const bool new_peak = live > report_.memory.live_peak;
    raise(report_.memory, peaks);
    add_buffers(layer, op, begin, stack, new_peak);
  }

  static void raise(MemoryPeaks& to, const MemoryPeaks& by) {
    const std::uint64_t touched = std::max(to.touched, by.touched);
    const std::uint64_t stack = std::max(to.stack, by.stack);
    if (by.live_peak > to.live_peak) to = by;
    to.touched = touched;
    to.stack = stack;
  }

  /// The output grows while the layer runs, and reaches its full size after three quarters.
  void add_points(const Operator& op, std::uint64_t stack) {
    const std::size_t points = std::max<std::size_t>(shape_.points_per_execution, 2);
    for (std::size_t i = 0; i < points; ++i) {
      const std::uint64_t part = std::min<std::uint64_t>(4 * i, 3 * points);
      const std::uint64_t arena = op.in + (op.out + op.scratch) * part / (3 * points);
      report_.timeline.push_back({now_ + op.cycles * i / points,
                                  arena + stack + kStaticBytes,
                                  {kStaticBytes, arena, 0, stack, 0}});
    }
  }

  std::size_t add_buffer(const std::string& name, MemoryKind kind, Addr address, std::uint64_t size,
                         Cycles born, Cycles died, std::size_t writer, std::size_t reader) {
    BufferReport buffer;
    buffer.name = name;
    buffer.kind = kind;
    buffer.address = address;
    buffer.size = static_cast<std::uint32_t>(size);
    buffer.born = born;
    buffer.died = died;
    buffer.live_peak = size;
    buffer.bytes_written = size;
    buffer.bytes_read = 2 * size;
    buffer.written_by = {static_cast<std::uint32_t>(writer)};
    buffer.read_by = {static_cast<std::uint32_t>(reader)};
    report_.buffers.push_back(std::move(buffer));
    return report_.buffers.size() - 1;
  }

  void use(std::size_t layer, std::size_t buffer, BufferRole role) {
    const BufferReport& b = report_.buffers[buffer];
    report_.layer_buffers.push_back({static_cast<std::uint32_t>(layer), static_cast<int>(buffer),
                                     b.name, b.address, b.size, role,
                                     role == BufferRole::output ? 0 : 2 * std::uint64_t{b.size},
                                     role == BufferRole::input ? 0 : std::uint64_t{b.size}});
  }

  /// Inputs and outputs take turns at the two ends of the arena.
  void add_buffers(std::size_t layer, const Operator& op, Cycles begin, std::uint64_t stack,
                   bool new_peak) {
    const Addr bottom = kArena + kStaticBytes;
    const Addr top = kArena + (200 << 10);
    const auto place = [&](std::uint64_t size) {
      return low_ ? bottom : top - static_cast<Addr>(size);
    };
    const std::string path =
        report_.layers[static_cast<std::size_t>(report_.layers[layer].parent)].name + "/" + op.name;
    if (!input_)
      input_ = add_buffer("image", MemoryKind::arena, place(op.in), op.in, 0, now_, layer, layer);
    const std::size_t in = *input_;
    report_.buffers[in].died = now_;
    report_.buffers[in].read_by = {static_cast<std::uint32_t>(layer)};
    low_ = !low_;
    const std::size_t out = add_buffer(path + " output", MemoryKind::arena, place(op.out), op.out,
                                       begin, now_, layer, layer);
    use(layer, in, BufferRole::input);
    use(layer, out, BufferRole::output);
    std::vector<PeakItem> items{
        {static_cast<int>(out), report_.buffers[out].name, MemoryKind::arena, op.out},
        {static_cast<int>(in), report_.buffers[in].name, MemoryKind::arena, op.in}};
    if (op.scratch > 0) {
      const std::size_t scratch =
          add_buffer(path + " im2col", MemoryKind::arena, kArena + (100 << 10), op.scratch, begin,
                     now_, layer, layer);
      use(layer, scratch, BufferRole::scratch);
      items.push_back({static_cast<int>(scratch), report_.buffers[scratch].name, MemoryKind::arena,
                       op.scratch});
    }
    items.push_back({-1, "constants", MemoryKind::static_data, kStaticBytes});
    items.push_back({-1, "main stack", MemoryKind::stack, stack});
    report_.layer_buffers.push_back({static_cast<std::uint32_t>(layer), -1, path + "_weights",
                                     0x08020000, 4608, BufferRole::weights, 4608, 0});
    if (new_peak) {
      std::ranges::stable_sort(
          items, [](const PeakItem& a, const PeakItem& b) { return a.bytes > b.bytes; });
      report_.peak_items = std::move(items);
    }
    input_ = out;
  }

  void finish_run() {
    report_.timeline.push_back({now_, 0, {}});
    add_buffer("main stack", MemoryKind::stack, kStack, kStackBytes, 0, now_, 0, 0);
    add_buffer("constants", MemoryKind::static_data, kArena, kStaticBytes, 0, now_, 0, 0);
    report_.schedule.sentence =
        shape_.patches > 1 ? "the first blocks ran in patches" : "every layer ran once";
  }

  /// How much of each row was live when, from the buffers.
  void add_map() {
    MemoryMapReport& map = report_.memory_map;
    map.columns = kMapColumns;
    map.cycles_per_column = now_ / kMapColumns + 1;
    const auto add_rows = [&](Addr begin, Addr end) {
      for (Addr address = begin; address < end; address += kMapRowBytes)
        map.rows.push_back({address, kMapRowBytes, {{kMapColumns, 0}}});
    };
    add_rows(kArena, kArena + (200 << 10));
    add_rows(kStack - kMapRowBytes + kStackBytes, kStack + kStackBytes);
    for (MemoryMapReport::Row& row : map.rows) {
      std::vector<std::uint32_t> live(kMapColumns);
      for (const BufferReport& buffer : report_.buffers) {
        const Addr begin = std::max(buffer.address, row.address);
        const Addr end = std::min(buffer.address + buffer.size, row.address + row.bytes);
        if (begin >= end) continue;
        for (Cycles c = buffer.born / map.cycles_per_column;
             c <= buffer.died / map.cycles_per_column; ++c)
          live[c] = std::min(live[c] + end - begin, row.bytes);
      }
      row.runs.clear();
      for (const std::uint32_t bytes : live) {
        if (!row.runs.empty() && row.runs.back().second == bytes)
          ++row.runs.back().first;
        else
          row.runs.emplace_back(1, bytes);
      }
    }
  }

  void add_functions() {
    static const std::array<std::pair<const char*, const char*>, kFunctions> kNames{
        {{"Reset_Handler", "startup.c"},
         {"main", "main.c"},
         {"network_invoke", "network.c"},
         {"conv3x3_s8", "kernels/conv.c"},
         {"pointwise_s8", "kernels/pointwise.c"},
         {"depthwise3x3_s8", "kernels/depthwise.c"},
         {"add_s8", "kernels/add.c"}}};
    for (std::uint32_t i = 0; i < kFunctions; ++i) {
      FunctionReport function;
      function.name = kNames[i].first;
      function.file = kNames[i].second;
      function.address = 0x08000400 + i * 0x200;
      function.size = 180 + i * 24;
      function.calls = std::max<std::uint64_t>(calls_[i], 1);
      function.exclusive = own_[i];
      function.inclusive = i <= kInvoke ? report_.total : own_[i];
      report_.functions.push_back(std::move(function));
      const int parent = i <= kInvoke ? static_cast<int>(i) - 1 : static_cast<int>(kInvoke);
      report_.call_tree.push_back({parent, i, report_.functions[i].calls, own_[i].cycles,
                                   report_.functions[i].inclusive.cycles});
      if (parent >= 0)
        report_.call_edges.push_back({static_cast<std::uint32_t>(parent), i,
                                      report_.functions[i].calls, report_.functions[i].inclusive});
    }
    for (const Function function : {kPointwise, kDepthwise}) add_listing(function);
  }

  void add_listing(Function function) {
    static const std::array<const char*, 8> kTexts{
        "ldrsb r3, [r4], #1", "ldrsb r5, [r6], #1", "smlabb r7, r3, r5, r7", "subs r2, #1",
        "bne.n 0x8000c1a",    "ldr r3, [sp, #12]",  "smmulr r7, r7, r3",     "strb r7, [r8], #1"};
    ListingReport listing;
    listing.function = function;
    listing.files = {report_.functions[function].file};
    for (std::uint32_t i = 0; i < 24; ++i) {
      InstructionReport line;
      line.address = report_.functions[function].address + i * 2;
      line.text = kTexts[i % kTexts.size()];
      line.executions = own_[function].instructions / 24;
      line.cycles = own_[function].cycles / 24 * (1 + i % 5) / 3;
      line.by_cause[0] = line.cycles * 2 / 3;
      line.by_cause[i % 2 == 0 ? 1 : 5] = line.cycles - line.by_cause[0];
      line.file = 0;
      line.line = 40 + i / 5;
      listing.instructions.push_back(std::move(line));
    }
    report_.listings.push_back(std::move(listing));
  }

  void add_findings() {
    report_.findings = {
        {FindingKind::never_touched,
         "8,704 bytes at the end of the tensor arena are reserved and never touched", "arena",
         kArena + (200 << 10), 8704, 0, 0, -1},
        {FindingKind::dead_store, "512 bytes were written and never read", "row_buffer",
         kArena + 0x8000, 512, 4, 0x08000c20,
         static_cast<int>(std::min<std::size_t>(4, report_.layers.size() - 1))}};
  }

  NetworkShape shape_;
  Report report_;
  std::map<std::pair<int, std::string>, std::size_t> layers_;
  std::vector<std::size_t> open_;
  std::array<Counters, kFunctions> own_ = {};
  std::array<std::uint64_t, kFunctions> calls_ = {};
  std::optional<std::size_t> input_;
  bool low_ = true;
  Cycles now_ = 0;
};

}  // namespace

Report network_report(const NetworkShape& shape) { return Builder(shape).build(); }

}  // namespace sramscope::testing

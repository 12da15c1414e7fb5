#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <span>
#include <vector>

#include "sramscope/disassemble.h"
#include "sramscope/listing.h"

namespace sramscope {
namespace {

/// What ran of one function.
struct HotFunction {
  const Symbol* symbol = nullptr;
  Cycles cycles = 0;
  std::vector<const InstructionCost*> instructions;
};

Cycles cycles_of(const InstructionCost& count) {
  return std::accumulate(count.by_cause.begin(), count.by_cause.end(), Cycles{0});
}

/// Hottest first; code without a symbol is left out.
std::vector<HotFunction> hot_functions(const RunResult& run, const Image& image) {
  std::map<Addr, HotFunction> by_address;
  for (const InstructionCost& count : run.instructions) {
    const Symbol* symbol = image.symbol_at(count.address);
    if (symbol == nullptr) continue;
    HotFunction& function = by_address[symbol->address];
    function.symbol = symbol;
    function.cycles += cycles_of(count);
    function.instructions.push_back(&count);
  }
  std::vector<HotFunction> functions;
  for (auto& [address, function] : by_address) functions.push_back(std::move(function));
  std::stable_sort(functions.begin(), functions.end(),
                   [](const HotFunction& a, const HotFunction& b) { return a.cycles > b.cycles; });
  return functions;
}

/// Bytes of code as they are in the file; empty where there are none.
std::span<const std::uint8_t> code_at(const Image& image, Addr address) {
  for (const Segment& segment : image.segments) {
    if (address < segment.virtual_address) continue;
    const std::size_t offset = address - segment.virtual_address;
    if (offset < segment.bytes.size()) return std::span(segment.bytes).subspan(offset);
  }
  return {};
}

FunctionReport function_of(const HotFunction& hot) {
  FunctionReport function;
  function.name = hot.symbol->name;
  function.address = hot.symbol->address;
  function.size = hot.symbol->size;
  for (const InstructionCost* count : hot.instructions) {
    function.exclusive.instructions += count->executions;
    function.exclusive.cycles += cycles_of(*count);
    for (std::size_t i = 0; i < kCycleCauses; ++i)
      function.exclusive.by_cause[i] += count->by_cause[i];
  }
  return function;
}

/// A run that was not asked for its functions knows none; then those that are listed are added.
void add_functions(Report& report, const std::vector<HotFunction>& listed) {
  if (!report.functions.empty()) return;
  for (const HotFunction& hot : listed) report.functions.push_back(function_of(hot));
  std::sort(report.functions.begin(), report.functions.end(),
            [](const FunctionReport& a, const FunctionReport& b) { return a.address < b.address; });
}

std::optional<std::uint32_t> index_of_function(const Report& report, Addr address) {
  const auto& functions = report.functions;
  const auto found =
      std::find_if(functions.begin(), functions.end(),
                   [&](const FunctionReport& function) { return function.address == address; });
  if (found == functions.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - functions.begin());
}

class Lister {
 public:
  Lister(const Image& image, const HotFunction& hot) : image_(image), hot_(hot) {}

  /// Every instruction from the function's start to its end or to the last one that ran.
  ListingReport list() {
    const Addr last = hot_.instructions.back()->address;
    const Addr end = std::max(hot_.symbol->address + hot_.symbol->size, last + 2);
    for (Addr at = hot_.symbol->address; at < end;) at += add(at);
    return std::move(listing_);
  }

 private:
  bool is_data(Addr address) const {
    return std::any_of(image_.code_ranges.begin(), image_.code_ranges.end(),
                       [&](const CodeRange& range) {
                         return !range.is_code && address >= range.begin && address < range.end;
                       });
  }

  /// Bytes of what was added.
  unsigned add(Addr at) {
    while (next_ < hot_.instructions.size() && hot_.instructions[next_]->address < at) ++next_;
    const auto code = code_at(image_, at);
    if (code.size() < 2 || is_data(at)) return 2;
    const Disassembly found = disassemble(code.first(std::min<std::size_t>(code.size(), 4)), at);
    InstructionReport row;
    row.address = at;
    row.text = found.size == 0 ? "(no instruction)"
                               : fmt::format("{:<7} {}", found.mnemonic, found.operands);
    if (next_ < hot_.instructions.size() && hot_.instructions[next_]->address == at) {
      const InstructionCost& count = *hot_.instructions[next_];
      row.executions = count.executions;
      row.cycles = cycles_of(count);
      row.by_cause = count.by_cause;
    }
    if (const auto line = image_.line_at(at)) {
      row.file = file_index(line->file);
      row.line = line->line;
    }
    listing_.instructions.push_back(std::move(row));
    return found.size == 0 ? 2 : found.size;
  }

  int file_index(const std::string& file) {
    auto& files = listing_.files;
    const auto index = std::find(files.begin(), files.end(), file) - files.begin();
    if (index == static_cast<std::ptrdiff_t>(files.size())) files.push_back(file);
    return static_cast<int>(index);
  }

  const Image& image_;
  const HotFunction& hot_;
  std::size_t next_ = 0;
  ListingReport listing_;
};

/// "hazard 40 %": the largest cause but `issue`, and its share of the instruction's cycles.
std::string main_cause(const InstructionReport& row) {
  const auto begin = row.by_cause.begin() + 1;
  const auto most = std::max_element(begin, row.by_cause.end());
  if (row.cycles == 0 || *most == 0) return "";
  const auto cause = static_cast<CycleCause>(most - row.by_cause.begin());
  return fmt::format("{} {:.0f} %", cycle_cause_name(cause),
                     100.0 * static_cast<double>(*most) / static_cast<double>(row.cycles));
}

constexpr std::size_t kLongIdle = 4;
/// How many instructions from number `first` on never ran.
std::size_t idle_run(const ListingReport& listing, std::size_t first) {
  const auto begin = listing.instructions.begin() + static_cast<std::ptrdiff_t>(first);
  const auto ran = std::find_if(begin, listing.instructions.end(),
                                [](const InstructionReport& row) { return row.executions != 0; });
  return static_cast<std::size_t>(ran - begin);
}

std::string listing_text(const Report& report, const ListingReport& listing) {
  const FunctionReport& function = report.functions[listing.function];
  const auto sum = [](Cycles total, const InstructionReport& row) { return total + row.cycles; };
  const Cycles cycles =
      std::accumulate(listing.instructions.begin(), listing.instructions.end(), Cycles{0}, sum);
  const double share = report.total.cycles == 0 ? 0
                                                : 100.0 * static_cast<double>(cycles) /
                                                      static_cast<double>(report.total.cycles);
  std::string text = fmt::format("{}: {} cycles, {:.1f} % of all\n", function.name, cycles, share);
  text += fmt::format("{:>10} {:>12} {:>13} {:>7}  {:<20}  {}\n", "address", "executions", "cycles",
                      "each", "waits for", "instruction");
  int file = -1;
  unsigned line = 0;
  for (std::size_t i = 0; i < listing.instructions.size(); ++i) {
    const InstructionReport& row = listing.instructions[i];
    if (const std::size_t idle = idle_run(listing, i); idle >= kLongIdle) {
      text += fmt::format("{:>10} {:>12}  ({} instructions that never ran)\n", "", "", idle);
      i += idle - 1;
      continue;
    }
    if (row.line != 0 && (row.file != file || row.line != line)) {
      file = row.file;
      line = row.line;
      const SourceLine source{listing.files[static_cast<std::size_t>(file)], line};
      text += fmt::format("{:>10} {}\n", "", source.describe());
    }
    const double each = row.executions == 0
                            ? 0
                            : static_cast<double>(row.cycles) / static_cast<double>(row.executions);
    text += fmt::format("0x{:08x} {:>12} {:>13} {:>7}  {:<20}  {}\n", row.address, row.executions,
                        row.cycles, row.executions == 0 ? "" : fmt::format("{:.2f}", each),
                        main_cause(row), row.text);
  }
  return text;
}

/// The functions to list, or why the wanted one cannot be.
Result<std::vector<HotFunction>> choose(const RunResult& run, const Image& image,
                                        const ListingOptions& options) {
  std::vector<HotFunction> functions = hot_functions(run, image);
  if (!options.function) {
    functions.resize(std::min(functions.size(), options.most_functions));
    return functions;
  }
  for (HotFunction& function : functions) {
    if (function.symbol->name == *options.function) return std::vector<HotFunction>{function};
  }
  if (image.symbol_named(*options.function) != nullptr)
    return Error{fmt::format("{} was never executed", *options.function)};
  return Error{fmt::format("{} has no function \"{}\"", image.path, *options.function)};
}

}  // namespace

Result<bool> add_listings(Report& report, const RunResult& run, const Image& image,
                          const ListingOptions& options) {
  const auto functions = choose(run, image, options);
  if (!functions) return functions.error();
  add_functions(report, *functions);
  for (const HotFunction& hot : *functions) {
    const auto index = index_of_function(report, hot.symbol->address);
    if (!index) continue;
    ListingReport listing = Lister(image, hot).list();
    listing.function = *index;
    report.listings.push_back(std::move(listing));
  }
  return true;
}

std::string listings_text(const Report& report) {
  std::string text;
  for (const ListingReport& listing : report.listings)
    text += (text.empty() ? "" : "\n") + listing_text(report, listing);
  return text;
}

}  // namespace sramscope

#include <cxxabi.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "isa/insn.h"
#include "sramscope/code.h"

namespace sramscope {
namespace {

using isa::Insn;
using isa::Op;

constexpr std::uint32_t kLongestFunction = 1u << 20;

/// Reads code where the program runs it, copied or not.
class CodeReader {
 public:
  explicit CodeReader(const Image& image)
      : image_(image), arch_(isa::arch_of(image.core.value_or(CoreKind::cortex_m7))) {}

  std::optional<std::uint16_t> halfword(Addr address) const {
    for (const Segment& segment : image_.segments) {
      const std::uint64_t offset = std::uint64_t{address} - segment.virtual_address;
      if (address < segment.virtual_address || offset + 2 > segment.bytes.size()) continue;
      return static_cast<std::uint16_t>(segment.bytes[offset] | segment.bytes[offset + 1] << 8);
    }
    return std::nullopt;
  }

  /// Outside of IT blocks, which change nothing about calls.
  std::optional<Insn> insn(Addr address) const {
    const auto first = halfword(address);
    if (!first) return std::nullopt;
    const auto second = isa::insn_size(*first) == 4 ? halfword(address + 2) : 0;
    if (!second) return std::nullopt;
    return isa::decode(*first, *second, address, arch_, false);
  }

  /// First address behind the data that `address` lies in, or itself.
  Addr skip_data(Addr address) const {
    const auto behind =
        std::upper_bound(image_.code_ranges.begin(), image_.code_ranges.end(), address,
                         [](Addr a, const CodeRange& range) { return a < range.begin; });
    if (behind == image_.code_ranges.begin()) return address;
    const CodeRange& range = *std::prev(behind);
    return !range.is_code && address < range.end ? range.end : address;
  }

 private:
  const Image& image_;
  isa::Arch arch_;
};

std::optional<CallSite> call_of(const Insn& in, const CodeFunction& function) {
  const bool leaves = in.imm < function.begin || in.imm >= function.end;
  switch (in.op) {
    case Op::BL_T1:
      return CallSite{in.address, in.imm, false};
    case Op::BLX_reg_T1:
      return CallSite{in.address, std::nullopt, false};
    case Op::B_T1:
    case Op::B_T2:
    case Op::B_T3:
    case Op::B_T4:
      if (leaves) return CallSite{in.address, in.imm, true};
      return std::nullopt;
    case Op::BX_T1:
      if (in.m != 14) return CallSite{in.address, std::nullopt, true};
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::vector<CodeFunction> from_symbols(const Image& image) {
  std::vector<CodeFunction> functions;
  for (const Symbol& symbol : image.symbols) {
    if (symbol.kind != SymbolKind::function || symbol.absolute) continue;
    if (!functions.empty() && functions.back().begin == symbol.address) continue;
    functions.push_back({symbol.name, symbol.file, symbol.address, symbol.address + symbol.size});
  }
  for (std::size_t i = 0; i < functions.size(); ++i) {
    if (functions[i].end != functions[i].begin) continue;
    const Addr limit = functions[i].begin + kLongestFunction;
    functions[i].end = i + 1 < functions.size() ? std::min(limit, functions[i + 1].begin) : limit;
  }
  return functions;
}

/// POP {.., lr}: the branch behind it is a tail call.
bool restores_link(const Insn& in) {
  return isa::facts(in.op).timing == isa::Timing::LoadMultiple && (in.imm & 0x4000) != 0;
}

/// Ends of a function without symbols: what no branch reaches behind an unconditional end. Words
/// that are no instructions in front of that are literals.
Addr end_of_code(const CodeReader& code, Addr begin, Addr limit) {
  Addr farthest = begin;
  bool link_restored = false;
  for (Addr at = begin; at < limit;) {
    const auto in = code.insn(at);
    if (!in) return at;
    if (in->op == Op::Undefined) {
      if (at >= farthest) return at;
      at += 2;
      continue;
    }
    const auto timing = isa::facts(in->op).timing;
    const bool direct = timing == isa::Timing::Branch || timing == isa::Timing::BranchCond ||
                        timing == isa::Timing::CompareBranch;
    const bool behind_pop = std::exchange(link_restored, restores_link(*in));
    const bool stays = direct && !(behind_pop && timing == isa::Timing::Branch);
    if (stays && in->imm > at && in->imm < limit) farthest = std::max<Addr>(farthest, in->imm);
    at += in->size;
    const bool pops_pc = timing == isa::Timing::LoadMultiple && (in->imm & 0x8000) != 0;
    const bool ends = timing == isa::Timing::Branch || in->op == Op::BX_T1 || pops_pc;
    if (ends && at > farthest) return at;
  }
  return limit;
}

/// Everything that direct calls lead to from the entry and from the vectors.
std::vector<CodeFunction> from_calls(const Image& image) {
  std::map<Addr, CodeFunction> known;
  std::set<Addr> todo{image.entry};
  while (!todo.empty()) {
    const Addr begin = *todo.begin();
    todo.erase(todo.begin());
    const CodeFunction function = code_function_at(image, begin);
    if (function.end == begin || !known.emplace(begin, function).second) continue;
    for (const CallSite& call : call_sites(image, function)) {
      if (call.target && !known.contains(*call.target)) todo.insert(*call.target);
    }
  }
  std::vector<CodeFunction> functions;
  for (auto& [begin, function] : known) functions.push_back(std::move(function));
  for (std::size_t i = 0; i + 1 < functions.size(); ++i) {
    functions[i].end = std::min(functions[i].end, functions[i + 1].begin);
  }
  return functions;
}

}  // namespace

CodeFunction code_function_at(const Image& image, Addr begin) {
  const CodeReader code(image);
  return {fmt::format("sub_{:08x}", begin), "", begin,
          end_of_code(code, begin, begin + kLongestFunction)};
}

std::vector<CodeFunction> code_functions(const Image& image) {
  std::vector<CodeFunction> functions = from_symbols(image);
  return functions.empty() ? from_calls(image) : functions;
}

std::vector<CallSite> call_sites(const Image& image, const CodeFunction& function) {
  const CodeReader code(image);
  std::vector<CallSite> calls;
  for (Addr at = function.begin; at < function.end;) {
    const Addr instruction = code.skip_data(at);
    if (instruction != at) {
      at = instruction;
      continue;
    }
    const auto in = code.insn(at);
    if (!in) break;
    if (const auto call = call_of(*in, function)) calls.push_back(*call);
    at += in->size;
  }
  return calls;
}

std::string demangled(const std::string& name) {
  if (!name.starts_with("_Z")) return name;
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && text ? std::string(text.get()) : name;
}

}  // namespace sramscope

#include "sim/code_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "isa/insn.h"
#include "sramscope/disassemble.h"

namespace sramscope::sim {
namespace {

constexpr std::size_t kBefore = 3;
constexpr std::size_t kAfter = 3;
/// How far back the start of the function may be.
constexpr std::uint32_t kLongestFunction = 1u << 16;

/// From where on instructions follow each other up to `pc` without data in between.
Addr start_of_code(const Image& image, Addr pc) {
  Addr start = pc;
  if (const Symbol* symbol = image.symbol_at(pc)) start = symbol->address;
  const auto range =
      std::find_if(image.code_ranges.begin(), image.code_ranges.end(),
                   [&](const CodeRange& r) { return r.is_code && pc >= r.begin && pc < r.end; });
  if (range != image.code_ranges.end())
    start = start == pc ? range->begin : std::max(start, range->begin);
  return pc - start > kLongestFunction ? pc : start;
}

bool is_data(const Image& image, Addr address) {
  return std::any_of(image.code_ranges.begin(), image.code_ranges.end(), [&](const CodeRange& r) {
    return !r.is_code && address >= r.begin && address < r.end;
  });
}

/// Boundaries of the instructions from a few before `pc` to `pc`.
std::vector<Addr> leading(const Image& image, const memory::Bus& bus, Addr pc) {
  std::vector<Addr> places;
  Addr at = start_of_code(image, pc);
  while (at < pc) {
    const auto halfword = bus.fetch(at);
    if (!halfword) break;
    places.push_back(at);
    at += isa::insn_size(*halfword);
  }
  if (at != pc) places.clear();  // what came before is not what it seemed
  if (places.size() > kBefore) places.erase(places.begin(), places.end() - kBefore);
  places.push_back(pc);
  return places;
}

struct Text {
  std::string words;
  std::uint32_t size = 2;
};

std::optional<Text> text_at(const memory::Bus& bus, Addr at) {
  std::array<std::uint8_t, 4> bytes{};
  const auto first = bus.fetch(at);
  if (!first) return std::nullopt;
  Text text;
  text.size = isa::insn_size(*first);
  const auto second = text.size == 4 ? bus.fetch(at + 2) : std::nullopt;
  const std::uint32_t both = *first | std::uint32_t{second.value_or(0)} << 16;
  for (unsigned i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(both >> (8 * i));
  const Disassembly found = disassemble(std::span(bytes).first(second ? 4 : 2), at);
  if (found.size == text.size) {
    text.words = fmt::format("{:<7} {}", found.mnemonic, found.operands);
  } else if (second) {
    text.words = fmt::format("(no instruction: {:04x} {:04x})", *first, *second);
  } else {
    text.words = fmt::format("(no instruction: {:04x})", *first);
  }
  return text;
}

}  // namespace

std::vector<std::string> code_listing(const Image& image, const memory::Bus& bus, Addr pc) {
  std::vector<std::string> lines;
  if (!bus.fetch(pc)) return lines;
  std::vector<Addr> places = leading(image, bus, pc);
  const Symbol* function = image.symbol_at(pc);
  std::string shown;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Addr at = places[i];
    const auto text = text_at(bus, at);
    if (!text || (at != pc && is_data(image, at))) continue;
    const auto source = image.line_at(at);
    std::string line = source ? source->describe() : "";
    if (line == shown)
      line.clear();
    else
      shown = line;
    line = fmt::format("{} 0x{:08x}  {:<34} {}", at == pc ? '>' : ' ', at, text->words, line);
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
    const Addr next = at + text->size;
    const bool more =
        at >= pc && places.size() < kBefore + 1 + kAfter && image.symbol_at(next) == function;
    if (more) places.push_back(next);
  }
  return lines;
}

}  // namespace sramscope::sim

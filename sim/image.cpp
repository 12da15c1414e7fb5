#include "sramscope/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "sim/source_lines.h"

namespace sramscope {
namespace {

using Symbols = std::vector<Symbol>;

/// The section that holds `address`, else nullptr.
const Section* section_of(const Image& image, Addr address) {
  for (const Section& section : image.sections) {
    if (address >= section.address && address - section.address < section.size) return &section;
  }
  return nullptr;
}

bool is_code_or_data(const Symbol& symbol) {
  return symbol.kind != SymbolKind::other && !symbol.absolute;
}

/// First address behind a symbol without a size: the next function or object, at most the end of
/// its section.
std::uint64_t end_of_unsized(const Image& image, Symbols::const_iterator symbol) {
  const Section* section = section_of(image, symbol->address);
  const std::uint64_t limit = section ? std::uint64_t{section->address} + section->size
                                      : std::uint64_t{std::numeric_limits<Addr>::max()} + 1;
  for (auto next = symbol; next != image.symbols.end() && next->address < limit; ++next) {
    if (next->address > symbol->address && is_code_or_data(*next)) return next->address;
  }
  return limit;
}

bool covers(const Image& image, Symbols::const_iterator symbol, Addr address) {
  if (!is_code_or_data(*symbol)) return false;
  if (symbol->size != 0) return address - symbol->address < symbol->size;
  return address < end_of_unsized(image, symbol);
}

/// Hand-written start-up code often has labels and no function types: the nearest one of its
/// section.
const Symbol* label_before(const Image& image, Symbols::const_iterator behind, Addr address) {
  const Section* section = section_of(image, address);
  if (!section || !section->executable) return nullptr;
  while (behind != image.symbols.begin()) {
    --behind;
    if (behind->address < section->address) return nullptr;
    if (behind->kind == SymbolKind::other && !behind->absolute) return &*behind;
    if (is_code_or_data(*behind)) return nullptr;
  }
  return nullptr;
}

}  // namespace

const Symbol* Image::symbol_at(Addr address) const {
  const auto behind = std::upper_bound(symbols.begin(), symbols.end(), address,
                                       [](Addr a, const Symbol& s) { return a < s.address; });
  // Groups of equal address, from the nearest downwards; within one, a size that covers beats no
  // size.
  for (auto end = behind; end != symbols.begin();) {
    auto begin = end - 1;
    while (begin != symbols.begin() && (begin - 1)->address == begin->address) --begin;
    const Symbol* unsized = nullptr;
    for (auto symbol = begin; symbol != end; ++symbol) {
      if (symbol->size == 0 && unsized) continue;
      if (!covers(*this, symbol, address)) continue;
      if (symbol->size != 0) return &*symbol;
      unsized = &*symbol;
    }
    if (unsized) return unsized;
    end = begin;
  }
  return label_before(*this, behind, address);
}

const Symbol* Image::symbol_named(std::string_view name) const {
  const auto found = std::find_if(symbols.begin(), symbols.end(),
                                  [&](const Symbol& symbol) { return symbol.name == name; });
  return found == symbols.end() ? nullptr : &*found;
}

std::string Image::describe(Addr address) const {
  const Symbol* symbol = symbol_at(address);
  if (!symbol) return fmt::format("0x{:08x}", address);
  if (symbol->address == address) return symbol->name;
  return fmt::format("{}+0x{:x}", symbol->name, address - symbol->address);
}

std::string_view Image::marker_name(std::uint32_t offset) const {
  if (offset >= marker_names.size()) return {};
  const auto begin = marker_names.begin() + offset;
  const auto end = std::find(begin, marker_names.end(), '\0');
  return {marker_names.data() + offset, static_cast<std::size_t>(end - begin)};
}

std::string SourceLine::describe() const {
  std::string_view shown = file;
  if (const auto last = shown.rfind('/'); last != shown.npos && last > 0) {
    if (const auto before = shown.rfind('/', last - 1); before != shown.npos) {
      shown.remove_prefix(before + 1);
    }
  }
  return line != 0 ? fmt::format("{}:{}", shown, line) : std::string(shown);
}

const LineTable& Image::lines() const {
  static const LineTable none;
  return debug ? debug->lines() : none;
}

std::optional<SourceLine> Image::line_at(Addr address) const {
  const LineTable& table = lines();
  const auto behind = std::upper_bound(table.rows.begin(), table.rows.end(), address,
                                       [](Addr a, const LineRow& row) { return a < row.begin; });
  if (behind == table.rows.begin()) return std::nullopt;
  const LineRow& row = *(behind - 1);
  if (row.line == 0 || row.file >= table.files.size()) return std::nullopt;
  return SourceLine{table.files[row.file], row.line};
}

std::vector<InlinedCall> Image::inlined_at(Addr address) const {
  const Symbol* function = debug ? symbol_at(address) : nullptr;
  if (!function || function->kind == SymbolKind::object) return {};
  return debug->inlined_at(function->address, address);
}

}  // namespace sramscope

#include "sim/vector_table.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <vector>

namespace sramscope::sim {
namespace {

// CMSIS (Arm, GCC and IAR templates), ST, NXP, Nordic, Zephyr, libopencm3, Pico SDK, Infineon.
constexpr std::array<std::string_view, 14> kSymbolNames = {
    "__Vectors",      "g_pfnVectors",  "__isr_vector", "__vector_table",    "vector_table",
    "_vector_table",  "__isr_vectors", "_vectors",     "vectors",           "__vectors",
    "__VECTOR_TABLE", "_vector_start", "isr_vector",   "__interrupt_vector"};
constexpr std::array<std::string_view, 8> kSectionNames = {
    ".isr_vector", ".vectors",     ".vector_table", ".vector",
    ".intvecs",    ".isr_vectors", ".text.vectors", "rom_start"};

enum class Trust : std::uint8_t { named, guessed };

bool holds(Addr base, std::uint64_t size, Addr address) {
  return address >= base && address - base < size;
}

/// The word that the loader puts at `address`.
std::optional<std::uint32_t> word_at(const Image& image, Addr address) {
  for (const Segment& segment : image.segments) {
    if (!holds(segment.address, segment.bytes.size(), address)) continue;
    const std::size_t offset = address - segment.address;
    if (segment.bytes.size() - offset < 4) return std::nullopt;
    std::uint32_t word = 0;
    for (unsigned i = 0; i < 4; ++i) {
      word |= static_cast<std::uint32_t>(segment.bytes[offset + i]) << (8 * i);
    }
    return word;
  }
  return std::nullopt;
}

/// Where the loader puts the byte that the program knows as `address`.
std::optional<Addr> load_address(const Image& image, Addr address) {
  for (const Segment& segment : image.segments) {
    if (!holds(segment.virtual_address, segment.bytes.size(), address)) continue;
    return segment.address + (address - segment.virtual_address);
  }
  return std::nullopt;
}

bool in_executable_bytes(const Image& image, Addr address) {
  return std::any_of(image.segments.begin(), image.segments.end(), [&](const Segment& segment) {
    return segment.executable && (holds(segment.virtual_address, segment.bytes.size(), address) ||
                                  holds(segment.address, segment.bytes.size(), address));
  });
}

/// Stacks grow down, so the initial SP may be the address just behind a memory. RAM is found in
/// 0x10000000 to 0x3fffffff and in 0x60000000 to 0x9fffffff; elsewhere only where the image keeps
/// data.
bool plausible_stack(const Image& image, std::uint32_t sp, Trust trust) {
  if (sp < 8) return false;
  const Addr top = sp - 1;
  if ((top >= 0x10000000 && top < 0x40000000) || (top >= 0x60000000 && top < 0xa0000000))
    return true;
  const bool in_data = std::any_of(
      image.segments.begin(), image.segments.end(),
      [&](const Segment& s) { return s.writable && holds(s.virtual_address, s.memory_size, top); });
  // A named table on a chip whose RAM starts at 0: anything but code and the peripherals will do.
  return in_data || (trust == Trust::named && top < 0x10000000 && !in_executable_bytes(image, top));
}

std::optional<VectorTable> table_at(const Image& image, Addr address, Trust trust) {
  const auto sp = word_at(image, address);
  const auto reset = word_at(image, address + 4);
  if (address % 4 != 0 || !sp || !reset || !plausible_stack(image, *sp, trust)) return std::nullopt;
  if ((*reset & 1) == 0 || !in_executable_bytes(image, *reset & ~1u)) return std::nullopt;
  return VectorTable{.address = address, .initial_sp = *sp & ~3u, .reset = *reset & ~1u};
}

/// Load addresses of places whose name says that a vector table is there.
std::vector<Addr> named_places(const Image& image) {
  std::vector<Addr> places;
  const auto add = [&](Addr address) {
    if (const auto loaded = load_address(image, address)) places.push_back(*loaded);
  };
  for (std::string_view name : kSymbolNames) {
    if (const Symbol* symbol = image.symbol_named(name)) add(symbol->address & ~1u);
  }
  for (std::string_view name : kSectionNames) {
    for (const Section& section : image.sections) {
      if (section.name == name) add(section.address);
    }
  }
  return places;
}

/// Starts of the segments, code first, each group from the lowest address.
std::vector<Addr> segment_starts(const Image& image) {
  std::vector<const Segment*> segments;
  for (const Segment& segment : image.segments) segments.push_back(&segment);
  std::stable_sort(segments.begin(), segments.end(), [](const Segment* a, const Segment* b) {
    return std::pair(!a->executable, a->address) < std::pair(!b->executable, b->address);
  });
  std::vector<Addr> starts;
  starts.reserve(segments.size());
  for (const Segment* segment : segments) starts.push_back(segment->address);
  return starts;
}

}  // namespace

std::optional<VectorTable> find_vector_table(const Image& image) {
  for (Addr address : named_places(image)) {
    if (const auto table = table_at(image, address, Trust::named)) return table;
  }
  for (Addr address : segment_starts(image)) {
    if (const auto table = table_at(image, address, Trust::guessed)) return table;
  }
  return std::nullopt;
}

}  // namespace sramscope::sim

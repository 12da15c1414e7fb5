#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sramscope::test {

/// Little-endian words as bytes.
inline std::vector<std::uint8_t> words(std::initializer_list<std::uint32_t> values) {
  std::vector<std::uint8_t> bytes;
  for (std::uint32_t value : values) {
    for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  return bytes;
}

/// Writes small ELF files for tests, well-formed unless a field is set to something else. Numbers
/// are those of the System V ABI.
struct ElfBuilder {
  struct Segment {
    std::uint32_t address = 0;
    std::uint32_t virtual_address = 0;
    std::vector<std::uint8_t> bytes;
    std::uint32_t memory_size = 0;
    /// 1 executable, 2 writable, 4 readable.
    std::uint32_t flags = 5;
    /// 1 PT_LOAD.
    std::uint32_t type = 1;
  };
  struct Section {
    std::string name;
    /// 1 PROGBITS, 8 NOBITS, 0x70000003 ARM_ATTRIBUTES.
    std::uint32_t type = 1;
    /// 1 writable, 2 has an address, 4 executable.
    std::uint32_t flags = 0;
    std::uint32_t address = 0;
    std::vector<std::uint8_t> bytes;
    /// For NOBITS; otherwise the number of bytes.
    std::uint32_t size = 0;
  };
  struct Symbol {
    std::string name;
    std::uint32_t value = 0;
    std::uint32_t size = 0;
    /// Binding (0 local, 1 global) << 4 | type (0 none, 1 object, 2 function, 3 section, 4 file).
    std::uint8_t info = 0x12;
    std::uint16_t section = 1;
  };

  std::uint8_t elf_class = 1;
  std::uint8_t data = 1;
  std::uint16_t type = 2;
  std::uint16_t machine = 40;
  std::uint32_t entry = 0;
  std::vector<Segment> segments;
  std::vector<Section> sections;
  std::vector<Symbol> symbols;
  bool section_table = true;

  static constexpr std::uint32_t kHeaderBytes = 52;
  static constexpr std::uint32_t kProgramHeaderBytes = 32;
  static constexpr std::uint32_t kSectionHeaderBytes = 40;

  /// Adds a segment that runs where it is loaded.
  ElfBuilder& load(std::uint32_t address, std::vector<std::uint8_t> bytes, std::uint32_t flags,
                   std::uint32_t zeros = 0) {
    const auto size = static_cast<std::uint32_t>(bytes.size()) + zeros;
    segments.push_back({address, address, std::move(bytes), size, flags, 1});
    return *this;
  }

  std::vector<std::uint8_t> build() const;
};

namespace detail {

class ByteWriter {
 public:
  explicit ByteWriter(bool big_endian) : big_(big_endian) {}
  std::uint32_t size() const { return static_cast<std::uint32_t>(bytes.size()); }
  void number(std::uint32_t value, unsigned width) {
    for (unsigned i = 0; i < width; ++i) {
      const unsigned shift = 8 * (big_ ? width - 1 - i : i);
      bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    }
  }
  void words(std::initializer_list<std::uint32_t> values) {
    for (std::uint32_t value : values) number(value, 4);
  }
  void append(const std::vector<std::uint8_t>& more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  void align() { bytes.resize((bytes.size() + 3) / 4 * 4); }

  std::vector<std::uint8_t> bytes;

 private:
  bool big_;
};

/// A string table that starts with the empty string.
struct Strings {
  std::vector<std::uint8_t> bytes{0};
  std::uint32_t add(std::string_view text) {
    const auto offset = static_cast<std::uint32_t>(bytes.size());
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.push_back(0);
    return offset;
  }
};

/// The sections of the test, then .symtab, .strtab and .shstrtab.
inline std::vector<ElfBuilder::Section> all_sections(const ElfBuilder& elf, bool big_endian) {
  std::vector<ElfBuilder::Section> all = elf.sections;
  Strings strings;
  ByteWriter table(big_endian);
  table.words({0, 0, 0, 0});
  for (const ElfBuilder::Symbol& symbol : elf.symbols) {
    table.words({strings.add(symbol.name), symbol.value, symbol.size});
    table.number(symbol.info, 1);
    table.number(0, 1);
    table.number(symbol.section, 2);
  }
  all.push_back({".symtab", 2, 0, 0, table.bytes, 0});
  all.push_back({".strtab", 3, 0, 0, strings.bytes, 0});
  all.push_back({".shstrtab", 3, 0, 0, {}, 0});
  Strings names;
  for (const ElfBuilder::Section& section : all) names.add(section.name);
  all.back().bytes = names.bytes;
  return all;
}

/// Program headers; the contents go to `body`, which stands at `start` in the file.
inline ByteWriter program_headers(const ElfBuilder& elf, ByteWriter& body, std::uint32_t start) {
  ByteWriter out(elf.data == 2);
  for (const ElfBuilder::Segment& segment : elf.segments) {
    const auto size = static_cast<std::uint32_t>(segment.bytes.size());
    out.words({segment.type, start + body.size(), segment.virtual_address, segment.address, size,
               segment.memory_size, segment.flags, 4});
    body.append(segment.bytes);
    body.align();
  }
  return out;
}

/// Section headers, the empty first one included; the contents go to `body`.
inline ByteWriter section_headers(const std::vector<ElfBuilder::Section>& all, ByteWriter& body,
                                  std::uint32_t start, bool big_endian) {
  ByteWriter out(big_endian);
  for (unsigned i = 0; i < 10; ++i) out.number(0, 4);
  const auto strings_index = static_cast<std::uint32_t>(all.size() - 1);
  std::uint32_t name = 1;
  for (const ElfBuilder::Section& section : all) {
    const bool symbols = section.type == 2;
    const bool in_file = section.type != 8;
    const auto size = in_file ? static_cast<std::uint32_t>(section.bytes.size()) : section.size;
    out.words({name, section.type, section.flags, section.address, start + body.size(), size,
               symbols ? strings_index : 0, symbols ? 1u : 0, 4, symbols ? 16u : 0});
    name += static_cast<std::uint32_t>(section.name.size()) + 1;
    if (in_file) body.append(section.bytes);
    body.align();
  }
  return out;
}

}  // namespace detail

inline std::vector<std::uint8_t> ElfBuilder::build() const {
  const bool big = data == 2;
  const auto segment_count = static_cast<std::uint32_t>(segments.size());
  const std::uint32_t start = kHeaderBytes + segment_count * kProgramHeaderBytes;
  const auto all = detail::all_sections(*this, big);
  detail::ByteWriter body(big);
  const auto segment_table = detail::program_headers(*this, body, start);
  detail::ByteWriter sections_table(big);
  if (section_table) sections_table = detail::section_headers(all, body, start, big);

  detail::ByteWriter file(big);
  file.bytes = {0x7f, 'E', 'L', 'F', elf_class, data, 1};
  file.bytes.resize(16);
  file.number(type, 2);
  file.number(machine, 2);
  const std::uint32_t sections_at = section_table ? start + body.size() : 0;
  file.words({1, entry, segments.empty() ? 0 : kHeaderBytes, sections_at, 0x05000400});
  const auto section_count = static_cast<std::uint32_t>(section_table ? all.size() + 1 : 0);
  for (std::uint32_t half : {kHeaderBytes, kProgramHeaderBytes, segment_count, kSectionHeaderBytes,
                             section_count, section_count ? section_count - 1 : 0}) {
    file.number(half, 2);
  }
  file.append(segment_table.bytes);
  file.append(body.bytes);
  file.append(sections_table.bytes);
  return file.bytes;
}

}  // namespace sramscope::test

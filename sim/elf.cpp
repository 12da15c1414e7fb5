// The only user of libelf: an ELF file in, an Image out. Formats: System V ABI (gABI) chapters 4
// and 5, ELF for the Arm Architecture (Arm IHI 0044).
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>

#include "memory/read_file.h"
#include "sim/arm_attributes.h"
#include "sim/sha256.h"
#include "sim/source_lines.h"
#include "sim/vector_table.h"
#include "sramscope/image.h"

namespace sramscope {
namespace {

/// No microcontroller has more; anything above is a broken header.
constexpr std::uint64_t kMaxMemoryBytes = std::uint64_t{512} << 20;
/// Longer names are cut; a few MiB of file could otherwise ask for gigabytes of names.
constexpr std::size_t kMaxNameBytes = 4096;
constexpr std::size_t kMaxSegmentNameBytes = 100;
constexpr std::size_t kMaxAllNameBytes = std::size_t{256} << 20;

struct ElfEnd {
  void operator()(Elf* elf) const { elf_end(elf); }
};

std::string machine_name(unsigned machine) {
  switch (machine) {
    case EM_386:
      return "x86";
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "AArch64";
    case EM_RISCV:
      return "RISC-V";
    case EM_MIPS:
      return "MIPS";
    case EM_XTENSA:
      return "Xtensa";
    case EM_AVR:
      return "AVR";
    case EM_PPC:
      return "PowerPC";
    default:
      return fmt::format("number {}", machine);
  }
}

/// What a file that is no ELF seems to be.
std::string what_instead(std::span<const std::uint8_t> file) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()),
                              std::min<std::size_t>(file.size(), 8));
  if (text.starts_with(":")) return "it looks like Intel HEX: give the ELF file it was made from";
  if (text.starts_with("S0") || text.starts_with("S1") || text.starts_with("S3")) {
    return "it looks like Motorola S-records: give the ELF file they were made from";
  }
  if (text.starts_with("!<arch>"))
    return "it is a library of object files: link it into a firmware first";
  if (text.starts_with("UF2\n")) return "it is a UF2 file: give the ELF file it was made from";
  std::string bytes;
  for (std::size_t i = 0; i < std::min<std::size_t>(file.size(), 4); ++i) {
    bytes += fmt::format("{}{:02x}", i ? " " : "", file[i]);
  }
  return fmt::format("it starts with {}", bytes);
}

/// Everything that can be said from the identification bytes and the type and machine behind them;
/// "" when fine.
std::string judge_header(std::span<const std::uint8_t> file) {
  if (file.empty()) return "the file is empty";
  if (file.size() < SELFMAG || std::memcmp(file.data(), ELFMAG, SELFMAG) != 0) {
    return fmt::format("not an ELF file ({})", what_instead(file));
  }
  if (file.size() < 20)
    return fmt::format("truncated: {} bytes of a 52-byte ELF header", file.size());
  const bool big = file[EI_DATA] == ELFDATA2MSB;
  const auto half = [&](std::size_t at) {
    return static_cast<unsigned>(big ? file[at] << 8 | file[at + 1] : file[at + 1] << 8 | file[at]);
  };
  constexpr std::string_view kWanted = "not a 32-bit little-endian Arm ELF";
  if (half(18) != EM_ARM) return fmt::format("{} (machine is {})", kWanted, machine_name(half(18)));
  if (file[EI_CLASS] != ELFCLASS32) return fmt::format("{} (it is not 32-bit)", kWanted);
  if (file[EI_DATA] != ELFDATA2LSB) return fmt::format("{} (it is big-endian)", kWanted);
  if (file.size() < sizeof(Elf32_Ehdr)) {
    return fmt::format("truncated: {} bytes of a 52-byte ELF header", file.size());
  }
  if (half(16) == ET_REL)
    return "a relocatable object file (not linked): link it into a firmware first";
  if (half(16) == ET_CORE) return "a core dump, not a firmware";
  if (half(16) == ET_DYN)
    return "a position-independent or shared object: link it to fixed addresses";
  if (half(16) != ET_EXEC) return fmt::format("unknown ELF type {}", half(16));
  return "";
}

/// The two tables that the header points to; "" when they lie in the file.
std::string judge_tables(const Elf32_Ehdr& header, std::uint64_t file_size) {
  if (header.e_phnum == 0 || header.e_phoff == 0) {
    return "no program headers: nothing to load (was it linked?)";
  }
  if (header.e_phentsize != sizeof(Elf32_Phdr)) {
    return fmt::format("program headers of {} bytes, expected 32", header.e_phentsize);
  }
  const std::uint64_t headers_end =
      std::uint64_t{header.e_phoff} + header.e_phnum * sizeof(Elf32_Phdr);
  if (headers_end > file_size) {
    return fmt::format("truncated: the program headers end at byte {}, the file has {}",
                       headers_end, file_size);
  }
  if (header.e_shoff == 0) return "";
  if (header.e_shentsize != sizeof(Elf32_Shdr)) {
    return fmt::format("section headers of {} bytes, expected 40", header.e_shentsize);
  }
  const unsigned sections = std::max<unsigned>(header.e_shnum, 1);
  const std::uint64_t sections_end = std::uint64_t{header.e_shoff} + sections * sizeof(Elf32_Shdr);
  if (sections_end > file_size) {
    return fmt::format("truncated: the section headers end at byte {}, the file has {}",
                       sections_end, file_size);
  }
  return "";
}

/// A mapping symbol: from here to the next one of its section is code ($t) or data ($d).
struct Mapping {
  std::size_t section = 0;
  Addr address = 0;
  bool is_code = true;
};

/// Fills an image from one file. Each step returns "" or what is wrong.
class Reader {
 public:
  Reader(std::span<const std::uint8_t> file, Elf* elf, Image& image)
      : file_(file), elf_(elf), image_(image) {}

  std::string read_segments();
  std::string read_sections();
  void read_symbols();
  void name_segments();
  bool has_debug_information() const;

 private:
  struct RawSection {
    GElf_Shdr header{};
    std::string name;
  };

  std::string add_segment(const GElf_Phdr& header, std::size_t index);
  std::string judge_segments() const;
  std::string add_section(Elf_Scn* section);
  void use_contents(const RawSection& section);
  void add_symbol(const GElf_Sym& symbol, std::string name, const std::string& file);
  void finish_code_ranges();
  std::string string_at(std::size_t table, std::size_t offset);
  std::span<const std::uint8_t> contents(const GElf_Shdr& header) const {
    return file_.subspan(header.sh_offset, header.sh_size);
  }

  std::span<const std::uint8_t> file_;
  Elf* elf_;
  Image& image_;
  std::uint64_t memory_bytes_ = 0;
  std::size_t name_bytes_ = 0;
  /// By section index; index 0 is unused.
  std::vector<RawSection> raw_sections_;
  std::vector<Mapping> mappings_;
};

std::string Reader::read_segments() {
  std::size_t count = 0;
  if (elf_getphdrnum(elf_, &count) != 0) {
    return fmt::format("unreadable program headers ({})", elf_errmsg(-1));
  }
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr header{};
    if (!gelf_getphdr(elf_, static_cast<int>(i), &header)) {
      return fmt::format("unreadable program header {} ({})", i, elf_errmsg(-1));
    }
    if (header.p_type != PT_LOAD || header.p_memsz == 0) continue;
    if (std::string problem = add_segment(header, i); !problem.empty()) return problem;
  }
  if (image_.segments.empty()) return "no PT_LOAD program header: nothing to load (was it linked?)";
  std::stable_sort(image_.segments.begin(), image_.segments.end(),
                   [](const Segment& a, const Segment& b) { return a.address < b.address; });
  return judge_segments();
}

std::string Reader::add_segment(const GElf_Phdr& header, std::size_t index) {
  const std::string place = fmt::format("program header {} (0x{:08x})", index, header.p_paddr);
  const std::uint64_t file_end = header.p_offset + header.p_filesz;
  if (file_end > file_.size()) {
    return fmt::format("truncated: {} ends at byte {}, the file has {}", place, file_end,
                       file_.size());
  }
  if (header.p_filesz > header.p_memsz) {
    return fmt::format("{}: {} bytes in the file but {} in memory", place, header.p_filesz,
                       header.p_memsz);
  }
  constexpr std::uint64_t kSpace = std::uint64_t{1} << 32;
  if (header.p_vaddr + header.p_memsz > kSpace || header.p_paddr + header.p_filesz > kSpace) {
    return fmt::format("{}: {} bytes wrap around the end of the address space", place,
                       header.p_memsz);
  }
  memory_bytes_ += header.p_memsz;
  if (memory_bytes_ > kMaxMemoryBytes) {
    return fmt::format("{}: the segments take more than {} MiB", place, kMaxMemoryBytes >> 20);
  }
  Segment segment;
  segment.address = static_cast<Addr>(header.p_paddr);
  segment.virtual_address = static_cast<Addr>(header.p_vaddr);
  const auto bytes = file_.subspan(header.p_offset, header.p_filesz);
  segment.bytes.assign(bytes.begin(), bytes.end());
  segment.memory_size = static_cast<std::uint32_t>(header.p_memsz);
  segment.writable = (header.p_flags & PF_W) != 0;
  segment.executable = (header.p_flags & PF_X) != 0;
  image_.segments.push_back(std::move(segment));
  return "";
}

/// Loaded bytes must not overlap. The zero-filled rest of a segment that start-up code copies
/// elsewhere is not loaded.
std::string Reader::judge_segments() const {
  std::uint64_t end = 0;
  for (const Segment& segment : image_.segments) {
    const bool in_place = segment.address == segment.virtual_address;
    const std::uint64_t size = in_place ? segment.memory_size : segment.bytes.size();
    if (size == 0) continue;
    if (segment.address < end) {
      return fmt::format("segments overlap: one at 0x{:08x} starts before another ends at 0x{:08x}",
                         segment.address, end);
    }
    end = segment.address + size;
  }
  return "";
}

std::string Reader::read_sections() {
  raw_sections_.assign(1, {});
  for (Elf_Scn* section = elf_nextscn(elf_, nullptr); section;
       section = elf_nextscn(elf_, section)) {
    if (std::string problem = add_section(section); !problem.empty()) return problem;
  }
  return "";
}

std::string Reader::add_section(Elf_Scn* section) {
  RawSection raw;
  if (!gelf_getshdr(section, &raw.header))
    return fmt::format("unreadable section header ({})", elf_errmsg(-1));
  std::size_t names = 0;
  if (elf_getshdrstrndx(elf_, &names) == 0) raw.name = string_at(names, raw.header.sh_name);
  const GElf_Shdr& header = raw.header;
  const bool in_file = header.sh_type != SHT_NOBITS && header.sh_type != SHT_NULL;
  if (in_file && header.sh_offset + header.sh_size > file_.size()) {
    return fmt::format("truncated: section {} ends at byte {}, the file has {}", raw.name,
                       header.sh_offset + header.sh_size, file_.size());
  }
  if ((header.sh_flags & SHF_ALLOC) != 0 && header.sh_size != 0) {
    image_.sections.push_back({.name = raw.name,
                               .address = static_cast<Addr>(header.sh_addr),
                               .size = static_cast<std::uint32_t>(header.sh_size),
                               .writable = (header.sh_flags & SHF_WRITE) != 0,
                               .executable = (header.sh_flags & SHF_EXECINSTR) != 0,
                               .zero_initialised = header.sh_type == SHT_NOBITS});
  }
  if (in_file) use_contents(raw);
  raw_sections_.push_back(std::move(raw));
  return "";
}

void Reader::use_contents(const RawSection& section) {
  const auto bytes = contents(section.header);
  if (section.header.sh_type == SHT_ARM_ATTRIBUTES) {
    const auto attributes = sim::parse_arm_attributes(bytes);
    image_.cpu = attributes.cpu_name;
    image_.core = sim::core_of(attributes);
  }
  if (section.name == ".sramscope.names") image_.marker_names.assign(bytes.begin(), bytes.end());
  if (section.name == ".comment") {
    // NUL-terminated strings, one per compiler that took part; the first names the toolchain.
    const auto begin =
        std::find_if(bytes.begin(), bytes.end(), [](std::uint8_t c) { return c != 0; });
    image_.toolchain.assign(begin, std::find(begin, bytes.end(), 0));
    if (image_.toolchain.size() > kMaxNameBytes) image_.toolchain.resize(kMaxNameBytes);
  }
}

/// The string at `offset` of string table section `table`; "" when there is none.
std::string Reader::string_at(std::size_t table, std::size_t offset) {
  const char* text = elf_strptr(elf_, table, offset);
  if (!text || name_bytes_ > kMaxAllNameBytes) return "";
  std::string name(text, strnlen(text, kMaxNameBytes));
  name_bytes_ += name.size();
  return name;
}

/// $a, $t, $d, also with a suffix as in "$d.17" (Arm IHI 0044, 5.5.5); 0 for any other name.
char mapping_kind(const std::string& name, unsigned type) {
  if (type != STT_NOTYPE || name.size() < 2 || name[0] != '$') return 0;
  return name.size() == 2 || name[2] == '.' ? name[1] : '\0';
}

void Reader::read_symbols() {
  Elf_Scn* table = nullptr;
  for (std::size_t i = 1; i < raw_sections_.size() && !table; ++i) {
    if (raw_sections_[i].header.sh_type == SHT_SYMTAB) table = elf_getscn(elf_, i);
  }
  GElf_Shdr header{};
  Elf_Data* data = table ? elf_getdata(table, nullptr) : nullptr;
  if (!data || !gelf_getshdr(table, &header)) return;
  const std::size_t count =
      std::min<std::size_t>(data->d_size / sizeof(Elf32_Sym), std::numeric_limits<int>::max());
  std::string file;
  for (std::size_t i = 1; i < count; ++i) {
    GElf_Sym symbol{};
    if (!gelf_getsym(data, static_cast<int>(i), &symbol)) break;
    const unsigned type = GELF_ST_TYPE(symbol.st_info);
    std::string name = string_at(header.sh_link, symbol.st_name);
    if (type == STT_FILE) {
      file = std::move(name);
    } else if (const char kind = mapping_kind(name, type)) {
      mappings_.push_back({symbol.st_shndx, static_cast<Addr>(symbol.st_value), kind != 'd'});
    } else if (type != STT_SECTION && !name.empty() && symbol.st_shndx != SHN_UNDEF) {
      add_symbol(symbol, std::move(name), file);
    }
  }
  std::stable_sort(
      image_.symbols.begin(), image_.symbols.end(), [](const Symbol& a, const Symbol& b) {
        return std::tie(a.address, a.kind, a.name) < std::tie(b.address, b.kind, b.name);
      });
  finish_code_ranges();
}

void Reader::add_symbol(const GElf_Sym& from, std::string name, const std::string& file) {
  Symbol symbol;
  symbol.name = std::move(name);
  symbol.address = static_cast<Addr>(from.st_value);
  symbol.size = static_cast<std::uint32_t>(from.st_size);
  symbol.absolute = from.st_shndx == SHN_ABS;
  if (GELF_ST_TYPE(from.st_info) == STT_FUNC) {
    symbol.kind = SymbolKind::function;
    symbol.address &= ~1u;
  }
  if (GELF_ST_TYPE(from.st_info) == STT_OBJECT) symbol.kind = SymbolKind::object;
  if (GELF_ST_BIND(from.st_info) == STB_LOCAL && name_bytes_ <= kMaxAllNameBytes) {
    symbol.file = file;
    name_bytes_ += file.size();
  }
  image_.symbols.push_back(std::move(symbol));
}

/// Each mapping symbol reaches to the next one of its section, the last one to the end; equal
/// neighbours are merged.
void Reader::finish_code_ranges() {
  std::stable_sort(mappings_.begin(), mappings_.end(), [](const Mapping& a, const Mapping& b) {
    return std::tie(a.section, a.address) < std::tie(b.section, b.address);
  });
  for (std::size_t i = 0; i < mappings_.size(); ++i) {
    const Mapping& mapping = mappings_[i];
    if (mapping.section >= raw_sections_.size()) continue;
    const GElf_Shdr& section = raw_sections_[mapping.section].header;
    if ((section.sh_flags & SHF_EXECINSTR) == 0) continue;
    const bool last = i + 1 == mappings_.size() || mappings_[i + 1].section != mapping.section;
    const Addr end =
        last ? static_cast<Addr>(section.sh_addr + section.sh_size) : mappings_[i + 1].address;
    if (end <= mapping.address) continue;
    auto& ranges = image_.code_ranges;
    if (!ranges.empty() && ranges.back().end == mapping.address &&
        ranges.back().is_code == mapping.is_code) {
      ranges.back().end = end;
    } else {
      ranges.push_back({mapping.address, end, mapping.is_code});
    }
  }
  std::stable_sort(image_.code_ranges.begin(), image_.code_ranges.end(),
                   [](const CodeRange& a, const CodeRange& b) { return a.begin < b.begin; });
}

void Reader::name_segments() {
  for (Segment& segment : image_.segments) {
    for (const Section& section : image_.sections) {
      const bool inside = section.address >= segment.virtual_address &&
                          section.address - segment.virtual_address < segment.memory_size;
      if (!inside || segment.name.ends_with("...")) continue;
      if (!segment.name.empty()) segment.name += ' ';
      segment.name += segment.name.size() < kMaxSegmentNameBytes ? section.name : "...";
    }
  }
}

bool Reader::has_debug_information() const {
  return std::any_of(raw_sections_.begin(), raw_sections_.end(), [](const RawSection& section) {
    return section.name == ".debug_line" || section.name == ".debug_frame";
  });
}

void find_entry(Image& image, Addr entry) {
  if (const auto table = sim::find_vector_table(image)) {
    image.vector_table = table->address;
    image.initial_sp = table->initial_sp;
    image.entry = table->reset;
  } else {
    image.entry = entry & ~1u;
  }
}

/// Fills `image` from `copy`; returns "" or what is wrong. libelf wants writable, aligned memory.
std::string read_image(std::vector<std::uint8_t> copy, Image& image) {
  elf_version(EV_CURRENT);
  const std::unique_ptr<Elf, ElfEnd> elf(
      elf_memory(reinterpret_cast<char*>(copy.data()), copy.size()));
  const Elf32_Ehdr* header = elf ? elf32_getehdr(elf.get()) : nullptr;
  if (!header) return fmt::format("unreadable ELF header ({})", elf_errmsg(-1));
  if (std::string problem = judge_tables(*header, copy.size()); !problem.empty()) return problem;
  Reader reader(copy, elf.get(), image);
  if (std::string problem = reader.read_segments(); !problem.empty()) return problem;
  if (std::string problem = reader.read_sections(); !problem.empty()) return problem;
  reader.read_symbols();
  reader.name_segments();
  find_entry(image, header->e_entry);
  if (reader.has_debug_information()) image.debug = std::make_shared<DebugInfo>(copy);
  return "";
}

}  // namespace

Result<Image> parse_elf(std::span<const std::uint8_t> file, const std::string& name) {
  std::string problem = judge_header(file);
  Image image;
  if (problem.empty()) problem = read_image({file.begin(), file.end()}, image);
  if (!problem.empty()) return Error{fmt::format("{}: {}", name, problem)};
  image.path = name;
  image.sha256 = sim::sha256_hex(file);
  return image;
}

Result<Image> load_elf(const std::string& path) {
  const auto text = memory::read_file(path);
  if (!text) return text.error();
  return parse_elf({reinterpret_cast<const std::uint8_t*>(text->data()), text->size()},
                   memory::display_name(path));
}

}  // namespace sramscope

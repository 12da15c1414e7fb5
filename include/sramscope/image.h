#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/result.h"
#include "sramscope/types.h"

namespace sramscope {

enum class SymbolKind : std::uint8_t { function, object, other };

/// A symbol of the ELF file. Mapping symbols ($a, $t, $d) never appear here. Function addresses
/// have the Thumb bit cleared.
struct Symbol {
  std::string name;
  Addr address = 0;
  std::uint32_t size = 0;
  SymbolKind kind = SymbolKind::other;
  /// Name of the source file (STT_FILE) for local symbols, else empty.
  std::string file;
  /// A number rather than a place (SHN_ABS), such as a linker script's `__stack_size`.
  bool absolute = false;
};

/// One PT_LOAD program header.
struct Segment {
  /// Where the loader puts the bytes (p_paddr).
  Addr address = 0;
  /// Where the program uses them (p_vaddr); start-up code copies when the two differ.
  Addr virtual_address = 0;
  /// File contents; shorter than `memory_size` when the rest is zero-initialised (.bss).
  std::vector<std::uint8_t> bytes;
  std::uint32_t memory_size = 0;
  bool writable = false;
  bool executable = false;
  /// Names of the sections inside, for messages, such as ".text .rodata".
  std::string name;
};

/// A section with an address (SHF_ALLOC).
struct Section {
  std::string name;
  Addr address = 0;
  std::uint32_t size = 0;
  bool writable = false;
  bool executable = false;
  /// Occupies no file space (.bss).
  bool zero_initialised = false;
};

/// A range of code or of data inside code, from the mapping symbols $t and $d.
struct CodeRange {
  Addr begin = 0;
  Addr end = 0;
  bool is_code = true;
};

/// A place in the source code.
struct SourceLine {
  /// As the compiler names it, "." and ".." resolved; often absolute.
  std::string file;
  unsigned line = 0;

  /// "kernels/conv.c:118": at most the last two parts of the path.
  std::string describe() const;
};

/// From `begin` to the next row's begin, code comes from one line.
struct LineRow {
  Addr begin = 0;
  /// Index into `LineTable::files`.
  std::uint32_t file = 0;
  /// 0: no line, as between functions and where no debug information was given.
  std::uint32_t line = 0;
};

/// Which instruction comes from which source line; empty without debug information.
struct LineTable {
  std::vector<std::string> files;
  /// Sorted by `begin`, each `begin` once, neighbours differ.
  std::vector<LineRow> rows;
};

/// A function that the compiler put into another one.
struct InlinedCall {
  std::string function;
  /// The call that was replaced by the function's body.
  SourceLine called_at;
};

/// The DWARF of an ELF file; read when it is first asked for. Broken parts count as absent.
class DebugInfo;

/// A firmware image: everything the simulator needs from an ELF file.
struct Image {
  std::string path;
  /// Lower-case hex SHA-256 of the whole file.
  std::string sha256;
  /// Contents of .comment, such as "GCC: (15:12.2.rel1-1) 12.2.1 20221205"; "" when absent.
  std::string toolchain;
  /// Tag_CPU_name of the build attributes in lower case, such as "cortex-m7" or "7e-m"; "" when
  /// absent.
  std::string cpu;
  /// The smallest core with the architecture and FPU that the build attributes ask for.
  std::optional<CoreKind> core;
  std::vector<Segment> segments;
  std::vector<Section> sections;
  /// Sorted by address, then by kind (functions first) and name.
  std::vector<Symbol> symbols;
  std::vector<CodeRange> code_ranges;
  /// Entry address with the Thumb bit cleared: the reset vector where there is a vector table, else
  /// e_entry.
  Addr entry = 0;
  /// Address of the vector table (initial SP, reset handler ...), when the image has one.
  std::optional<Addr> vector_table;
  /// First word of the vector table, SP[1:0] cleared; 0 when there is none.
  Addr initial_sp = 0;
  /// Bytes of the non-loaded section .sramscope.names: NUL-terminated names, addressed by offset.
  std::vector<char> marker_names;
  /// Null when the file has no DWARF. Safe to use from several threads.
  std::shared_ptr<const DebugInfo> debug;

  /// The function or object that covers `address`, else nullptr. Zero-sized symbols reach to the
  /// next one.
  const Symbol* symbol_at(Addr address) const;
  /// The symbol of this exact name, else nullptr.
  const Symbol* symbol_named(std::string_view name) const;
  /// "function+0x12", or the bare address in hex when no symbol covers it.
  std::string describe(Addr address) const;
  /// The marker name at `offset` of .sramscope.names, or "" when out of range.
  std::string_view marker_name(std::uint32_t offset) const;
  /// All source lines that have code.
  const LineTable& lines() const;
  /// The line that the instruction at `address` comes from.
  std::optional<SourceLine> line_at(Addr address) const;
  /// The inlined functions that the instruction at `address` belongs to, innermost first. Slower
  /// than `line_at`: it searches the debug information.
  std::vector<InlinedCall> inlined_at(Addr address) const;
};

/// Debug information that consists of these lines, for images that do not come from a file.
std::shared_ptr<const DebugInfo> make_debug_info(LineTable lines);

/// Reads a 32-bit little-endian Arm ELF executable. Errors name the file and what is wrong with it.
Result<Image> load_elf(const std::string& path);
/// The same from memory; `name` is used in messages.
Result<Image> parse_elf(std::span<const std::uint8_t> file, const std::string& name);

}  // namespace sramscope

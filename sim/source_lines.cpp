// The only user of libdw: source lines, inlined calls and call frame information. Nothing here
// trusts the file: what libdw refuses is absent, and walks over entries are bounded.
#include "sim/source_lines.h"

#include <dwarf.h>
#include <elfutils/libdw.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "sim/little_endian.h"

namespace sramscope {
namespace {

/// Where `move_discarded_lines` puts things, and where nothing else is: the vendor's system space.
constexpr Addr kDiscarded = 0xfff00000;
/// Debugging entries visited for one question; a large firmware has some hundred thousand.
constexpr std::size_t kMostEntries = 4'000'000;
constexpr unsigned kDeepestEntry = 64;

bool is_discarded(Dwarf_Addr address) { return address == 0 || address >= kDiscarded; }

struct ElfEnd {
  void operator()(Elf* elf) const { elf_end(elf); }
};
struct DwarfEnd {
  void operator()(Dwarf* dwarf) const { dwarf_end(dwarf); }
};

std::string normal_path(const char* path) {
  return std::filesystem::path(path).lexically_normal().generic_string();
}

/// Contents of a section, decompressed; empty when there is none.
Elf_Data* section_data(Elf* elf, std::string_view wanted) {
  std::size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0) return nullptr;
  for (Elf_Scn* section = elf_nextscn(elf, nullptr); section; section = elf_nextscn(elf, section)) {
    GElf_Shdr header{};
    if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS) continue;
    const char* name = elf_strptr(elf, names, header.sh_name);
    if (!name || name != wanted) continue;
    if ((header.sh_flags & SHF_COMPRESSED) != 0 && elf_compress(section, 0, 0) < 0) return nullptr;
    Elf_Data* data = elf_rawdata(section, nullptr);
    return data && data->d_buf && data->d_size != 0 ? data : nullptr;
  }
  return nullptr;
}

// ---- lines -------------------------------------------------------------------------------------

/// Collects the line rows of all units.
class LineReader {
 public:
  void read(Dwarf_Die unit) {
    Dwarf_Lines* lines = nullptr;
    std::size_t count = 0;
    if (dwarf_getsrclines(&unit, &lines, &count) != 0) return;
    for (std::size_t i = 0; i < count; ++i) {
      if (Dwarf_Line* line = dwarf_onesrcline(lines, i)) add(line);
    }
    by_pointer_.clear();
  }

  LineTable finish() {
    // A row that ends a sequence gives way to the one that begins another there.
    std::stable_sort(rows_.begin(), rows_.end(), [](const LineRow& a, const LineRow& b) {
      return std::pair(a.begin, a.line != 0) < std::pair(b.begin, b.line != 0);
    });
    std::vector<LineRow>& out = table_.rows;
    for (const LineRow& row : rows_) {
      // The last of several rows at one address is the one that has code.
      if (!out.empty() && out.back().begin == row.begin) out.pop_back();
      const bool same = !out.empty() && out.back().line == row.line &&
                        (row.line == 0 || out.back().file == row.file);
      if (!same) out.push_back(row);
    }
    return std::move(table_);
  }

 private:
  void add(Dwarf_Line* line) {
    Dwarf_Addr address = 0;
    int number = 0;
    bool ends = false;
    if (dwarf_lineaddr(line, &address) != 0 || is_discarded(address)) return;
    if (dwarf_lineno(line, &number) != 0 || dwarf_lineendsequence(line, &ends) != 0) return;
    LineRow row{static_cast<Addr>(address), 0, 0};
    const char* path = ends ? nullptr : dwarf_linesrc(line, nullptr, nullptr);
    if (path && number > 0) {
      row.file = file_index(path);
      row.line = static_cast<std::uint32_t>(number);
    }
    rows_.push_back(row);
  }

  std::uint32_t file_index(const char* path) {
    const auto [known, is_new] = by_pointer_.try_emplace(path, 0);
    if (!is_new) return known->second;
    std::string name = normal_path(path);
    const auto [index, added] =
        by_name_.try_emplace(name, static_cast<std::uint32_t>(table_.files.size()));
    if (added) table_.files.push_back(std::move(name));
    return known->second = index->second;
  }

  LineTable table_;
  std::vector<LineRow> rows_;
  /// Valid within one unit.
  std::unordered_map<const char*, std::uint32_t> by_pointer_;
  std::unordered_map<std::string, std::uint32_t> by_name_;
};

/// Calls `visit` with every compilation unit's entry until it returns false.
template <class Visit>
void for_each_unit(Dwarf* dwarf, Visit visit) {
  Dwarf_CU* unit = nullptr;
  Dwarf_Die entry;
  while (dwarf && dwarf_get_units(dwarf, unit, &unit, nullptr, nullptr, &entry, nullptr) == 0) {
    if (dwarf_tag(&entry) == DW_TAG_compile_unit && !visit(entry)) return;
  }
}

// ---- inlined calls -----------------------------------------------------------------------------

/// Finds a function's entry by the function's address, then the inlined calls in it.
class InlineFinder {
 public:
  InlineFinder(Addr function, Addr address) : function_(function), address_(address) {}

  /// True when the unit holds the function.
  bool search(Dwarf_Die unit) {
    unit_ = unit;
    if (dwarf_haspc(&unit, address_) == 0) return false;
    Dwarf_Die found;
    if (!find_function(unit, 0, found)) return left_ == 0;
    descend(found, 0);
    std::reverse(calls_.begin(), calls_.end());
    return true;
  }

  std::vector<InlinedCall> take() { return std::move(calls_); }

 private:
  template <class Visit>
  bool any_child(Dwarf_Die parent, Visit visit) {
    Dwarf_Die child;
    if (dwarf_child(&parent, &child) != 0) return false;
    do {
      if (left_ == 0) return false;
      --left_;
      if (visit(child)) return true;
    } while (dwarf_siblingof(&child, &child) == 0);
    return false;
  }

  bool find_function(Dwarf_Die parent, unsigned depth, Dwarf_Die& found) {
    return depth < kDeepestEntry && any_child(parent, [&](Dwarf_Die& child) {
             const int tag = dwarf_tag(&child);
             Dwarf_Addr begin = 0;
             if (tag == DW_TAG_namespace || tag == DW_TAG_module)
               return find_function(child, depth + 1, found);
             if (tag != DW_TAG_subprogram || dwarf_lowpc(&child, &begin) != 0 || begin != function_)
               return false;
             found = child;
             return true;
           });
  }

  void descend(Dwarf_Die parent, unsigned depth) {
    if (depth >= kDeepestEntry) return;
    any_child(parent, [&](Dwarf_Die& child) {
      const int tag = dwarf_tag(&child);
      const bool is_call = tag == DW_TAG_inlined_subroutine;
      if ((!is_call && tag != DW_TAG_lexical_block) || dwarf_haspc(&child, address_) != 1)
        return false;
      if (is_call) note(child);
      descend(child, depth + 1);
      return true;
    });
  }

  void note(Dwarf_Die& call) {
    InlinedCall inlined;
    if (const char* name = dwarf_diename(&call)) inlined.function = name;
    Dwarf_Files* files = nullptr;
    std::size_t count = 0;
    const Dwarf_Word file = number(call, DW_AT_call_file);
    if (dwarf_getsrcfiles(&unit_, &files, &count) == 0 && file < count) {
      if (const char* path = dwarf_filesrc(files, file, nullptr, nullptr))
        inlined.called_at.file = normal_path(path);
    }
    inlined.called_at.line = static_cast<unsigned>(number(call, DW_AT_call_line));
    calls_.push_back(std::move(inlined));
  }

  static Dwarf_Word number(Dwarf_Die& entry, unsigned name) {
    Dwarf_Attribute attribute;
    Dwarf_Word value = 0;
    if (!dwarf_attr(&entry, name, &attribute) || dwarf_formudata(&attribute, &value) != 0) return 0;
    return value;
  }

  Addr function_;
  Addr address_;
  Dwarf_Die unit_{};
  std::size_t left_ = kMostEntries;
  std::vector<InlinedCall> calls_;
};

// ---- call frame information --------------------------------------------------------------------

/// Splits .debug_frame into one program per function. The entries are libdw's, the search is not:
/// it would find discarded functions at address 0 before real ones.
class FrameReader {
 public:
  FrameReader(Elf* elf, Elf_Data* data) : data_(data) {
    ident_ = reinterpret_cast<const unsigned char*>(elf_getident(elf, nullptr));
  }

  std::vector<sim::FrameProgram> read() {
    Dwarf_Off next = 0;
    for (Dwarf_Off at = 0; data_ && ident_ && at < data_->d_size; at = next) {
      Dwarf_CFI_Entry entry{};
      const int problem = dwarf_next_cfi(ident_, data_, /*eh_frame_p=*/false, at, &next, &entry);
      if (problem > 0 || next <= at) break;
      if (problem == 0) add(at, entry);
    }
    std::stable_sort(programs_.begin(), programs_.end(),
                     [](const auto& a, const auto& b) { return a.begin < b.begin; });
    return std::move(programs_);
  }

 private:
  void add(Dwarf_Off at, const Dwarf_CFI_Entry& entry) {
    if (dwarf_cfi_cie_p(&entry)) {
      common_[at] = entry.cie;
      return;
    }
    const auto found = common_.find(entry.fde.CIE_pointer);
    if (found == common_.end() || entry.fde.end - entry.fde.start < 8) return;
    const Dwarf_CIE& cie = found->second;
    // Compilers for Arm write none (or armcc's, which has no data); others would need decoding.
    const std::string_view augmentation = cie.augmentation ? cie.augmentation : "";
    if (!augmentation.empty() && augmentation != "armcc+") return;
    const Addr begin = sim::little_word(entry.fde.start);
    const std::uint32_t size = sim::little_word(entry.fde.start + 4);
    if (is_discarded(begin) || size == 0 || size > 0xffffffff - begin) return;
    programs_.push_back(
        {begin,
         begin + size,
         {cie.initial_instructions, cie.initial_instructions_end},
         {entry.fde.start + 8, entry.fde.end},
         static_cast<std::uint32_t>(cie.code_alignment_factor),
         static_cast<std::int32_t>(cie.data_alignment_factor),
         static_cast<unsigned>(std::min<Dwarf_Word>(cie.return_address_register, 255))});
  }

  Elf_Data* data_;
  const unsigned char* ident_ = nullptr;
  std::unordered_map<Dwarf_Off, Dwarf_CIE> common_;
  std::vector<sim::FrameProgram> programs_;
};

}  // namespace

struct DebugInfo::File {
  std::unique_ptr<Elf, ElfEnd> elf;
  std::unique_ptr<Dwarf, DwarfEnd> dwarf;
};

DebugInfo::DebugInfo(std::vector<std::uint8_t> file) : bytes_(std::move(file)) {}
DebugInfo::DebugInfo(LineTable lines) : lines_(std::move(lines)) {}
DebugInfo::~DebugInfo() = default;

DebugInfo::File* DebugInfo::file() const {
  if (file_) return file_.get();
  file_ = std::make_unique<File>();
  elf_version(EV_CURRENT);
  if (bytes_.empty()) return file_.get();
  file_->elf.reset(elf_memory(reinterpret_cast<char*>(bytes_.data()), bytes_.size()));
  if (!file_->elf) return file_.get();
  if (Elf_Data* lines = section_data(file_->elf.get(), ".debug_line")) {
    sim::move_discarded_lines({static_cast<std::uint8_t*>(lines->d_buf), lines->d_size});
  }
  file_->dwarf.reset(dwarf_begin_elf(file_->elf.get(), DWARF_C_READ, nullptr));
  return file_.get();
}

const LineTable& DebugInfo::lines() const {
  const std::lock_guard lock(mutex_);
  if (!lines_) {
    LineReader reader;
    for_each_unit(file()->dwarf.get(),
                  [&](const Dwarf_Die& unit) { return reader.read(unit), true; });
    lines_ = reader.finish();
  }
  return *lines_;
}

std::vector<InlinedCall> DebugInfo::inlined_at(Addr function, Addr address) const {
  const std::lock_guard lock(mutex_);
  InlineFinder finder(function, address);
  for_each_unit(file()->dwarf.get(), [&](const Dwarf_Die& unit) { return !finder.search(unit); });
  return finder.take();
}

std::optional<sim::FrameRule> DebugInfo::frame_rule_at(Addr pc) const {
  const std::lock_guard lock(mutex_);
  if (!frames_) {
    Elf* elf = file()->elf.get();
    frames_ = elf ? FrameReader(elf, section_data(elf, ".debug_frame")).read()
                  : std::vector<sim::FrameProgram>();
  }
  auto behind = std::upper_bound(frames_->begin(), frames_->end(), pc,
                                 [](Addr a, const sim::FrameProgram& f) { return a < f.begin; });
  if (behind == frames_->begin() || pc >= (--behind)->end) return std::nullopt;
  return sim::frame_rule_at(*behind, pc);
}

std::shared_ptr<const DebugInfo> make_debug_info(LineTable lines) {
  return std::make_shared<const DebugInfo>(std::move(lines));
}

}  // namespace sramscope

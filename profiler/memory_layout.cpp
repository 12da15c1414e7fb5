#include "profiler/memory_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace sramscope::profiler {
namespace {

/// Parts of names of tensor arenas, in lower case: TFLite Micro's examples ("tensor_arena"),
/// X-CUBE-AI ("activations"), microTVM ("g_aot_memory", "workspace"), TinyMaix ("mdl_buf").
constexpr std::array<std::string_view, 5> kArenaNames{"arena", "activations", "g_aot_memory",
                                                      "workspace", "mdl_buf"};
/// TinyEngine's name; too common for a part of a name.
constexpr std::string_view kTinyEngineArena = "buffer";
constexpr std::uint32_t kSmallestNamedArena = 1024;
constexpr std::uint32_t kSmallestArena = 4096;

/// One of these in an image means that it uses a heap.
constexpr std::array<const char*, 7> kHeapFunctions{"malloc",  "_malloc_r", "_sbrk",       "sbrk",
                                                    "_sbrk_r", "__malloc",  "pvPortMalloc"};

std::string lower(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

bool is_arena_name(const std::string& symbol) {
  const std::string name = lower(symbol);
  return name == kTinyEngineArena ||
         std::any_of(kArenaNames.begin(), kArenaNames.end(),
                     [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

bool is_ram(const Board& board, Addr address) {
  const Region* region = board.region_at(address);
  return region != nullptr && (region->kind == RegionKind::sram || region->kind == RegionKind::tcm);
}

/// Sections that linker scripts make to keep room, not for data: ".stack", ".heap_dummy",
/// "._user_heap_stack".
bool keeps_room(const Section& section, std::string_view what) {
  const std::string& name = section.name;
  return name.rfind("." + std::string(what), 0) == 0 ||
         (name.find("heap_stack") != std::string::npos && what == "stack");
}
bool keeps_room(const Section& section) {
  return keeps_room(section, "stack") || keeps_room(section, "heap");
}

/// The first address above the RAM in which the main stack starts.
Addr default_stack_top(const Board& board) {
  for (const RegionKind kind : {RegionKind::sram, RegionKind::tcm}) {
    for (const Region& region : board.regions) {
      if (region.kind == kind) {
        return region.base + region.size;
      }
    }
  }
  return 0;
}

}  // namespace

MemoryLayout::MemoryLayout(const Board& board, const Image& image) {
  add_static(board, image);
  find_arenas();
  add_main_stack(board, image);
}

void MemoryLayout::add_static(const Board& board, const Image& image) {
  for (const Section& section : image.sections) {
    if (section.size == 0 || !is_ram(board, section.address) || keeps_room(section)) {
      continue;
    }
    kinds_.set(section.address, section.size, MemoryKind::static_data);
    static_bytes_ += section.size;
  }
  for (const Symbol& symbol : image.symbols) {
    const bool is_object = symbol.kind == SymbolKind::object && symbol.size > 0 &&
                           !symbol.absolute && kinds_.at(symbol.address) == MemoryKind::static_data;
    const bool is_covered =
        !objects_.empty() && symbol.address < objects_.back().address + objects_.back().size;
    if (is_object && !is_covered) {
      objects_.push_back({symbol.name, MemoryKind::static_data, symbol.address, symbol.size});
    }
  }
}

void MemoryLayout::find_arenas() {
  std::vector<MemoryObject*> arenas;
  MemoryObject* largest = nullptr;
  for (MemoryObject& object : objects_) {
    if (object.size >= kSmallestNamedArena && is_arena_name(object.name)) {
      arenas.push_back(&object);
    }
    if (largest == nullptr || object.size > largest->size) {
      largest = &object;
    }
  }
  if (arenas.empty() && largest != nullptr && largest->size >= kSmallestArena &&
      2 * std::uint64_t{largest->size} >= static_bytes_) {
    arenas.push_back(largest);
  }
  for (MemoryObject* arena : arenas) {
    arena->kind = MemoryKind::arena;
    arena_bytes_ += arena->size;
    kinds_.set(arena->address, arena->size, MemoryKind::arena);
  }
}

/// From the initial stack pointer down to the next data, or to the end of that RAM.
void MemoryLayout::add_main_stack(const Board& board, const Image& image) {
  stack_top_ = image.vector_table ? image.initial_sp : default_stack_top(board);
  const Region* region = stack_top_ == 0 ? nullptr : board.region_at(stack_top_ - 1);
  if (region == nullptr) {
    return;
  }
  stack_floor_ = region->base;
  for (const Section& section : image.sections) {
    const Addr end = section.address + section.size;
    if (section.size > 0 && end <= stack_top_ && !keeps_room(section)) {
      stack_floor_ = std::max(stack_floor_, end);
    }
  }
  if (stack_floor_ < stack_top_) {
    kinds_.set(stack_floor_, stack_top_ - stack_floor_, MemoryKind::stack);
    add_heap(image);
  }
}

/// Between the data and the room that the linker script keeps for the stack.
void MemoryLayout::add_heap(const Image& image) {
  const std::uint64_t room = linker_room(image, "stack");
  const bool has_heap =
      std::any_of(kHeapFunctions.begin(), kHeapFunctions.end(),
                  [&](const char* n) { return image.symbol_named(n) != nullptr; });
  if (!has_heap || room == 0 || room >= stack_top_ - stack_floor_) {
    return;
  }
  heap_base_ = stack_floor_;
  heap_end_ = stack_top_ - static_cast<Addr>(room);
  kinds_.set(heap_base_, heap_end_ - heap_base_, MemoryKind::heap);
}

std::uint64_t linker_room(const Image& image, std::string_view what) {
  std::uint64_t bytes = 0;
  for (const Section& section : image.sections) {
    if (keeps_room(section, what)) {
      bytes += section.size;
    }
  }
  for (const Symbol& symbol : image.symbols) {
    const std::string name = lower(symbol.name);
    const bool tells_size = symbol.absolute && name.find(what) != std::string::npos &&
                            name.find("size") != std::string::npos;
    if (tells_size) {
      bytes = std::max<std::uint64_t>(bytes, symbol.address);
    }
  }
  return bytes;
}

int MemoryLayout::object_at(Addr address) const {
  const auto after =
      std::upper_bound(objects_.begin(), objects_.end(), address,
                       [](Addr a, const MemoryObject& object) { return a < object.address; });
  if (after == objects_.begin()) {
    return -1;
  }
  const MemoryObject& object = *std::prev(after);
  return address - object.address < object.size ? static_cast<int>(after - objects_.begin()) - 1
                                                : -1;
}

Addr MemoryLayout::end_of_object(Addr address) const {
  if (const int index = object_at(address); index >= 0) {
    const MemoryObject& object = objects_[static_cast<std::size_t>(index)];
    return object.address + object.size;
  }
  const auto next =
      std::upper_bound(objects_.begin(), objects_.end(), address,
                       [](Addr a, const MemoryObject& object) { return a < object.address; });
  return next == objects_.end() ? 0xffffffff : next->address;
}

MemoryObject MemoryLayout::whole(Addr address, std::uint32_t size, MemoryKind kind) const {
  if (const int index = object_at(address); index >= 0) {
    return objects_[static_cast<std::size_t>(index)];
  }
  if (address >= heap_base_ && address < heap_end_) {
    return {"heap", MemoryKind::heap, heap_base_, heap_end_ - heap_base_};
  }
  return {"", kind, address, size};
}

std::string MemoryLayout::name(Addr address) const {
  const MemoryObject object = whole(address, 1, kinds_.at(address));
  if (!object.name.empty()) {
    return object.name;
  }
  switch (object.kind) {
    case MemoryKind::stack:
      return "stack";
    case MemoryKind::static_data:
      return "static data without a symbol";
    case MemoryKind::heap:
    case MemoryKind::arena:
    case MemoryKind::other:
      break;
  }
  return "RAM without a name";
}

std::string MemoryLayout::describe(Addr address) const {
  const MemoryObject object = whole(address, 1, kinds_.at(address));
  const Addr offset = address - object.address;
  return offset == 0 ? name(address) : fmt::format("{}+{:#x}", object.name, offset);
}

}  // namespace sramscope::profiler

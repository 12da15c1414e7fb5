#include "profiler/memory_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

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

bool is_arena_name(const std::string& name) {
  std::string lower;
  for (const char c : name) {
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return lower == kTinyEngineArena ||
         std::any_of(kArenaNames.begin(), kArenaNames.end(),
                     [&](std::string_view part) { return lower.find(part) != std::string::npos; });
}

bool is_ram(const Board& board, Addr address) {
  const Region* region = board.region_at(address);
  return region != nullptr && (region->kind == RegionKind::sram || region->kind == RegionKind::tcm);
}

/// Sections that linker scripts make to keep room, not for data.
bool keeps_room(const Section& section) {
  const std::string& name = section.name;
  return name.find("stack") != std::string::npos || name.find("heap") != std::string::npos;
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
  }
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

MemoryObject MemoryLayout::whole(Addr address, std::uint32_t size, MemoryKind kind) const {
  if (const int index = object_at(address); index >= 0) {
    return objects_[static_cast<std::size_t>(index)];
  }
  if (auto block = blocks_.upper_bound(address); block != blocks_.begin()) {
    --block;
    if (address - block->first < block->second.size) {
      return {block->second.name, block->second.kind, block->first, block->second.size};
    }
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
    case MemoryKind::heap:
    case MemoryKind::arena:
      return "heap, free blocks";
    case MemoryKind::static_data:
      return "static data without a symbol";
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

void MemoryLayout::allocate(Addr address, std::uint32_t size, std::string name) {
  release(address);
  const bool no_static_arena = arena_bytes_ == 0;
  const bool is_arena = no_static_arena && size >= kSmallestArena && size > heap_arena_;
  const MemoryKind kind = is_arena ? MemoryKind::arena : MemoryKind::heap;
  if (is_arena) {
    heap_arena_ = size;
  }
  kinds_.set(address, size, kind);
  blocks_[address] = {size, std::move(name), kind};
  heap_in_use_ += size;
  heap_peak_ = std::max(heap_peak_, heap_in_use_);
  ++blocks_allocated_;
}

void MemoryLayout::release(Addr address) {
  if (const auto block = blocks_.find(address); block != blocks_.end()) {
    heap_in_use_ -= block->second.size;
    blocks_.erase(block);
  }
}

void MemoryLayout::grow_heap(Addr begin, std::uint32_t size) {
  for (std::uint32_t i = 0; i < size;) {
    const std::uint32_t same = kinds_.same_kind(begin + i, size - i);
    const MemoryKind kind = kinds_.at(begin + i);
    if (kind == MemoryKind::stack || kind == MemoryKind::other) {
      kinds_.set(begin + i, same, MemoryKind::heap);
    }
    i += same;
  }
  if (begin >= stack_floor_ && begin + size <= stack_top_) {
    stack_floor_ = std::max(stack_floor_, begin + size);
  }
}

void MemoryLayout::use_as_stack(Addr stack_pointer) {
  const Addr inside = stack_pointer - 1;
  if (const int index = object_at(inside); index >= 0) {
    MemoryObject& object = objects_[static_cast<std::size_t>(index)];
    object.kind = MemoryKind::stack;
    kinds_.set(object.address, object.size, MemoryKind::stack);
    return;
  }
  if (auto block = blocks_.upper_bound(inside); block != blocks_.begin()) {
    --block;
    if (inside - block->first < block->second.size) {
      block->second.kind = MemoryKind::stack;
      kinds_.set(block->first, block->second.size, MemoryKind::stack);
    }
  }
}

}  // namespace sramscope::profiler

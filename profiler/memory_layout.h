#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/kind_map.h"
#include "sramscope/board.h"
#include "sramscope/image.h"
#include "sramscope/report_memory.h"

namespace sramscope::profiler {

/// Something in RAM that has a name: a static object, the heap.
struct MemoryObject {
  std::string name;
  MemoryKind kind = MemoryKind::other;
  Addr address = 0;
  std::uint32_t size = 0;
};

/// Room that the linker script keeps for the "stack" or the "heap": from its section or from a
/// symbol such as __stack_size; 0 where the image does not tell.
std::uint64_t linker_room(const Image& image, std::string_view what);

/// What lies where in the RAM of one firmware: static objects from the symbols; the main stack from
/// the initial stack pointer down to the data below it; where the firmware has malloc or sbrk and
/// the linker script tells the stack's size, the rest of that is the heap.
///
/// The tensor arena is found so: static objects of at least 1 KB whose names say it (see
/// is_arena_name); else the largest static object, if it has at least 4 KB and half of all static
/// bytes.
class MemoryLayout {
 public:
  MemoryLayout() = default;
  MemoryLayout(const Board& board, const Image& image);

  const KindMap& kinds() const { return kinds_; }
  /// Static objects and stacks, ascending by address.
  const std::vector<MemoryObject>& objects() const { return objects_; }
  /// Index of the object that holds `address`, -1: none.
  int object_at(Addr address) const;
  /// The whole static object, or the heap, around `address`, else the range itself.
  MemoryObject whole(Addr address, std::uint32_t size, MemoryKind kind) const;
  /// First address behind the object that holds `address`, or where the next one begins.
  Addr end_of_object(Addr address) const;
  /// The name of what holds `address`.
  std::string name(Addr address) const;
  /// "weights+0x10" or "0x20001234".
  std::string describe(Addr address) const;

  /// Bytes of .data and .bss, arenas among them.
  std::uint64_t static_bytes() const { return static_bytes_; }
  /// Bytes of the arenas among the static objects.
  std::uint64_t arena_bytes() const { return arena_bytes_; }
  /// The RAM for the heap; empty where none is known.
  Addr heap_base() const { return heap_base_; }
  Addr heap_end() const { return heap_end_; }
  /// Where the main stack begins (first address above it), and the end of the data below it.
  Addr stack_top() const { return stack_top_; }
  Addr data_end() const { return stack_floor_; }

 private:
  void add_static(const Board& board, const Image& image);
  void find_arenas();
  void add_main_stack(const Board& board, const Image& image);
  void add_heap(const Image& image);

  KindMap kinds_;
  std::vector<MemoryObject> objects_;
  std::uint64_t static_bytes_ = 0;
  std::uint64_t arena_bytes_ = 0;
  Addr heap_base_ = 0;
  Addr heap_end_ = 0;
  Addr stack_top_ = 0;
  Addr stack_floor_ = 0;
};

}  // namespace sramscope::profiler

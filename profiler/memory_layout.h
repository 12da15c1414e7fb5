#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "profiler/kind_map.h"
#include "sramscope/board.h"
#include "sramscope/image.h"
#include "sramscope/report_memory.h"

namespace sramscope::profiler {

/// Something in RAM that has a name: a static object, a heap block, a stack.
struct MemoryObject {
  std::string name;
  MemoryKind kind = MemoryKind::other;
  Addr address = 0;
  std::uint32_t size = 0;
};

/// What lies where in the RAM of one firmware: static objects from the symbols, the main stack from
/// the initial stack pointer down to the data below it, heap blocks and process stacks as the run
/// tells.
///
/// The tensor arena is found so: static objects of at least 1 KB whose names say it (kArenaNames);
/// else the largest static object, if it has at least 4 KB and half of all static bytes; else the
/// largest heap block, if it has at least 4 KB.
class MemoryLayout {
 public:
  MemoryLayout() = default;
  MemoryLayout(const Board& board, const Image& image);

  const KindMap& kinds() const { return kinds_; }
  /// Static objects and stacks, ascending by address.
  const std::vector<MemoryObject>& objects() const { return objects_; }
  /// Index of the object that holds `address`, -1: none.
  int object_at(Addr address) const;
  /// The whole static object or heap block around `address`, else the range itself.
  MemoryObject whole(Addr address, std::uint32_t size, MemoryKind kind) const;
  /// The name of what holds `address`.
  std::string name(Addr address) const;
  /// "weights+0x10" or "0x20001234".
  std::string describe(Addr address) const;

  /// Bytes of .data and .bss, arenas among them.
  std::uint64_t static_bytes() const { return static_bytes_; }
  /// Bytes of the arenas among the static objects.
  std::uint64_t arena_bytes() const { return arena_bytes_; }
  /// Bytes of the heap block that is the arena, 0: none.
  std::uint32_t heap_arena() const { return heap_arena_; }
  /// Where the main stack begins (first address above it), and the end of the data below it.
  Addr stack_top() const { return stack_top_; }
  Addr stack_floor() const { return stack_floor_; }

  /// malloc gave out a block; free took one back. What was heap stays heap.
  void allocate(Addr address, std::uint32_t size, std::string name);
  void release(Addr address);
  /// The heap's owner took RAM from the free part, as sbrk does.
  void grow_heap(Addr begin, std::uint32_t size);
  /// A process stack pointer points here: the object around is a stack.
  void use_as_stack(Addr stack_pointer);

  std::uint64_t heap_in_use() const { return heap_in_use_; }
  std::uint64_t heap_peak() const { return heap_peak_; }
  std::uint64_t blocks_allocated() const { return blocks_allocated_; }
  /// Blocks that are in use, by address.
  struct Block {
    std::uint32_t size = 0;
    std::string name;
    MemoryKind kind = MemoryKind::heap;
  };
  const std::map<Addr, Block>& blocks() const { return blocks_; }

 private:
  void add_static(const Board& board, const Image& image);
  void find_arenas();
  void add_main_stack(const Board& board, const Image& image);

  KindMap kinds_;
  std::vector<MemoryObject> objects_;
  std::map<Addr, Block> blocks_;
  std::uint64_t static_bytes_ = 0;
  std::uint64_t arena_bytes_ = 0;
  std::uint32_t heap_arena_ = 0;
  std::uint64_t heap_in_use_ = 0;
  std::uint64_t heap_peak_ = 0;
  std::uint64_t blocks_allocated_ = 0;
  Addr stack_top_ = 0;
  Addr stack_floor_ = 0;
};

}  // namespace sramscope::profiler

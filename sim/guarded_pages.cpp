#include "sim/guarded_pages.h"

#include <sys/mman.h>

#include <new>

namespace sramscope::sim {

namespace {

constexpr std::size_t kTableBytes = memory::kPageCount * sizeof(memory::Page);

}  // namespace

GuardedPages::~GuardedPages() {
  if (pages_ != nullptr) munmap(pages_, kTableBytes);
}

memory::Page* GuardedPages::pages() {
  if (pages_ != nullptr) return pages_;
  void* table = mmap(nullptr, kTableBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (table == MAP_FAILED) throw std::bad_alloc();
  pages_ = static_cast<memory::Page*>(table);
  return pages_;
}

void GuardedPages::admit(std::uint32_t index, const memory::Page& page, bool readable, bool writable) {
  memory::Page admitted = page;
  if (!readable) admitted.read = nullptr;
  if (!writable) admitted.write = nullptr;
  if (admitted.read == nullptr && admitted.write == nullptr) return;
  memory::Page& entry = pages()[index];
  if (entry.read == nullptr && entry.write == nullptr) admitted_.push_back(index);
  entry = admitted;
}

void GuardedPages::clear() {
  for (const std::uint32_t index : admitted_) pages_[index] = memory::Page{};
  admitted_.clear();
}

}  // namespace sramscope::sim

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sramscope/layer_plan.h"
#include "sramscope/types.h"

namespace sramscope::sim {

/// Follows a `LayerPlan` through a run: which layers are open, by return addresses and stack
/// pointers. Calls that never return (longjmp, a task that is deleted) are closed by what comes
/// back to a shallower stack.
class LayerTracker {
 public:
  /// What stands before an instruction.
  struct Place {
    /// Points other than calls: they act whether or not the instruction's IT condition holds.
    std::vector<std::uint32_t> points;
    std::vector<std::uint32_t> calls;
    /// Calls of layers return here.
    bool is_return = false;
  };
  /// The core at a place.
  struct Here {
    Addr address = 0;
    Addr stack = 0;
    /// Where a call from here returns to, or the function that begins here.
    Addr return_address = 0;
    /// A call proper, which sets the link register.
    bool links = false;
    /// Where the call goes, Thumb bit cleared.
    Addr target = 0;
    /// r0 to r3.
    std::uint32_t arguments[4] = {};
  };
  struct Event {
    bool is_begin = false;
    std::string name;
    std::uint64_t key = 0;
  };
  /// Reads a word of the guest's memory; none where there is no memory.
  using ReadWord = std::function<std::optional<std::uint32_t>(Addr)>;
  /// Called with names of callees that nothing else names.
  using NameOf = std::function<std::string(Addr)>;

  LayerTracker(LayerPlan plan, ReadWord read_word, NameOf name_of);

  const LayerPlan& plan() const { return plan_; }
  /// Null where nothing is to be woven in.
  const Place* place(Addr address) const;

  /// What happens when the core reaches a place; `calls`: its calls, else its points and returns.
  std::vector<Event> reach(const Here& here, bool calls);
  /// True once after a return address came up that blocks do not know yet.
  bool take_new_places();

  /// "expand/conv", outermost first; "" outside.
  std::string path() const;
  std::string innermost() const;
  /// From the arguments of the patches that ran.
  std::optional<PatchGrid> patches() const;

 private:
  struct Open {
    std::string name;
    std::uint64_t key = 0;
    Addr return_address = 0;
    Addr stack = 0;
    bool is_region = false;
  };
  struct Activation {
    Addr stack = 0;
    std::uint64_t calls = 0;
  };
  void index();
  void watch(Addr address);
  void act(const LayerPoint& point, const Here& here, std::vector<Event>& events);
  void open_call(const LayerPoint& point, const Here& here, std::vector<Event>& events);
  void close_returned(const Here& here, std::vector<Event>& events);
  void close_abandoned(const Here& here, std::vector<Event>& events);
  void close_innermost(std::vector<Event>& events);
  void close_region(std::vector<Event>& events);
  void enter_container(const Here& here);
  bool is_layer(const LayerPoint& point, Addr target) const;
  std::uint64_t key_of(const Here& here);
  std::string name_at(const LayerPoint& point, const Here& here) const;
  std::optional<std::string> operator_name(const Here& here) const;
  std::string text_at(Addr address) const;

  LayerPlan plan_;
  ReadWord read_word_;
  NameOf name_of_;
  std::unordered_map<Addr, Place> places_;
  bool new_places_ = false;
  std::vector<Open> open_;
  std::vector<Activation> activations_;
  std::uint64_t patches_ = 0;
  std::uint64_t patches_on_top_ = 0;
  std::uint64_t patches_at_left_ = 0;
};

}  // namespace sramscope::sim

#pragma once

#include <array>
#include <cstdint>

#include "isa/insn.h"
#include "sramscope/types.h"

namespace sramscope::sim {

/// A branch as its predictor sees it.
struct BranchSite {
  enum class Kind : std::uint8_t {
    none,
    conditional,
    direct,
    call,
    indirect,
    indirect_call,
    returns
  };
  Kind kind = Kind::none;
  /// Stands under a condition, whatever its kind.
  bool is_conditional = false;
  Addr address = 0;
  /// First address behind it.
  Addr next = 0;
  /// Of a direct branch.
  Addr target = 0;
};
BranchSite branch_site(const isa::Insn& in);

/// Branch prediction of the Cortex-M7: a table of targets with a two-bit counter each (BTAC), a
/// return stack, and backward taken, forward not for branches it does not know. The sizes are
/// assumptions: CoreMark on silicon asks for at least 64 entries, 4-way or more, without global
/// history; a return stack of 8.
class BranchPredictor {
 public:
  enum class Outcome : std::uint8_t { right, redirected, wrong };
  /// `site` was taken, to `target`, or not: how well that was foreseen.
  Outcome resolve(const BranchSite& site, bool taken, Addr target);

 private:
  static constexpr unsigned kSets = 16, kWays = 4, kReturns = 8;
  struct Entry {
    Addr address = 1;
    Addr target = 0;
    std::uint8_t counter = 0;
    std::uint64_t used = 0;
  };
  using Set = std::array<Entry, kWays>;
  Entry* find(Set& set, Addr address);
  void learn(Set& set, Entry* entry, const BranchSite& site, bool taken, Addr target, bool wrong);
  Addr foreseen_target(const BranchSite& site, const Entry* entry);

  std::array<Set, kSets> sets_{};
  std::array<Addr, kReturns> returns_{};
  unsigned top_ = 0;
  std::uint64_t clock_ = 0;
};

}  // namespace sramscope::sim

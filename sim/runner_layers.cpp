// The part of the machine that cuts the run into layers: by markers and by the layer plan.

#include <algorithm>
#include <array>
#include <utility>

#include "sim/runner.h"
#include "sramscope/code.h"

namespace sramscope::sim {

LayerTracker Runner::make_tracker(LayerPlan plan) {
  auto read_word = [this](Addr address) -> std::optional<std::uint32_t> {
    std::array<std::uint8_t, 4> bytes{};
    if (!bus_.peek(address, bytes)) return std::nullopt;
    return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | std::uint32_t{bytes[3]} << 24;
  };
  auto name_of = [this](Addr function) {
    const Symbol* symbol = image_.symbol_at(function);
    return symbol != nullptr ? demangled(symbol->name) : image_.describe(function);
  };
  return {std::move(plan), std::move(read_word), std::move(name_of)};
}

void Runner::reach_layer(const MicroOp& op, bool call) {
  const isa::Insn& in = op.in;
  const bool holds = in.cond >= 14 || isa::condition_holds(core_->state.flags, in.cond);
  if (call && !holds) return;  // a conditional tail call that is not made
  LayerTracker::Here here;
  here.address = in.address;
  here.stack = core_->state.r[13];
  std::copy_n(core_->state.r.begin(), 4, here.arguments);
  const bool links = in.op == isa::Op::BL_T1 || in.op == isa::Op::BLX_reg_T1;
  const bool indirect = in.op == isa::Op::BLX_reg_T1 || in.op == isa::Op::BX_T1;
  here.links = call && links;
  here.return_address = call && links ? in.address + in.size : core_->state.r[14] & ~1u;
  here.target = !call ? in.address : indirect ? core_->state.r[in.m] & ~1u : in.imm;

  const std::vector<LayerTracker::Event> events = layers_.reach(here, call);
  if (layers_.take_new_places()) {  // blocks that lead there do not know it yet
    core_->code_changed = true;
    core_->request_event();
  }
  if (events.empty()) return;
  if (shadow_ != nullptr) shadow_->flush();
  Moment at = moment(totals_before(op), core_->now());
  for (const LayerTracker::Event& event : events) {
    at.layer_key = event.key;
    if (event.is_begin) {
      begin_layer(LayerKind::layer, event.name, at);
    } else {
      observer_->on_layer_end(LayerKind::layer, event.name, at, view());
    }
  }
}

void Runner::begin_layer(LayerKind kind, std::string_view name, const Moment& at) {
  if (shadow_ != nullptr) shadow_->disarm_all(at.tick);
  if (core_->guarded) forget_narrowed_pages();
  observer_->on_layer_begin(kind, name, at, view());
}

Counters Runner::totals_before(const MicroOp& op) const {
  const OpPlace place = place_of(&op, handlers_);
  return current_without(charged_from(*place.block, place.index));
}

std::string Runner::layer_path() const {
  const std::string marked = markers_.path();
  const std::string found = layers_.path();
  return marked + (marked.empty() || found.empty() ? "" : "/") + found;
}

void Runner::stimulus(unsigned port, unsigned size, std::uint32_t value) {
  if (port == 0) {
    const std::array<char, 4> text{static_cast<char>(value), static_cast<char>(value >> 8),
                                   static_cast<char>(value >> 16), static_cast<char>(value >> 24)};
    if (options_.console) options_.console({text.data(), size});
    return;
  }
  if (size != 4 || port < LayerMarkers::kBegin || port > LayerMarkers::kTensorName) return;
  const bool is_layer = port == LayerMarkers::kBegin || port == LayerMarkers::kEnd;
  if (is_layer && !layers_.plan().markers) return;
  using What = LayerMarkers::Event::What;
  const LayerMarkers::Event event = markers_.write(port, value);
  if (event.what == What::none) return;
  if (event.what == What::invalid)
    return warn("a layer marker names nothing in .sramscope.names; ignored");
  if (shadow_ != nullptr) shadow_->flush();
  const Tick tick = core_->now();
  const Moment at = moment(totals_at_op(), tick);
  if (event.what == What::tensor)
    return observer_->on_tensor(event.name, event.address, event.size, at);
  if (event.what == What::end) return observer_->on_layer_end(event.kind, event.name, at, view());
  begin_layer(event.kind, event.name, at);
}

}  // namespace sramscope::sim

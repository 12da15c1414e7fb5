#include "sim/layer_tracker.h"

#include <algorithm>
#include <utility>

namespace sramscope::sim {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kDeepest = 64;

}  // namespace

LayerTracker::LayerTracker(LayerPlan plan, ReadWord read_word, NameOf name_of)
    : plan_(std::move(plan)), read_word_(std::move(read_word)), name_of_(std::move(name_of)) {
  index();
}

void LayerTracker::index() {
  for (std::uint32_t i = 0; i < plan_.points.size(); ++i) {
    const LayerPoint& point = plan_.points[i];
    const bool is_call = point.what == LayerPoint::What::call;
    Place& place = places_[point.address];
    (is_call ? place.calls : place.points).push_back(i);
    // BL has four bytes, BLX two. Behind a tail call it does no harm.
    if (is_call) places_[point.address + (point.target ? 4 : 2)].is_return = true;
  }
}

const LayerTracker::Place* LayerTracker::place(Addr address) const {
  const auto found = places_.find(address);
  return found == places_.end() ? nullptr : &found->second;
}

bool LayerTracker::take_new_places() { return std::exchange(new_places_, false); }

void LayerTracker::watch(Addr address) {
  Place& place = places_[address];
  if (!place.is_return) new_places_ = true;
  place.is_return = true;
}

std::vector<LayerTracker::Event> LayerTracker::reach(const Here& here, bool calls) {
  std::vector<Event> events;
  const Place place = places_.at(here.address);
  if (calls) {
    for (const std::uint32_t i : place.calls) act(plan_.points[i], here, events);
    return events;
  }
  if (place.is_return) close_returned(here, events);
  if (plan_.patches && plan_.patches->function == here.address) {
    ++patches_;
    patches_on_top_ += (here.arguments[plan_.patches->top] & 0xffff) != 0;
    patches_at_left_ += (here.arguments[plan_.patches->left] & 0xffff) != 0;
  }
  for (const std::uint32_t i : place.points) act(plan_.points[i], here, events);
  return events;
}

void LayerTracker::act(const LayerPoint& point, const Here& here, std::vector<Event>& events) {
  switch (point.what) {
    case LayerPoint::What::container:
      return enter_container(here);
    case LayerPoint::What::region_end:
      return close_region(events);
    case LayerPoint::What::region_begin:
      if (open_.size() >= kDeepest) return;
      open_.push_back({point.name, 0, 0, 0, true});
      events.push_back({true, point.name, 0});
      return;
    case LayerPoint::What::call:
    case LayerPoint::What::entry:
      return open_call(point, here, events);
  }
}

void LayerTracker::open_call(const LayerPoint& point, const Here& here,
                             std::vector<Event>& events) {
  close_abandoned(here, events);
  if (!is_layer(point, here.target) || open_.size() >= kDeepest) return;
  const std::uint64_t key = key_of(here);
  const std::string name = name_at(point, here);
  watch(here.return_address);
  open_.push_back({name, key, here.return_address, here.stack, false});
  events.push_back({true, name, key});
}

bool LayerTracker::is_layer(const LayerPoint& point, Addr target) const {
  if (point.what == LayerPoint::What::entry || point.target) return true;
  if (std::binary_search(plan_.excluded.begin(), plan_.excluded.end(), target)) return false;
  if (!plan_.only_callees) return true;
  const auto at = std::lower_bound(plan_.callees.begin(), plan_.callees.end(), target,
                                   [](const auto& entry, Addr a) { return entry.first < a; });
  return at != plan_.callees.end() && at->first == target;
}

void LayerTracker::close_innermost(std::vector<Event>& events) {
  events.push_back({false, open_.back().name, open_.back().key});
  open_.pop_back();
}

/// Back from a call: its layer ends, and so do those of calls that it made and left by a jump.
void LayerTracker::close_returned(const Here& here, std::vector<Event>& events) {
  const auto match = std::find_if(open_.rbegin(), open_.rend(), [&](const Open& open) {
    return open.return_address == here.address && open.stack == here.stack && !open.is_region;
  });
  if (match == open_.rend()) return close_abandoned(here, events);
  auto first = std::prev(match.base());
  // A tail call has the return address and the stack of the call it takes the place of.
  while (first != open_.begin() && std::prev(first)->return_address == here.address &&
         std::prev(first)->stack == here.stack) {
    --first;
  }
  const auto keep = static_cast<std::size_t>(first - open_.begin());
  while (open_.size() > keep) close_innermost(events);
}

/// The stack is shallower than when these were called: they cannot come back. At a call proper the
/// same stack is enough, since whoever calls has put the link register on the stack.
void LayerTracker::close_abandoned(const Here& here, std::vector<Event>& events) {
  const auto is_gone = [&](const Open& open) {
    return !open.is_region && (open.stack < here.stack || (here.links && open.stack == here.stack));
  };
  while (!open_.empty() && is_gone(open_.back())) {
    close_innermost(events);
  }
}

void LayerTracker::close_region(std::vector<Event>& events) {
  const auto region =
      std::find_if(open_.rbegin(), open_.rend(), [](const Open& open) { return open.is_region; });
  if (region == open_.rend()) return;
  const auto keep = static_cast<std::size_t>(std::prev(region.base()) - open_.begin());
  while (open_.size() > keep) close_innermost(events);
}

void LayerTracker::enter_container(const Here& here) {
  while (!activations_.empty() && activations_.back().stack <= here.stack) activations_.pop_back();
  activations_.push_back({here.stack, 0});
}

std::uint64_t LayerTracker::key_of(const Here& here) {
  switch (plan_.key) {
    case LayerKey::site:
      return here.address;
    case LayerKey::callee:
      return here.target;
    case LayerKey::argument:
      return here.arguments[plan_.key_argument & 3];
    case LayerKey::ordinal:
      break;
  }
  // What returned has a stack that is not above that of the caller.
  while (activations_.size() > 1 && activations_.back().stack <= here.stack) {
    activations_.pop_back();
  }
  return activations_.empty() ? 0 : ++activations_.back().calls;
}

std::string LayerTracker::name_at(const LayerPoint& point, const Here& here) const {
  if (!point.name.empty()) return point.name;
  if (const auto name = operator_name(here)) return *name;
  const auto at = std::lower_bound(plan_.callees.begin(), plan_.callees.end(), here.target,
                                   [](const auto& entry, Addr a) { return entry.first < a; });
  if (at != plan_.callees.end() && at->first == here.target) return at->second;
  return name_of_(here.target);
}

std::optional<std::string> LayerTracker::operator_name(const Here& here) const {
  if (!plan_.operator_names) return std::nullopt;
  const OperatorNames& names = *plan_.operator_names;
  for (const std::uint32_t offset : names.registration_offsets) {
    const auto registration = read_word_(here.arguments[names.argument & 3] + offset);
    if (!registration) continue;
    const auto function = read_word_(*registration + names.function_offset);
    if (!function || (*function & ~1u) != here.target) continue;
    const auto code = read_word_(*registration + names.code_offset);
    if (!code) continue;
    if (*code == names.custom_code) {
      const auto text = read_word_(*registration + names.custom_name_offset);
      const std::string name = text ? text_at(*text) : "";
      if (!name.empty()) return name;
    }
    if (*code < names.names.size()) return names.names[*code];
  }
  return std::nullopt;
}

/// A C string, as far as it is printable.
std::string LayerTracker::text_at(Addr address) const {
  std::string text;
  while (text.size() < kLongestName) {
    const auto word = read_word_(address & ~3u);
    if (!word) return text;
    for (unsigned byte = address & 3u; byte < 4; ++byte, ++address) {
      const char c = static_cast<char>(*word >> (8 * byte));
      if (c < ' ' || c > '~') return text;
      text += c;
    }
  }
  return text;
}

std::string LayerTracker::path() const {
  std::string path;
  for (const Open& open : open_) path += (path.empty() ? "" : "/") + open.name;
  return path;
}

std::string LayerTracker::innermost() const { return open_.empty() ? "" : open_.back().name; }

std::optional<PatchGrid> LayerTracker::patches() const {
  if (patches_on_top_ == 0 || patches_at_left_ == 0) return std::nullopt;
  return PatchGrid{static_cast<unsigned>(patches_ / patches_on_top_),
                   static_cast<unsigned>(patches_ / patches_at_left_)};
}

}  // namespace sramscope::sim

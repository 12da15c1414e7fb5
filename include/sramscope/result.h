#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace sramscope {

/// Why an input was refused. `message` is one sentence that names the file, the place and the
/// reason.
struct Error {
  std::string message;
};

/// A value, or the reason why there is none. Used for bad input; faults of the guest are a `Stop`.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  bool ok() const { return state_.index() == 0; }

  /// The value; only when `ok()`.
  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }

  /// The error; only when not `ok()`.
  const Error& error() const {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

}  // namespace sramscope

// Reads a report's JSON; report_json.cpp is the writer, report_fields.h the layout.
#include <fmt/format.h>

#include <array>
#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "profiler/report_fields_all.h"
#include "sramscope/report.h"

namespace sramscope {
namespace {

using Json = nlohmann::json;

/// More names than any enumeration has.
constexpr unsigned kMostChoices = 32;
/// Version 2 brought the members that are `added`.
constexpr std::uint32_t kVersionOfAdded = 2;

/// A value as it is quoted in a message, cut short.
std::string shown(const Json& json) {
  if (json.is_structured()) {
    return json.is_array() ? "an array" : "an object";
  }
  const std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() > 40 ? text.substr(0, 37) + "..." : text;
}

/// Fills the members that `describe` names from a report's JSON. The first thing that is wrong is
/// kept in `error`; from then on everything stays as it is, so that `describe` needs no checks.
class Reader {
 public:
  static constexpr bool kReads = true;

  Reader(std::string where, const Json& root) : where_(std::move(where)), at_(&root) {}

  const std::optional<Error>& error() const { return error_; }

  void check_version() {
    field("schema_version", version_);
    if (!error_ && (version_ < 1 || version_ > kReportSchemaVersion)) {
      fail("schema_version",
           fmt::format("the report has version {}, this sramscope reads versions 1 to {}", version_,
                       kReportSchemaVersion));
    }
  }

  template <class T>
  void field(const char* key, T& value) {
    enter(key, [&](const Json& json) { take(json, value); });
  }
  template <class T>
  void added(const char* key, T& value) {
    if (version_ >= kVersionOfAdded) {
      field(key, value);
    }
  }
  template <class T>
  void optional(const char* key, std::optional<T>& value) {
    if (has(key)) {
      field(key, value.emplace());
    }
  }
  template <class T, std::size_t N>
  void sparse(const char* key, std::array<T, N>& values) {
    if (has(key)) {
      field(key, values);
    }
  }

  template <class E>
  void choice(const char* key, E& value, std::string_view (*name)(E)) {
    std::string text;
    field(key, text);
    std::string known;
    for (unsigned i = 0; i < kMostChoices; ++i) {
      const std::string_view candidate = name(static_cast<E>(i));
      if (candidate == "unknown") {
        continue;
      }
      if (candidate == text) {
        value = static_cast<E>(i);
        return;
      }
      known += (known.empty() ? "" : ", ") + std::string(candidate);
    }
    fail(place_of(key), fmt::format("\"{}\" is none of {}", text, known));
  }

  /// Index in the array of what is being read.
  std::size_t position() const { return position_; }

  void index(const char* key, std::uint32_t& value, std::size_t first, std::size_t end,
             const char* what) {
    enter(key, [&](const Json& json) { value = index_in(json, first, end, what); });
  }
  void index_or_none(const char* key, int& value, std::size_t end, const char* what) {
    enter(key, [&](const Json& json) {
      value = json == -1 ? -1 : static_cast<int>(index_in(json, 0, end, what));
    });
  }
  void layer(const char* key, std::uint32_t& value) { index(key, value, 0, layers_, "layer"); }
  void layer_or_none(const char* key, int& value) { index_or_none(key, value, layers_, "layer"); }
  void layers(const char* key, std::vector<std::uint32_t>& values) {
    enter(key, [&](const Json& json) {
      each(json, [&](const Json& item) { values.push_back(index_in(item, 0, layers_, "layer")); });
    });
  }
  void buffer_or_none(const char* key, int& v) { index_or_none(key, v, buffers_, "buffer"); }
  void function(const char* key, std::uint32_t& v) { index(key, v, 0, functions_, "function"); }
  void files(const char* key, std::vector<std::string>& values) {
    field(key, values);
    files_ = values.size();
  }
  void file_or_none(const char* key, int& value) { index_or_none(key, value, files_, "file"); }

  void console(const char* key, std::string& fnv1a, std::uint64_t& bytes) {
    enter(key, [&](const Json& json) {
      inside(json, [&] {
        field("fnv1a", fnv1a);
        field("size_bytes", bytes);
      });
    });
  }

 private:
  void fail(const std::string& place, const std::string& reason) {
    if (!error_) {
      error_ = Error{where_ + ": " + (place.empty() ? "" : place + ": ") + reason};
    }
  }
  void expected(const char* what, const Json& json) {
    fail(place_, fmt::format("expected {}, got {}", what, shown(json)));
  }
  std::string place_of(const char* key) const { return place_.empty() ? key : place_ + "." + key; }

  bool has(const char* key) const { return !error_ && at_->is_object() && at_->contains(key); }

  /// Calls `read` with the member `key` of the present object, whose place is known meanwhile.
  template <class Read>
  void enter(const char* key, const Read& read) {
    if (error_) {
      return;
    }
    if (!at_->is_object()) {
      return expected("an object", *at_);
    }
    const auto it = at_->find(key);
    if (it == at_->end()) {
      return fail(place_of(key), "is missing");
    }
    const std::size_t length = place_.size();
    place_ = place_of(key);
    read(*it);
    place_.resize(length);
  }
  /// Calls `read` while `json` is the present object.
  template <class Read>
  void inside(const Json& json, const Read& read) {
    const Json* const outer = std::exchange(at_, &json);
    read();
    at_ = outer;
  }
  /// Calls `read` for every element of an array.
  template <class Read>
  void each(const Json& json, const Read& read) {
    if (!json.is_array()) {
      return expected("an array", json);
    }
    const std::size_t length = place_.size();
    const std::size_t outer = position_;
    for (std::size_t i = 0; i < json.size() && !error_; ++i) {
      place_ += fmt::format("[{}]", i);
      position_ = i;
      read(json[i]);
      place_.resize(length);
    }
    position_ = outer;
  }

  template <std::integral T>
  void take(const Json& json, T& value) {
    const bool whole = json.is_number_integer();
    const bool negative = whole && !json.is_number_unsigned() && json.get<std::int64_t>() < 0;
    if (!whole || negative) {
      return expected("a whole number that is not negative", json);
    }
    const auto number = json.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<T>::max())) {
      return fail(place_, fmt::format("{} is too large, the most is {}", number,
                                      std::numeric_limits<T>::max()));
    }
    value = static_cast<T>(number);
  }
  void take(const Json& json, std::int64_t& value) {
    if (!json.is_number_integer() ||
        (json.is_number_unsigned() && json.get<std::uint64_t>() > std::uint64_t{1} << 62)) {
      return expected("a whole number", json);
    }
    value = json.get<std::int64_t>();
  }
  void take(const Json& json, bool& value) {
    if (!json.is_boolean()) {
      return expected("true or false", json);
    }
    value = json.get<bool>();
  }
  void take(const Json& json, std::string& value) {
    if (!json.is_string()) {
      return expected("a string", json);
    }
    value = json.get<std::string>();
  }
  void take(const Json& json, std::pair<std::uint32_t, std::uint32_t>& value) {
    std::array<std::uint32_t, 2> both{};
    take(json, both);
    value = {both[0], both[1]};
  }
  template <class T>
  void take(const Json& json, std::vector<T>& values) {
    each(json, [&](const Json& item) { take(item, values.emplace_back()); });
    note_size(values);
  }
  /// Missing elements at the end stay as they are.
  template <class T, std::size_t N>
  void take(const Json& json, std::array<T, N>& values) {
    each(json, [&](const Json& item) {
      if (position_ >= N) {
        return fail(place_, fmt::format("there are {} at most", N));
      }
      take(item, values[position_]);
    });
  }
  template <class T>
  void take(const Json& json, T& value) requires std::is_class_v<T> {
    inside(json, [&] { profiler::describe(*this, value); });
  }

  std::uint32_t index_in(const Json& json, std::size_t first, std::size_t end, const char* what) {
    std::uint32_t value = 0;
    take(json, value);
    if (!error_ && (value < first || value >= end)) {
      fail(place_, fmt::format("{} is no {}, there are {}", value, what, end - first));
    }
    return value;
  }

  template <class T>
  void note_size(const std::vector<T>&) {}
  void note_size(const std::vector<LayerReport>& layers) { layers_ = layers.size(); }
  void note_size(const std::vector<BufferReport>& buffers) { buffers_ = buffers.size(); }
  void note_size(const std::vector<FunctionReport>& functions) { functions_ = functions.size(); }

  std::string where_;
  const Json* at_;
  /// Where `at_` or what is being read stands in the file, such as "layers[3].memory".
  std::string place_;
  std::size_t position_ = 0;
  std::uint32_t version_ = 0;
  /// How many there are, for indices to them.
  std::size_t layers_ = 0;
  std::size_t buffers_ = 0;
  std::size_t functions_ = 0;
  std::size_t files_ = 0;
  std::optional<Error> error_;
};

/// The library's message without its own name and numbers in front.
std::string plain_reason(const std::string& what) {
  const std::size_t end_of_tag = what.find("] ");
  return end_of_tag == std::string::npos ? what : what.substr(end_of_tag + 2);
}

}  // namespace

Result<Report> report_from_json(std::string_view json, const std::string& where) {
  Json root;
  try {
    root = Json::parse(json);
  } catch (const Json::exception& e) {
    return Error{where + ": not a report: " + plain_reason(e.what())};
  }
  Reader reader(where, root);
  reader.check_version();
  Report report;
  if (!reader.error()) {
    profiler::describe(reader, report);
  }
  if (reader.error()) {
    return *reader.error();
  }
  return report;
}

}  // namespace sramscope

// Writes a report as JSON; report_read_json.cpp is the reader, report_fields.h the layout,
// report.schema.json its published form.
#include <array>
#include <concepts>
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

using Json = nlohmann::ordered_json;

/// Makes a JSON object of the members that `describe` names.
class Writer {
 public:
  static constexpr bool kReads = false;

  template <class T>
  static Json object_of(const T& value) {
    Writer writer;
    profiler::describe(writer, value);
    return std::move(writer.json_);
  }

  template <class T>
  void field(const char* key, const T& value) {
    json_[key] = json_of(value);
  }
  template <class T>
  void added(const char* key, const T& value) {
    field(key, value);
  }
  template <class T>
  void optional(const char* key, const std::optional<T>& value) {
    if (value) {
      field(key, *value);
    }
  }
  template <class T, std::size_t N>
  void sparse(const char* key, const std::array<T, N>& values) {
    if (values != std::array<T, N>{}) {
      field(key, values);
    }
  }
  template <class E>
  void choice(const char* key, E value, std::string_view (*name)(E)) {
    json_[key] = name(value);
  }

  // Indices are checked where they are read.
  std::size_t position() const { return 0; }
  void index(const char* key, std::uint32_t v, std::size_t, std::size_t, const char*) {
    field(key, v);
  }
  void index_or_none(const char* key, int v, std::size_t, const char*) { field(key, v); }
  void layer(const char* key, std::uint32_t value) { field(key, value); }
  void layer_or_none(const char* key, int value) { field(key, value); }
  void layers(const char* key, const std::vector<std::uint32_t>& value) { field(key, value); }
  void buffer_or_none(const char* key, int value) { field(key, value); }
  void function(const char* key, std::uint32_t value) { field(key, value); }
  void file_or_none(const char* key, int value) { field(key, value); }
  void files(const char* key, const std::vector<std::string>& value) { field(key, value); }

  void console(const char* key, const std::string& fnv1a, std::uint64_t bytes) {
    json_[key] = {{"fnv1a", fnv1a}, {"size_bytes", bytes}};
  }

 private:
  template <std::integral T>
  static Json json_of(T value) {
    return value;
  }
  static Json json_of(const std::string& text) { return text; }
  static Json json_of(const std::pair<std::uint32_t, std::uint32_t>& pair) {
    return Json::array({pair.first, pair.second});
  }
  template <class T>
  static Json json_of(const std::vector<T>& values) {
    return array_of(values);
  }
  template <class T, std::size_t N>
  static Json json_of(const std::array<T, N>& values) {
    return array_of(values);
  }
  template <class T>
  static Json json_of(const T& value) requires std::is_class_v<T> {
    return object_of(value);
  }
  template <class Values>
  static Json array_of(const Values& values) {
    Json array = Json::array();
    for (const auto& value : values) {
      array.push_back(json_of(value));
    }
    return array;
  }

  Json json_;
};

std::string text_of(const Json& json, int indent) {
  // A firmware may call its layers anything, also what is not UTF-8.
  return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

/// An array as one line per element: that reads well, differs well and stays small.
std::string lines_of(const Json& array) {
  std::string text = "[";
  for (std::size_t i = 0; i < array.size(); ++i) {
    text += (i == 0 ? "\n  " : ",\n  ") + text_of(array[i], -1);
  }
  return text + (array.empty() ? "]" : "\n ]");
}

/// What the elements of arrays by cause and by kind stand for.
void add_legend(Json& json) {
  Json& causes = json["cycle_causes"] = Json::array();
  for (std::size_t i = 0; i < kCycleCauses; ++i) {
    causes.push_back(cycle_cause_name(static_cast<CycleCause>(i)));
  }
  Json& kinds = json["memory_kinds"] = Json::array();
  for (std::size_t i = 0; i < kMemoryKinds; ++i) {
    kinds.push_back(memory_kind_name(static_cast<MemoryKind>(i)));
  }
}

}  // namespace

std::string to_json(const Report& report) {
  Json json = {{"schema_version", kReportSchemaVersion}};
  add_legend(json);
  json.update(Writer::object_of(report));
  std::string text = "{";
  for (const auto& [key, value] : json.items()) {
    text += text.size() == 1 ? "\n " : ",\n ";
    text += Json(key).dump() + ": " + (value.is_array() ? lines_of(value) : text_of(value, -1));
  }
  return text + "\n}\n";
}

}  // namespace sramscope

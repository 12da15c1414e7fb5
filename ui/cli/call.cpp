// run --call: one function of an image whose main needs hardware that is not there.
#include "ui/cli/call.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string_view>

#include "sramscope/code.h"
#include "ui/cli/files.h"
#include "ui/cli/text.h"

namespace sramscope::cli {
namespace {

constexpr std::size_t kShownBytes = 64;

/// "SYMBOL=FILE" taken apart; no file where there is no "=".
struct Buffer {
  std::string symbol;
  std::string file;
};

Buffer split(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return {text, ""};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

/// By the name in the symbol table, or the C++ name without parameters.
const Symbol* find_symbol(const Image& image, const std::string& name, SymbolKind kind) {
  const Symbol* symbol = image.symbol_named(name);
  if (symbol != nullptr && symbol->kind == kind) return symbol;
  for (const Symbol& one : image.symbols) {
    if (one.kind != kind) continue;
    const std::string plain = demangled(one.name);
    if (plain == name || plain.substr(0, plain.find('(')) == name) return &one;
  }
  return nullptr;
}

std::string unknown(const Image& image, const std::string& option, const std::string& name,
                    SymbolKind kind) {
  std::vector<std::string> names;
  for (const Symbol& symbol : image.symbols) {
    if (symbol.kind == kind) names.push_back(symbol.name);
  }
  const std::string best = nearest(name, names);
  return fmt::format("{} {}: {} has no {} of that name{}", option, name, image.path,
                     kind == SymbolKind::function ? "function" : "object",
                     best.empty() ? "" : "; did you mean " + best + "?");
}

Result<const Symbol*> object_named(const Image& image, const std::string& option,
                                   const std::string& name) {
  const Symbol* symbol = find_symbol(image, name, SymbolKind::object);
  if (symbol == nullptr) return Error{unknown(image, option, name, SymbolKind::object)};
  if (symbol->size == 0) return Error{fmt::format("{} {}: its size is unknown", option, name)};
  return symbol;
}

Result<std::uint32_t> parse_word(const std::string& option, const std::string& text) {
  try {
    std::size_t used = 0;
    const long long value = std::stoll(text, &used, 0);
    if (used == text.size() && value >= -0x80000000LL && value <= 0xffffffffLL) {
      return static_cast<std::uint32_t>(value);
    }
  } catch (const std::logic_error&) {
    // falls through to the message
  }
  return Error{fmt::format("{}: expected a 32-bit number, got \"{}\"", option, text)};
}

std::string shown(const Symbol& symbol, const std::vector<std::uint8_t>& bytes) {
  std::string text = fmt::format("{} ({} bytes at {}):", symbol.name, bytes.size(),
                                 format_address(symbol.address));
  for (std::size_t i = 0; i < bytes.size() && i < kShownBytes; ++i) {
    text += fmt::format("{}{:02x}", i % 16 == 0 ? "\n  " : " ", bytes[i]);
  }
  if (bytes.size() > kShownBytes) text += " ...";
  return text + "\n";
}

}  // namespace

void add_call_options(CLI::App& command, CallRequest& request) {
  command
      .add_option("--call", request.function,
                  "Run this function alone: data is initialised, the FPU is on, main is not run")
      ->type_name("FUNCTION");
  command
      .add_option("--call-arg", request.arguments,
                  "With --call: a number for the function's next argument; up to four times")
      ->type_name("N")
      ->allow_extra_args(false);
  command.add_option("--input", request.inputs, "With --call: fill an object from a file before")
      ->type_name("SYM=FILE")
      ->allow_extra_args(false);
  command
      .add_option("--output", request.outputs,
                  "With --call: print an object afterwards, or write it to a file")
      ->type_name("SYM[=FILE]")
      ->allow_extra_args(false);
  command
      .add_option("--stack", request.stack,
                  "With --call: the stack pointer (default: the image's own)")
      ->type_name("ADDRESS");
}

Result<std::optional<FunctionCall>> resolve_call(const CallRequest& request, const Image& image) {
  if (request.function.empty()) {
    if (!request.inputs.empty()) return Error{"--input needs --call"};
    if (!request.outputs.empty()) return Error{"--output needs --call"};
    if (!request.arguments.empty()) return Error{"--call-arg needs --call"};
    if (request.stack) return Error{"--stack needs --call"};
    return std::optional<FunctionCall>{};
  }
  const Symbol* symbol = find_symbol(image, request.function, SymbolKind::function);
  if (symbol == nullptr) {
    return Error{unknown(image, "--call", request.function, SymbolKind::function)};
  }
  if (request.arguments.size() > 4) return Error{"--call-arg: four arguments are the most"};
  FunctionCall call;
  call.function = symbol->address;
  for (const std::string& text : request.arguments) {
    const auto value = parse_word("--call-arg", text);
    if (!value) return value.error();
    call.arguments.push_back(*value);
  }
  if (request.stack) {
    const auto value = parse_word("--stack", *request.stack);
    if (!value) return value.error();
    call.stack = *value;
  }
  return std::optional<FunctionCall>{call};
}

Result<bool> load_inputs(const CallRequest& request, const Image& image, Machine& machine) {
  for (const std::string& text : request.inputs) {
    const Buffer input = split(text);
    if (input.file.empty()) return Error{"--input " + text + ": expected SYMBOL=FILE"};
    const auto symbol = object_named(image, "--input", input.symbol);
    if (!symbol) return symbol.error();
    const auto bytes = read_file(input.file);
    if (!bytes) return bytes.error();
    if (bytes->size() > (*symbol)->size) {
      return Error{fmt::format("--input {}: {} has {} bytes, the object {}", text, input.file,
                               bytes->size(), (*symbol)->size)};
    }
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes->data());
    const auto done = machine.write_memory((*symbol)->address, {data, bytes->size()});
    if (!done) return Error{"--input " + text + ": " + done.error().message};
  }
  return true;
}

std::string check_outputs(const CallRequest& request, const Image& image) {
  for (const std::string& text : request.outputs) {
    const Buffer output = split(text);
    const auto symbol = object_named(image, "--output", output.symbol);
    if (!symbol) return symbol.error().message;
    if (output.file.empty()) continue;
    if (const auto problem = cannot_write(output.file); !problem.empty()) {
      return "--output " + problem;
    }
  }
  return "";
}

Result<std::string> save_outputs(const CallRequest& request, const Image& image,
                                 const Machine& machine) {
  std::string text;
  for (const std::string& one : request.outputs) {
    const Buffer output = split(one);
    const auto symbol = object_named(image, "--output", output.symbol);
    if (!symbol) return symbol.error();
    const auto bytes = machine.read_memory((*symbol)->address, (*symbol)->size);
    if (!bytes) return Error{"--output " + one + ": " + bytes.error().message};
    if (output.file.empty()) {
      text += shown(**symbol, *bytes);
      continue;
    }
    const std::string_view raw(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    if (const auto problem = write_file(output.file, raw); !problem.empty()) return Error{problem};
  }
  return text;
}

}  // namespace sramscope::cli

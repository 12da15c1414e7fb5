#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sramscope/image.h"
#include "sramscope/types.h"

namespace sramscope {

/// A function of an image.
struct CodeFunction {
  /// As in the symbol table; "sub_08001234" where the image has no symbol.
  std::string name;
  /// Name of the source file (STT_FILE) for local symbols, else "".
  std::string file;
  Addr begin = 0;
  Addr end = 0;
};

/// A call in the code of a function.
struct CallSite {
  Addr address = 0;
  /// Where it goes; none for a call through a register.
  std::optional<Addr> target;
  /// A jump into another function in place of call and return.
  bool tail = false;
};

/// The functions of an image, sorted by address. Without symbols: the entry and whatever is called
/// directly from code that is known already.
std::vector<CodeFunction> code_functions(const Image& image);

/// The function that begins at `begin`, for code that no symbol and no direct call leads to.
CodeFunction code_function_at(const Image& image, Addr begin);

/// The calls in `function`, in order of address. Data between instructions is skipped where the
/// image tells (mapping symbols).
std::vector<CallSite> call_sites(const Image& image, const CodeFunction& function);

/// "tflite::MicroInterpreter::Invoke()" for a mangled C++ name, any other name as it is.
std::string demangled(const std::string& name);

}  // namespace sramscope

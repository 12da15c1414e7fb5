#!/usr/bin/env python3
"""Proves the include rule: which folder may see which, and that every third party has one door.

    check_includes.py <source root>     lists every violation; exit status 1 if there is one
    check_includes.py --self-test       runs the rule on snippets that break it

       sim --> isa      sim --> memory          the only arrows between folders
        |       |          |
        v       v          v
       +------------------------------+
       |      include/sramscope       |  <-- profiler    <-- models    <-- ui
       +------------------------------+
"""

import pathlib
import re
import sys

# Folder -> folders whose private headers it may include. Its own it always may.
ARROWS = {
    "include": set(),
    "isa": set(),
    "memory": set(),
    "sim": {"isa", "memory"},
    "profiler": set(),
    "models": set(),
    "ui": set(),
}

# Folder -> the only public headers that it may include (folders not named here: all).
PUBLIC_ONLY = {"isa": {"sramscope/types.h"}}

# Third party -> (how its headers look, the files that may include them, these doors in words).
DOORS = {
    "libelf": (r"(libelf|gelf|elf|libelf/.*)\.h", r"sim/elf\.cpp", "sim/elf.cpp"),
    "libdw": (r"(dwarf\.h|elfutils/.*)", r"sim/source_lines\.cpp", "sim/source_lines.cpp"),
    "nlohmann json": (r"nlohmann/.*", r"[a-z]+/(.*/)?([a-z0-9_]+_)?json\.cpp", "*_json.cpp"),
    "capstone": (r"capstone(/.*|\.h)", r"sim/disassemble\.cpp", "sim/disassemble.cpp"),
    "OpenSSL": (r"openssl/.*", r"sim/sha256\.cpp", "sim/sha256.cpp"),
    "CLI11": (r"CLI/.*", r"ui/cli/.*\.cpp", "ui/cli/*.cpp"),
    "SDL and ImGui": (r"(SDL2?/.*|SDL.*\.h|imgui.*|backends/imgui_.*|stb/.*|stb_.*)", r"ui/viewer/.*\.cpp", "ui/viewer/*.cpp"),
    "flatbuffers": (r"flatbuffers/.*", r"models/tflite_import\.cpp", "models/tflite_import.cpp"),
    "fmt": (r"fmt/.*", r".*\.cpp", "any .cpp, no header"),
    "test libraries": (r"(gtest|gmock|benchmark|unicorn)/.*", r"tests/.*", "tests/"),
}

# The C library, POSIX and the compiler. C++'s own headers are those without a dot and a slash.
SYSTEM = re.compile(
    r"[a-z_]+"
    r"|(assert|ctype|errno|fenv|float|inttypes|limits|locale|math|setjmp|signal|stdalign|stdarg|stdatomic"
    r"|stdbool|stddef|stdint|stdio|stdlib|string|time|wchar)\.h"
    r"|(cxxabi|dirent|dlfcn|fcntl|fnmatch|getopt|glob|libgen|poll|pthread|pwd|sched|spawn|strings|termios|unistd)\.h"
    r"|sys/[a-z_]+\.h|linux/[a-z_]+\.h|[a-z]+intrin\.h|arm_acle\.h"
)

SUFFIXES = {".h", ".hpp", ".def", ".inc", ".c", ".cc", ".cpp"}
# C for the target: compiled by other people's build systems too, so its includes are relative.
FREE = re.compile(r"models/kernels/")

RAW_STRING = re.compile(r'R"([^()\\\s]{0,16})\(.*?\)\1"', re.S)
BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.S)
INCLUDE = re.compile(r"^[ \t]*#[ \t]*(?:include|include_next|import)\b[ \t]*(.*)$", re.M)


def blank(match):
    """What was matched, reduced to its line ends, so that line numbers stay right."""
    return "\n" * match.group().count("\n")


def includes(text):
    """(line, quote, path) of every include; quote is '' for one that is computed by a macro."""
    text = BLOCK_COMMENT.sub(blank, RAW_STRING.sub(blank, text))
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        target = re.match(r'(["<])([^">]+)[">]', match.group(1))
        yield (line, target.group(1), target.group(2)) if target else (line, "", match.group(1))


def third_party(path):
    for name, (pattern, door, words) in DOORS.items():
        if re.fullmatch(pattern, path):
            return name, door, words
    return None


def judge(file, quote, path):
    """None, or why `file` (relative to the root, with slashes) may not include `path`."""
    folder = file.split("/")[0]
    if not quote:
        return f"includes what a macro names ({path})"
    party = third_party(path)
    if party:
        name, door, words = party
        if re.fullmatch(door, file):
            return None
        return f'includes "{path}": {name} has one door, {words}'
    first = path.split("/")[0]
    if quote == '"' and first == "sramscope":
        allowed = PUBLIC_ONLY.get(folder)
        if allowed and path not in allowed:
            return f'includes "{path}": {folder}/ sees only {", ".join(sorted(allowed))} of include/'
        return None
    if quote == '"' and first in ARROWS and "/" in path:
        if first == folder or first in ARROWS[folder]:
            return None
        return f'includes "{path}": there is no arrow from {folder}/ to {first}/'
    if quote == '"':
        return f'includes "{path}": name private headers by their path from the root ("{folder}/{path}")'
    if SYSTEM.fullmatch(path):
        return None
    return f"includes <{path}>: neither the standard library nor a third party with a door"


def check_text(file, text):
    return [f"{file}:{line}: {reason}"
            for line, quote, path in includes(text)
            for reason in [judge(file, quote, path)] if reason]


def check_tree(root):
    violations, files = [], 0
    for folder in ARROWS:
        for path in sorted((root / folder).rglob("*")):
            file = path.relative_to(root).as_posix()
            if path.suffix in SUFFIXES and not FREE.match(file):
                files += 1
                violations += check_text(file, path.read_text(encoding="utf-8"))
    return violations, files


def self_test():
    """Snippets that break the rule, and ones that keep it and look as if they did not."""
    bad = {
        ("isa/decode.cpp", '#include "sim/core.h"'): "no arrow from isa/ to sim/",
        ("isa/alu.h", '#include "sramscope/result.h"'): "isa/ sees only sramscope/types.h",
        ("isa/alu.h", '#include "memory/bus.h"'): "no arrow from isa/ to memory/",
        ("memory/bus.cpp", '#include "isa/insn.h"'): "no arrow from memory/ to isa/",
        ("memory/bus.cpp", '#include "sim/core.h"'): "no arrow from memory/ to sim/",
        ("sim/machine.cpp", '#include "profiler/counts.h"'): "no arrow from sim/ to profiler/",
        ("sim/machine.cpp", '#include "ui/cli/run.h"'): "no arrow from sim/ to ui/",
        ("profiler/report.cpp", '#include "sim/core.h"'): "no arrow from profiler/ to sim/",
        ("profiler/report.cpp", '#include "models/network.h"'): "no arrow from profiler/ to models/",
        ("models/plan.cpp", '#include "profiler/layers.h"'): "no arrow from models/ to profiler/",
        ("ui/cli/run.cpp", '  #  include "sim/core.h"'): "no arrow from ui/ to sim/",
        ("ui/viewer/main.cpp", '#include "memory/bus.h"'): "no arrow from ui/ to memory/",
        ("include/sramscope/machine.h", '#include "sim/core.h"'): "no arrow from include/ to sim/",
        ("include/sramscope/report.h", "#include <nlohmann/json.hpp>"): "nlohmann json has one door",
        ("include/sramscope/report.h", "#include <fmt/core.h>"): "fmt has one door",
        ("sim/core.h", "#include <fmt/core.h>"): "fmt has one door",
        ("sim/machine.cpp", "#include <gelf.h>"): "libelf has one door, sim/elf.cpp",
        ("sim/call_stack.cpp", "#include <elfutils/libdw.h>"): "libdw has one door, sim/source_lines.cpp",
        ("sim/machine.cpp", "#include <capstone/capstone.h>"): "capstone has one door",
        ("sim/elf.cpp", "#include <openssl/sha.h>"): "OpenSSL has one door",
        ("memory/board.cpp", "#include <nlohmann/json.hpp>"): "nlohmann json has one door",
        ("memory/board_json.h", "#include <nlohmann/json.hpp>"): "nlohmann json has one door",
        ("ui/cli/run.cpp", "#include <SDL2/SDL.h>"): "SDL and ImGui has one door",
        ("ui/cli/options.h", "#include <CLI/CLI.hpp>"): "CLI11 has one door",
        ("ui/gdb_server.cpp", '#include "CLI/CLI.hpp"'): "CLI11 has one door",
        ("sim/machine.cpp", "#include <unicorn/unicorn.h>"): "test libraries has one door, tests/",
        ("sim/machine.cpp", "#include <boost/asio.hpp>"): "neither the standard library nor",
        ("sim/machine.cpp", '#include "core.h"'): 'by their path from the root ("sim/core.h")',
        ("sim/machine.cpp", '#include "../isa/insn.h"'): "by their path from the root",
        ("sim/machine.cpp", "#include OP_TABLE"): "includes what a macro names",
        ("sim/machine.cpp", '/* a\n b */\n#include "ui/x.h"'): "sim/machine.cpp:3:",
    }
    good = [
        ("isa/decode.cpp", '#include "isa/thumb16.def"\n#include "sramscope/types.h"\n#include <array>'),
        ("sim/core.h", '#include "isa/state.h"\n#include "memory/bus.h"\n#include "sim/timing/timing_model.h"'),
        ("memory/board_json.cpp", "#include <nlohmann/json.hpp>\n#include <fmt/format.h>"),
        ("ui/cli/boards_json.cpp", '#include <nlohmann/json.hpp>\n#include "sramscope/board.h"'),
        ("sim/elf.cpp", "#include <gelf.h>\n#include <libelf.h>\n#include <fcntl.h>\n#include <sys/stat.h>"),
        ("models/codegen.cpp", 'auto text = R"(\n#include "net.h"\n)";'),
        ("models/codegen.cpp", '// see\n// #include "sim/core.h"\n/*\n#include "sim/core.h"\n*/'),
    ]
    failures = []
    for (file, text), expected in bad.items():
        found = check_text(file, text)
        if len(found) != 1 or expected not in found[0]:
            failures.append(f"{file}: {text!r}: expected one violation with {expected!r}, got {found}")
    for file, text in good:
        if check_text(file, text):
            failures.append(f"{file}: {text!r}: expected none, got {check_text(file, text)}")
    print("\n".join(failures) or f"self-test: {len(bad)} violations found, {len(good)} clean files passed")
    return 1 if failures else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    violations, files = check_tree(pathlib.Path(sys.argv[1]))
    print("\n".join(violations) or f"include rule: {files} files keep it")
    return 1 if violations or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())

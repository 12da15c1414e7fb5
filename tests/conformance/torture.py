#!/usr/bin/env python3
"""GCC's torture suite: fetches, builds and runs it, and prints passed/all for every configuration.

The programs come from Debian's package gcc-12-source; they are GPL-3 and never part of our tree, only their names are.
A configuration is a row of CONFIGS: a compiler command, a memory map, and who runs it (a board of sramscope's, a
machine of QEMU's). Every program must end itself with status 0.

To add a configuration:
  1. add a row to CONFIGS; its `count` is the number of programs that must pass, found with `--runner qemu`;
  2. if its memory map is new, add it to MAPS; if sramscope has no such board, add boards/<name>.json;
  3. if some programs cannot pass on it, give a list in expected/ with the reasons, and name it in the row's `without`.
"""

import argparse
import concurrent.futures
import dataclasses
import fcntl
import fnmatch
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = "gcc-12-source"
COMPILER = "arm-none-eabi-gcc"
COMPILE_SECONDS = 300
QEMU_SECONDS = 60
MAX_CYCLES = 2_000_000_000

# Origin and length of read-only memory, then of RAM, as torture.ld wants them.
MAPS = {
    "mps2": ("0x00000000", "4M", "0x20000000", "4M"),
    "small": ("0x00000000", "256K", "0x20000000", "64K"),
    "an505": ("0x10000000", "4M", "0x38000000", "2M"),
}


@dataclasses.dataclass(frozen=True)
class Config:
    name: str
    target: str  # compiler options that choose core and ABI
    level: str  # optimisation
    map: str  # key of MAPS
    board: str  # sramscope's; a name without ".json" is a built-in board
    machine: str  # QEMU's, with its -cpu where needed
    count: int  # programs, all of which must pass
    suite: str = "c-torture"
    without: tuple = ("unsupported.txt",)  # lists in expected/ of programs left out


M0PLUS = "-mcpu=cortex-m0plus -mfloat-abi=soft"
M3 = "-mcpu=cortex-m3 -mfloat-abi=soft"
M4 = "-mcpu=cortex-m4 -mfloat-abi=hard -mfpu=fpv4-sp-d16"
M4_SOFT = "-mcpu=cortex-m4 -mfloat-abi=soft"
M7 = "-mcpu=cortex-m7 -mfloat-abi=hard -mfpu=fpv5-d16"
M33 = "-mcpu=cortex-m33 -mfloat-abi=hard -mfpu=fpv5-sp-d16"

CONFIGS = [
    Config("m0plus", M0PLUS, "-O2", "mps2", "m0plus.json", "mps2-an385", 1699),
    Config("m0plus-64k", M0PLUS, "-O2", "small", "m0plus-64k.json", "lm3s6965evb -cpu cortex-m0", 1690,
           without=("unsupported.txt", "large_ram.txt")),
    Config("m3", M3, "-O2", "mps2", "mps2-an385", "mps2-an385", 1699),
    Config("m4", M4, "-O2", "mps2", "mps2-an386", "mps2-an386", 1699),
    Config("m4-soft", M4_SOFT, "-O2", "mps2", "mps2-an386", "mps2-an386", 1699),
    Config("m4-O0", M4, "-O0", "mps2", "mps2-an386", "mps2-an386", 1699),
    Config("m4-O3", M4, "-O3", "mps2", "mps2-an386", "mps2-an386", 1699),
    Config("m7", M7, "-O2", "mps2", "mps2-an500", "mps2-an500", 1699),
    Config("m33", M33, "-O2", "an505", "m33.json", "mps2-an505", 1699),
    Config("dg-m4", M4, "-O2", "mps2", "mps2-an386", "mps2-an386", 532, suite="dg"),
    # The part that `./dev test` runs. It shares its directory with no other, so that it can be thrown away alone.
    Config("m4-subset", M4, "-O2", "mps2", "mps2-an386", "mps2-an386", 300, suite="subset"),
]
IN_ALL = [config.name for config in CONFIGS if config.suite != "subset"]

# Where the programs of a prefix are in gcc/testsuite/, and the options that the .exp file there adds.
FOLDERS = {
    "execute": ("gcc.c-torture/execute", ""),
    "ieee": ("gcc.c-torture/execute/ieee", "-fno-inline"),
    "builtins": ("gcc.c-torture/execute/builtins",
                 "-fno-tree-dse -fno-tree-loop-distribute-patterns -fno-tracer -fno-ipa-ra -fno-inline-functions "
                 "-Wl,--allow-multiple-definition"),
    "dg": ("gcc.dg/torture", ""),
}
NEEDED = re.compile(r"[^/]+/gcc/testsuite/(gcc\.c-torture/execute/|gcc\.dg/torture/|gcc\.dg/[^/]+\.h$)")

# DejaGnu's effective targets that hold for arm-none-eabi with newlib, of those that guard options in these suites.
TARGETS = {"alloca", "fpic", "fstack_protector", "int32plus", "scheduling", "signal", "size32plus", "stdint_types"}
TRIPLET = "arm-none-eabi"


class Failure(Exception):
    """Something other than a program of the suite went wrong."""


# ---- the sources ---------------------------------------------------------------------------------------------


def testsuite(work):
    """The directory gcc/testsuite with what is needed of it, fetched on first use."""
    folder = work / "testsuite"
    if folder.is_dir():
        return folder
    with tempfile.TemporaryDirectory(dir=work) as scratch:
        scratch = pathlib.Path(scratch)
        unpack(find_tarball(scratch), scratch / "tree")
        os.rename(next((scratch / "tree").glob("*/gcc/testsuite")), folder)
    return folder


def find_tarball(scratch):
    installed = sorted(pathlib.Path("/usr/src/gcc-12").glob("gcc-12*.tar.xz"))
    if installed:
        return installed[0]
    download(scratch)
    package = next(scratch.glob(f"{PACKAGE}_*.deb"))
    subprocess.run(["dpkg-deb", "--extract", package, scratch / "package"], check=True)
    return next((scratch / "package").glob("usr/src/gcc-12/gcc-12*.tar.xz"))


def download(folder):
    # Run as root, apt downloads as a user of its own, which needs the directory to be open to it.
    folder.chmod(0o755)
    fetch = ["apt-get", "-q", "-o", "Acquire::Retries=3", "-o", "APT::Sandbox::User=root", "download", PACKAGE]
    update = ([] if os.geteuid() == 0 else ["sudo"]) + ["apt-get", "-q", "update"]
    for command in (fetch, update, fetch):
        done = run_quietly(command, cwd=folder)
        if command is fetch and done.returncode == 0:
            return
    raise Failure(f"cannot download {PACKAGE}; install it (apt-get install {PACKAGE}) and try again:\n{done.stdout}")


def unpack(tarball, folder):
    with tarfile.open(tarball) as archive:
        for member in archive:
            if member.isfile() and NEEDED.match(member.name):
                archive.extract(member, folder)


def run_quietly(command, **options):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", check=False, **options)


# ---- which programs --------------------------------------------------------------------------------------------


def read_list(path):
    """The first word of every line; what follows `#` says why it is there."""
    lines = (line.partition("#")[0].split() for line in path.read_text().splitlines())
    return [words[0] for words in lines if words]


def programs(config, suite):
    """Names such as "ieee/rbug.c", in the order in which they are built and run."""
    if config.suite == "dg":
        names = read_list(HERE / "expected/dg_torture.txt")
    elif config.suite == "subset":
        names = read_list(HERE / "torture_subset.txt")
    else:
        found = [f"{prefix}/{path.name}" for prefix in ("builtins", "execute", "ieee")
                 for path in sorted((suite / FOLDERS[prefix][0]).glob("*.c")) if not path.name.endswith("-lib.c")]
        left_out = {name for file in config.without for name in read_list(HERE / "expected" / file)}
        if left_out - set(found):
            raise Failure(f"{PACKAGE} has no {', '.join(sorted(left_out - set(found)))}")
        names = [name for name in found if name not in left_out]
    if len(names) != config.count:
        raise Failure(f"{config.name}: {len(names)} programs, not {config.count}: another version of {PACKAGE}?")
    return names


# ---- their options -----------------------------------------------------------------------------------------------


def braced(text, start):
    """The text from the `{` at `start` to its `}`, without the two."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 1:place]
    return text[start + 1:]


def tcl_words(text):
    """Splits at blanks; "..." and {...} are one word each, and lose their quotes or braces."""
    words, place = [], 0
    while place < len(text):
        if text[place].isspace():
            place += 1
        elif text[place] == "{":
            words.append(braced(text, place))
            place += len(words[-1]) + 2
        else:
            match = re.compile(r'"((?:\\.|[^"\\])*)"|(\S+)').match(text, place)
            words.append(match[1] if match[1] is not None else match[2])
            place = match.end()
    return words


def selected(selector):
    """Whether a DejaGnu selector such as `{ ! signal } && { arm*-*-* }` holds for our target."""
    words = tcl_words(selector)
    for operator, combine in (("||", any), ("&&", all)):
        if operator in words:
            at = words.index(operator)
            sides = (" ".join(f"{{{word}}}" for word in side) for side in (words[:at], words[at + 1:]))
            return combine(selected(side) for side in sides)
    if words and words[0] == "!":
        return not any(selected(word) for word in words[1:])
    if len(words) > 1:
        return any(selected(word) for word in words)
    if words and words[0] != selector.strip():
        return selected(words[0])
    return selector.strip() in TARGETS or fnmatch.fnmatch(TRIPLET, selector.strip())


def directive_options(source):
    """The options that a source's dg-options and dg-additional-options ask for."""
    main, additional = [], []
    for match in re.finditer(r"\{\s*dg-(additional-)?options\s", source):
        words = tcl_words(braced(source, match.start()))[1:]
        if len(words) > 1 and not selected(words[1].strip().removeprefix("target")):
            continue
        if match[1]:
            additional += words[0].split()
        else:
            main = words[0].split()
    return [word.strip('"') for word in main + additional]


def script_options(path):
    """The options that a .x script adds for every target: its commands outside all braces."""
    if not path.exists():
        return []
    options, depth = [], 0
    for line in path.read_text().splitlines():
        words = tcl_words(line)
        if depth == 0 and words[1:2] == ["additional_flags"] and words[0] in ("set", "lappend"):
            options += words[2:]
        depth += line.count("{") - line.count("}")
    return options


# ---- building ------------------------------------------------------------------------------------------------------


def sources_of(path):
    if path.parent.name == "builtins":
        return [path, path.with_name(f"{path.stem}-lib.c"), path.parent / "lib/main.c"]
    return [path]


def build_command(config, suite, name, start, elf):
    """The compiler's command for a program, without the directory for dumps."""
    prefix, file = name.split("/")
    folder, added = FOLDERS[prefix]
    path = suite / folder / file
    source = path.read_text(encoding="latin-1")
    options = added.split() + script_options(path.with_suffix(".x")) + directive_options(source)
    symbols = zip(("ROM", "ROM_SIZE", "RAM", "RAM_SIZE"), MAPS[config.map])
    return [COMPILER, "-mthumb", *config.target.split(), config.level, *options, "-w", "-pipe",
            "-nostartfiles", "--specs=rdimon.specs", "-s", "-T", str(HERE / "torture.ld"),
            *(f"-Wl,--defsym={symbol}={value}" for symbol, value in symbols),
            str(start), *map(str, sources_of(path)), "-lm", "-o", str(elf)]


def run_compiler(command, scratch):
    """What the compiler said, or None when it succeeded."""
    try:
        done = run_quietly(command, cwd=scratch, timeout=COMPILE_SECONDS)
    except subprocess.TimeoutExpired:
        return f"no result after {COMPILE_SECONDS} s"
    return None if done.returncode == 0 else done.stdout


def first_error(said):
    """The most telling line of a compiler's or linker's output."""
    lines = said.splitlines()
    for sign in ("error: ", "undefined reference", "multiple definition", "overflowed", ""):
        for line in lines:
            if sign in line and "ld returned" not in line:
                return line
    return said


def build(config, suite, names, folder, jobs):
    """Compiles what is missing or out of date. Gives {name: first error line} of what does not compile."""
    version = run_quietly([COMPILER, "--version"]).stdout
    inputs = version + "".join((HERE / file).read_text() for file in ("start.c", "torture.ld"))
    record = folder / "built.json"
    built = json.loads(record.read_text()) if record.exists() else {}
    errors = {}
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        start = pathlib.Path(scratch) / "start.o"
        said = run_compiler([COMPILER, "-mthumb", *config.target.split(), "-O2", "-Wall", "-Wextra", "-c",
                             str(HERE / "start.c"), "-o", str(start)], scratch)
        if said:
            raise Failure(f"start.c does not compile:\n{said}")

        def build_one(name):
            elf = elf_path(folder, name)
            command = build_command(config, suite, name, "start.o", elf)
            digest = hashlib.sha256("\0".join([inputs, *command]).encode()).hexdigest()
            if built.get(name) == digest and elf.exists():
                return
            elf.parent.mkdir(parents=True, exist_ok=True)
            said = run_compiler([*command, "-dumpdir", f"{scratch}/{name.replace('/', '-')}-"], scratch)
            if said is not None:
                errors[name] = first_error(said)
            else:
                built[name] = digest

        try:
            for done, _ in enumerate(pool.map(build_one, names), 1):
                progress(f"{config.name}: built {done}/{len(names)}")
        finally:
            record.write_text(json.dumps(dict(built), indent=0))
    return errors


def elf_path(folder, name):
    return (folder / name).with_suffix(".elf")


def progress(text):
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)


# ---- running -------------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Outcome:
    """How a program ended; `problem` is empty when it ended itself with status 0."""
    problem: str
    instructions: int = 0


def run_on_qemu(config, folder, names, jobs, _runner):
    machine = config.machine.split()

    def run_one(name):
        with tempfile.TemporaryDirectory() as scratch:
            command = ["qemu-system-arm", "-M", *machine, "-nographic", "-monitor", "none", "-serial", "none",
                       "-semihosting-config", "enable=on,target=native", "-kernel", str(elf_path(folder, name))]
            try:
                done = run_quietly(command, cwd=scratch, timeout=QEMU_SECONDS)
            except subprocess.TimeoutExpired:
                return Outcome(f"no result after {QEMU_SECONDS} s")
        if done.returncode == 0:
            return Outcome("")
        return Outcome(f"status {done.returncode} {' '.join(done.stdout.split())[-120:]}".rstrip())

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        outcomes = {}
        for name, outcome in zip(names, pool.map(run_one, names)):
            outcomes[name] = outcome
            progress(f"{config.name}: ran {len(outcomes)}/{len(names)}")
    return outcomes


def run_on_sramscope(config, folder, names, jobs, runner):
    board = str(HERE / "boards" / config.board) if config.board.endswith(".json") else config.board
    outcomes = {}
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        shares = [names[job::jobs] for job in range(jobs)]
        for part in pool.map(lambda share: run_share(runner, board, folder, share, scratch), shares):
            outcomes.update(part)
    return {name: outcomes[name] for name in names}


def run_share(runner, board, folder, names, scratch):
    """Runs programs in one process; where that dies, in another one from the next program on."""
    outcomes = {}
    while len(outcomes) < len(names):
        left = names[len(outcomes):]
        with tempfile.NamedTemporaryFile("w", dir=scratch, suffix=".txt") as elfs:
            elfs.write("".join(f"{elf_path(folder, name)}\n" for name in left))
            elfs.flush()
            files = tempfile.mkdtemp(dir=scratch)
            done = subprocess.run([runner, "--board", board, "--directory", files, "--max-cycles", str(MAX_CYCLES),
                                   f"@{elfs.name}"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, errors="replace", check=False)
        lines = done.stdout.splitlines()
        outcomes.update({name: read_outcome(line) for name, line in zip(left, lines)})
        if done.returncode == 2:
            raise Failure(f"{runner}: {done.stderr.strip()}")
        if len(lines) < len(left):
            outcomes[left[len(lines)]] = Outcome(f"the simulator died ({done.returncode}): {done.stderr.strip()[-300:]}")
    return outcomes


def read_outcome(line):
    """A line of run_many: path, stop kind, exit status, instructions, first line of the message."""
    _, kind, status, instructions, message = line.split("\t", 4)
    passed = kind == "exited" and status == "0"
    return Outcome("" if passed else f"{kind}, status {status} {message}".rstrip(), int(instructions))


RUNNERS = {"qemu": run_on_qemu, "sramscope": run_on_sramscope}


# ---- the command ------------------------------------------------------------------------------------------------------


def select_names(names, pattern):
    return [name for name in names if fnmatch.fnmatch(name, pattern)] if pattern else names


def run_config(config, suite, arguments):
    """Builds and runs a configuration and prints its result; True when everything passed."""
    folder = arguments.work / config.name
    folder.mkdir(parents=True, exist_ok=True)
    names = select_names(programs(config, suite), arguments.only)
    errors = build(config, suite, names, folder, arguments.jobs)
    built = [name for name in names if name not in errors]
    outcomes = {name: Outcome(f"does not compile: {error}") for name, error in errors.items()}
    if not arguments.build_only:
        outcomes |= RUNNERS[arguments.runner](config, folder, built, arguments.jobs, arguments.run_many)
    progress("")
    failed = [name for name in names if name in outcomes and outcomes[name].problem]
    for name in failed:
        print(f"FAIL {config.name} {name}: {outcomes[name].problem}")
    verb = "built" if arguments.build_only else "passed"
    print(f"{config.name:<12} {len(names) - len(failed)}/{len(names)} {verb}", flush=True)
    if arguments.counts:
        rows = [f"{name},{outcomes[name].instructions}" for name in built]
        (arguments.counts / f"{config.name}.csv").write_text("\n".join(["program,instructions", *rows, ""]))
    return not failed


def parse_arguments():
    parser = argparse.ArgumentParser(prog="torture.py", description="Runs GCC's torture suite.")
    parser.add_argument("configs", nargs="*", metavar="config", default=["m4"],
                        help=f"{', '.join(config.name for config in CONFIGS)}, or all (default: m4)")
    parser.add_argument("--work", type=pathlib.Path, default=HERE.parents[1] / "build/torture",
                        help="directory for sources and ELFs (default: build/torture)")
    parser.add_argument("--runner", choices=sorted(RUNNERS), default="sramscope")
    parser.add_argument("--run-many", type=pathlib.Path, help="the program run_many, for --runner sramscope",
                        default=HERE.parents[1] / "build/release/tests/conformance/run_many")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", metavar="PATTERN", help="only programs such as 'ieee/*' (shell pattern)")
    parser.add_argument("--counts", type=pathlib.Path, metavar="DIR", help="write DIR/<config>.csv with instruction counts")
    parser.add_argument("--build-only", action="store_true", help="compile, but do not run")
    arguments = parser.parse_args()
    known = {config.name: config for config in CONFIGS}
    chosen = IN_ALL if "all" in arguments.configs else arguments.configs
    unknown = [name for name in chosen if name not in known]
    if unknown:
        parser.error(f"unknown configuration {unknown[0]}; there are: {', '.join(known)}, all")
    arguments.configs = [known[name] for name in chosen]
    return arguments


def check_tools(arguments):
    tools = [COMPILER]
    if not arguments.build_only:
        tools.append(str(arguments.run_many) if arguments.runner == "sramscope" else "qemu-system-arm")
    for tool in tools:
        if not shutil.which(tool):
            raise Failure(f"{tool} is missing")


def main():
    arguments = parse_arguments()
    try:
        check_tools(arguments)
        arguments.work = arguments.work.resolve()
        arguments.work.mkdir(parents=True, exist_ok=True)
        with open(arguments.work / "lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            suite = testsuite(arguments.work)
            results = [run_config(config, suite, arguments) for config in arguments.configs]
    except (Failure, OSError, subprocess.CalledProcessError) as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 2
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())

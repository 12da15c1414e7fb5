#include "sim/semihosting.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace sramscope::sim {
namespace {

using ::testing::HasSubstr;

constexpr std::uint32_t kMinusOne = 0xffffffff;
constexpr Addr kBase = 0x20000000;
constexpr Addr kArgs = kBase;
constexpr Addr kBuffer = kBase + 0x100;
constexpr Addr kNames = kBase + 0x800;

/// 4 KiB of RAM.
class FakeMemory final : public GuestMemory {
 public:
  bool read_bytes(Addr address, std::span<std::uint8_t> out) override {
    if (!holds(address, out.size())) return false;
    std::copy_n(bytes.begin() + (address - kBase), out.size(), out.begin());
    return true;
  }
  bool write_bytes(Addr address, std::span<const std::uint8_t> in) override {
    if (!holds(address, in.size())) return false;
    std::copy(in.begin(), in.end(), bytes.begin() + (address - kBase));
    return true;
  }
  Cycles cycles() const override { return now; }
  std::uint64_t clock_hz() const override { return 25'000'000; }

  Cycles now = 0;
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(4096);

 private:
  bool holds(Addr address, std::size_t size) const {
    return address >= kBase && address - kBase <= bytes.size() &&
           size <= bytes.size() - (address - kBase);
  }
};

class SemihostingTest : public ::testing::Test {
 protected:
  void start(SemihostingOptions options = {}) {
    options.console = [this](std::string_view text) { printed += text; };
    if (!options.console_input) {
      options.console_input = [this](std::size_t size) {
        std::string part = input.substr(0, size);
        input.erase(0, part.size());
        return part;
      };
    }
    auto created = Semihosting::create(std::move(options));
    ASSERT_TRUE(created.ok()) << created.error().message;
    service.emplace(*std::move(created));
  }

  SemihostingResult call(std::uint32_t op, std::uint32_t parameter) {
    if (!service) start();
    return service->call(op, parameter, memory);
  }
  /// Calls with a parameter block; a problem fails the test.
  std::uint32_t with(std::uint32_t op, std::initializer_list<std::uint32_t> words) {
    Addr at = kArgs;
    for (std::uint32_t word : words) put_word(at, word), at += 4;
    const auto result = call(op, kArgs);
    EXPECT_EQ(result.problem, "");
    return result.value;
  }
  std::uint32_t open(std::string_view name, std::uint32_t mode) {
    put(kNames, name);
    return with(0x01, {kNames, mode, static_cast<std::uint32_t>(name.size())});
  }
  std::uint32_t guest_errno() { return call(0x13, 0).value; }

  void put(Addr at, std::string_view text) {
    std::memcpy(&memory.bytes[at - kBase], text.data(), text.size());
  }
  void put_word(Addr at, std::uint32_t word) { std::memcpy(&memory.bytes[at - kBase], &word, 4); }
  std::uint32_t word(Addr at) const {
    std::uint32_t value = 0;
    std::memcpy(&value, &memory.bytes[at - kBase], 4);
    return value;
  }
  std::string text(Addr at, std::size_t size) const {
    return {reinterpret_cast<const char*>(&memory.bytes[at - kBase]), size};
  }

  FakeMemory memory;
  std::string printed;
  std::string input;
  std::optional<Semihosting> service;
};

// ---- console ----

TEST_F(SemihostingTest, ConsoleOutputReachesTheCallback) {
  put(kBuffer, std::string_view("Hi\0there", 8));
  EXPECT_EQ(call(0x03, kBuffer).problem, "");
  call(0x04, kBuffer);
  const auto out = open(":tt", 4);
  const auto err = open(":tt", 8);
  EXPECT_NE(out, err);
  EXPECT_EQ(with(0x05, {out, kBuffer + 3, 5}), 0u);
  EXPECT_EQ(with(0x05, {err, kBuffer, 2}), 0u);
  EXPECT_EQ(printed, "HHithereHi");
}

TEST_F(SemihostingTest, LongStringsAreNotCut) {
  std::fill(memory.bytes.begin() + 0x100, memory.bytes.end() - 1, 'x');
  call(0x04, kBuffer);
  EXPECT_EQ(printed, std::string(4096 - 0x101, 'x'));
}

TEST_F(SemihostingTest, ConsoleInputIsReadUpToItsEnd) {
  input = "abcdef";
  const auto in = open(":tt", 0);
  EXPECT_EQ(with(0x06, {in, kBuffer, 4}), 0u);
  EXPECT_EQ(text(kBuffer, 4), "abcd");
  EXPECT_EQ(call(0x07, 0).value, std::uint32_t{'e'});
  EXPECT_EQ(with(0x06, {in, kBuffer, 4}), 3u) << "bytes that were not read";
  EXPECT_EQ(text(kBuffer, 1), "f");
  EXPECT_EQ(with(0x06, {in, kBuffer, 4}), 4u) << "end of input";
  EXPECT_EQ(call(0x07, 0).value, kMinusOne);
}

TEST_F(SemihostingTest, TheConsoleIsNoTerminalAndHasNoLength) {
  const auto out = open(":tt", 4);
  EXPECT_EQ(with(0x09, {out}), 0u);
  EXPECT_EQ(guest_errno(), 25u) << "ENOTTY, as QEMU answers";
  EXPECT_EQ(with(0x0c, {out}), 0u);
  EXPECT_EQ(with(0x0a, {out, 5}), kMinusOne);
  EXPECT_EQ(guest_errno(), 29u) << "ESPIPE";
  EXPECT_EQ(with(0x06, {out, kBuffer, 4}), 4u) << "stdout cannot be read";
  EXPECT_EQ(guest_errno(), 9u);
}

// ---- newlib's start-up, in the order seen ----

TEST_F(SemihostingTest, FeaturesFileAnnouncesExitExtendedAndStderr) {
  const auto file = open(":semihosting-features", 0);
  ASSERT_NE(file, kMinusOne);
  EXPECT_EQ(with(0x0c, {file}), 5u);
  EXPECT_EQ(with(0x06, {file, kBuffer, 4}), 0u);
  EXPECT_EQ(text(kBuffer, 4), "SHFB");
  EXPECT_EQ(with(0x0a, {file, 4}), 0u);
  EXPECT_EQ(with(0x06, {file, kBuffer, 4}), 3u);
  EXPECT_EQ(memory.bytes[0x100], 3);
  EXPECT_EQ(with(0x0a, {file, 6}), kMinusOne);
  EXPECT_EQ(with(0x05, {file, kBuffer, 1}), 1u) << "cannot be written";
  EXPECT_EQ(with(0x02, {file}), 0u);
  EXPECT_EQ(with(0x02, {file}), kMinusOne) << "closed already";
  EXPECT_EQ(guest_errno(), 9u);
  EXPECT_EQ(open(":semihosting-features", 4), kMinusOne);
}

TEST_F(SemihostingTest, HeapInfoFillsFourWords) {
  start({.heap = {.heap_base = 1, .heap_limit = 2, .stack_base = 3, .stack_limit = 4}});
  EXPECT_EQ(with(0x16, {kBuffer}), 0u);
  for (unsigned i = 0; i < 4; ++i) EXPECT_EQ(word(kBuffer + 4 * i), i + 1);
}

TEST_F(SemihostingTest, CommandLineWithItsLength) {
  EXPECT_EQ(with(0x15, {kBuffer, 5}), 0u);
  EXPECT_EQ(text(kBuffer, 5), std::string("prog\0", 5));
  EXPECT_EQ(word(kArgs + 4), 4u);
  EXPECT_EQ(with(0x15, {kBuffer, 4}), kMinusOne) << "no room for the NUL";
}

TEST_F(SemihostingTest, ExitStatus) {
  auto result = call(0x18, 0x20026);
  EXPECT_TRUE(result.exited);
  EXPECT_EQ(result.exit_status, 0u);
  EXPECT_EQ(call(0x18, 0x20023).exit_status, 1u) << "ADP_Stopped_RunTimeErrorUnknown";
  put_word(kArgs, 0x20026);
  put_word(kArgs + 4, 42);
  result = call(0x20, kArgs);
  EXPECT_TRUE(result.exited);
  EXPECT_EQ(result.exit_status, 42u);
  put_word(kArgs, 0x20023);
  EXPECT_EQ(call(0x20, kArgs).exit_status, 1u);
}

TEST_F(SemihostingTest, TimeIsSimulatedTime) {
  memory.now = 25'000'000ull * 4321 + 250'000 * 5;
  EXPECT_EQ(call(0x10, 0).value, 432105u) << "centiseconds";
  EXPECT_EQ(call(0x11, 0).value, 4321u) << "seconds since the start";
  EXPECT_EQ(call(0x31, 0).value, 25'000'000u);
  EXPECT_EQ(call(0x30, kBuffer).value, 0u);
  EXPECT_EQ(word(kBuffer) | std::uint64_t{word(kBuffer + 4)} << 32, memory.now);
}

TEST_F(SemihostingTest, IsErrorLooksAtTheSign) {
  EXPECT_EQ(with(0x08, {5}), 0u);
  EXPECT_EQ(with(0x08, {kMinusOne}), 1u);
}

// ---- what is refused ----

TEST_F(SemihostingTest, UnknownOperationsAreNamed) {
  EXPECT_EQ(call(0x17, 0x1234).problem,
            "unknown semihosting operation 0x17 (parameter 0x00001234)");
  EXPECT_EQ(call(0x0b, 0).problem, "unknown semihosting operation 0x0b (parameter 0x00000000)");
  EXPECT_FALSE(call(0xdeadbeef, 0).exited);
}

TEST_F(SemihostingTest, PointersOutsideMemoryAreNamed) {
  EXPECT_EQ(call(0x20, 0x10).problem,
            "semihosting call 0x20 (parameter 0x00000010) reads 4 bytes at 0x00000010, which is "
            "not all memory");
  EXPECT_FALSE(call(0x20, 0x10).exited);
  EXPECT_THAT(call(0x04, kBase + 4096).problem, HasSubstr("reads 1 bytes at 0x20001000"));
  EXPECT_THAT(call(0x30, kBase + 4092).problem, HasSubstr("writes 4 bytes at 0x20001000"));
  const auto out = open(":tt", 4);
  put_word(kArgs, out);
  put_word(kArgs + 4, kBase + 4000);
  put_word(kArgs + 8, 0xffffffff);
  EXPECT_THAT(call(0x05, kArgs).problem, HasSubstr("reads 4096 bytes"));
  for (std::uint32_t op = 0; op < 0x40; ++op) call(op, 0xfffffffe);  // none may crash
}

TEST_F(SemihostingTest, CommandsAreNotRun) { EXPECT_EQ(with(0x12, {kNames, 4}), kMinusOne); }

TEST_F(SemihostingTest, HandlesAreReusedAndLimited) {
  EXPECT_EQ(open(":tt", 4), 1u);
  EXPECT_EQ(open(":tt", 4), 2u);
  with(0x02, {1});
  EXPECT_EQ(open(":tt", 0), 1u);
  std::uint32_t last = 0;
  for (int i = 0; i < 100; ++i) last = open(":tt", 4);
  EXPECT_EQ(last, kMinusOne);
  EXPECT_EQ(guest_errno(), 24u) << "EMFILE";
  EXPECT_EQ(with(0x02, {0}), kMinusOne);
  EXPECT_EQ(with(0x02, {kMinusOne}), kMinusOne);
}

TEST_F(SemihostingTest, BadModesAndNames) {
  EXPECT_EQ(open(":tt", 12), kMinusOne);
  EXPECT_EQ(guest_errno(), 22u);
  EXPECT_EQ(with(0x01, {kNames, 0, 1u << 30}), kMinusOne) << "a name of 1 GiB";
}

TEST_F(SemihostingTest, WithoutADirectoryFilesAreOutOfReach) {
  EXPECT_EQ(open("/etc/passwd", 0), kMinusOne);
  EXPECT_EQ(guest_errno(), 13u) << "EACCES";
  EXPECT_EQ(open("x", 4), kMinusOne);
  EXPECT_EQ(with(0x0e, {kNames, 1}), kMinusOne);
  EXPECT_EQ(with(0x0f, {kNames, 1, kNames, 1}), kMinusOne);
  EXPECT_EQ(with(0x0d, {kBuffer, 1, 100}), kMinusOne);
}

TEST_F(SemihostingTest, ADirectoryThatDoesNotExistIsAnError) {
  const auto created = Semihosting::create({.directory = "/nonexistent/dir"});
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().message,
            "semihosting directory /nonexistent/dir: No such file or directory");
}

// ---- a directory of its own ----

class SemihostingFiles : public SemihostingTest {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "semihosting-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root = std::filesystem::canonical(pattern);
    directory = root / "guest";
    std::filesystem::create_directories(directory / "sub");
    std::ofstream(root / "secret") << "secret";
    std::ofstream(directory / "data") << "0123456789";
    start({.directory = directory.string()});
  }
  void TearDown() override {
    service.reset();
    std::filesystem::remove_all(root);
  }
  std::string contents(const std::filesystem::path& path) const {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
  }
  /// The errno of a refused open, 0 when it worked.
  std::uint32_t refusal(std::string_view name, std::uint32_t mode = 0) {
    return open(name, mode) == kMinusOne ? guest_errno() : 0;
  }

  std::filesystem::path root;
  std::filesystem::path directory;
};

TEST_F(SemihostingFiles, ReadSeekAndLength) {
  const auto file = open("data", 1);
  EXPECT_EQ(with(0x0c, {file}), 10u);
  EXPECT_EQ(with(0x0a, {file, 4}), 0u);
  EXPECT_EQ(with(0x06, {file, kBuffer, 3}), 0u);
  EXPECT_EQ(text(kBuffer, 3), "456");
  EXPECT_EQ(with(0x06, {file, kBuffer, 100}), 97u);
  EXPECT_EQ(with(0x06, {file, kBuffer, 100}), 100u);
  EXPECT_EQ(with(0x05, {file, kBuffer, 1}), 1u) << "opened for reading";
  EXPECT_EQ(with(0x09, {file}), 0u);
}

TEST_F(SemihostingFiles, ModesAreThoseOfFopen) {
  put(kBuffer, "xyz");
  EXPECT_EQ(with(0x05, {open("data", 2), kBuffer, 3}), 0u);
  EXPECT_EQ(contents(directory / "data"), "xyz3456789") << "r+ overwrites";
  EXPECT_EQ(with(0x05, {open("data", 8), kBuffer, 3}), 0u);
  EXPECT_EQ(contents(directory / "data"), "xyz3456789xyz") << "a appends";
  EXPECT_EQ(with(0x05, {open("data", 4), kBuffer, 1}), 0u);
  EXPECT_EQ(contents(directory / "data"), "x") << "w truncates";
  EXPECT_EQ(with(0x05, {open("sub/new", 7), kBuffer, 3}), 0u);
  EXPECT_EQ(contents(directory / "sub/new"), "xyz") << "w+b creates";
  EXPECT_EQ(refusal("missing", 0), 2u) << "r does not create";
  EXPECT_EQ(refusal("missing", 2), 2u);
}

TEST_F(SemihostingFiles, PathsStayInside) {
  EXPECT_EQ(refusal("./sub/../data"), 13u) << "no .. at all";
  EXPECT_EQ(refusal("../secret"), 13u);
  EXPECT_EQ(refusal("sub/../../secret"), 13u);
  EXPECT_EQ(refusal(".."), 13u);
  EXPECT_EQ(refusal("/etc/passwd"), 13u);
  EXPECT_EQ(refusal((root / "secret").string()), 13u);
  EXPECT_EQ(refusal(directory.string() + "x/data"), 13u)
      << "a prefix of the name is not the directory";
  EXPECT_EQ(refusal(directory.string() + "/../secret"), 13u);
  EXPECT_EQ(refusal((directory / "data").string()), 0u) << "its own absolute path is fine";
  EXPECT_EQ(refusal("./sub/.//../data"), 13u);
  EXPECT_EQ(refusal(".//data"), 0u);
  EXPECT_EQ(refusal(std::string_view("data\0.txt", 9)), 22u);
  EXPECT_NE(refusal(""), 0u);
  EXPECT_NE(refusal("sub"), 0u);
  EXPECT_NE(refusal("sub/"), 0u);
  EXPECT_NE(refusal("."), 0u);
}

TEST_F(SemihostingFiles, SymbolicLinksAreNotFollowed) {
  std::filesystem::create_symlink(root / "secret", directory / "link");
  std::filesystem::create_directory_symlink(root, directory / "out");
  std::filesystem::create_symlink(root / "created", directory / "dangling");
  EXPECT_EQ(refusal("link"), 13u);
  EXPECT_NE(refusal("out/secret"), 0u);
  EXPECT_NE(refusal("dangling", 4), 0u);
  EXPECT_FALSE(std::filesystem::exists(root / "created"));
  EXPECT_EQ(contents(root / "secret"), "secret");
}

TEST_F(SemihostingFiles, OnlyRegularFilesAreOpened) {
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  EXPECT_NE(refusal("fifo", 0), 0u) << "and it does not hang";
  EXPECT_NE(refusal("fifo", 2), 0u);
}

TEST_F(SemihostingFiles, RemoveAndRename) {
  put(kNames, "datamoved../secret");
  EXPECT_EQ(with(0x0f, {kNames, 4, kNames + 4, 5}), 0u);
  EXPECT_EQ(contents(directory / "moved"), "0123456789");
  EXPECT_EQ(with(0x0f, {kNames + 4, 5, kNames + 9, 9}), kMinusOne);
  EXPECT_EQ(with(0x0e, {kNames + 9, 9}), kMinusOne);
  EXPECT_TRUE(std::filesystem::exists(root / "secret"));
  EXPECT_EQ(with(0x0e, {kNames + 4, 5}), 0u);
  EXPECT_EQ(with(0x0e, {kNames + 4, 5}), kMinusOne);
  EXPECT_EQ(guest_errno(), 2u) << "ENOENT";
}

TEST_F(SemihostingFiles, TemporaryNamesDependOnTheIdentifier) {
  EXPECT_EQ(with(0x0d, {kBuffer, 7, 100}), 0u);
  EXPECT_EQ(text(kBuffer, 16), std::string("sramscope-tmp.7\0", 16));
  EXPECT_EQ(with(0x0d, {kBuffer, 7, 15}), kMinusOne) << "no room for the NUL";
}

TEST_F(SemihostingFiles, HandlesAreClosedWithTheService) {
  const auto descriptors = [] {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
      ++count;
    return count;
  };
  const std::size_t before = descriptors();
  for (int i = 0; i < 5; ++i) EXPECT_NE(open("data", 0), kMinusOne);
  EXPECT_EQ(descriptors(), before + 5);
  service.reset();
  EXPECT_EQ(descriptors(), before - 1) << "the directory, too";
}

}  // namespace
}  // namespace sramscope::sim

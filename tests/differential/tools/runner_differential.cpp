// Random vectors on our semantic functions, and on a runner firmware that QEMU 7.2 or sramscope
// itself executes. A tool, not a test: a slice of the vectors is a test (runner_checksum_test.cpp),
// by the checksums that this tool writes.
//
//   runner_differential --core cortex-m4 --elf runner.elf --on qemu|sramscope --directory DIR
//   [--vectors N] [--update FILE]
//
// QEMU 7.2 needs no list of excuses: where it departs from the manual (DSP instructions on the M3,
// CBZ on the M0 ...) there are no vectors, since our decoder does not have the row. Ends with
// status 1 on any difference.

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "isa/rows.h"
#include "sramscope/board.h"
#include "sramscope/image.h"
#include "sramscope/machine.h"
#include "tests/differential/runner_checksums.h"
#include "tests/support/runner_vectors.h"

namespace sramscope::testing {
namespace {

struct Target {
  CoreKind core;
  std::string_view name;
  const char* machine;  ///< of QEMU, and its -cpu where it has to be said
  const char* rom;
};
constexpr Target kTargets[] = {
    {CoreKind::cortex_m0plus, "cortex-m0plus", "lm3s6965evb -cpu cortex-m0", "0x00000000"},
    {CoreKind::cortex_m3, "cortex-m3", "mps2-an385", "0x00000000"},
    {CoreKind::cortex_m4, "cortex-m4", "mps2-an386", "0x00000000"},
    {CoreKind::cortex_m7, "cortex-m7", "mps2-an500", "0x00000000"},
    {CoreKind::cortex_m33, "cortex-m33", "mps2-an505", "0x10000000"},
};

struct Arguments {
  const Target* target = nullptr;
  std::string elf;
  std::string on = "qemu";
  std::string directory = ".";
  std::size_t vectors = 1'000'000;
  std::string update;
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    const std::string value = argv[i + 1];
    if (option == "--elf") arguments.elf = value;
    if (option == "--on") arguments.on = value;
    if (option == "--directory") arguments.directory = value;
    if (option == "--vectors") arguments.vectors = std::stoul(value);
    if (option == "--update") arguments.update = value;
    if (option != "--core") continue;
    for (const Target& target : kTargets) {
      if (target.name == value) arguments.target = &target;
    }
  }
  if (arguments.target == nullptr || arguments.elf.empty()) {
    throw std::runtime_error("--core and --elf are needed");
  }
  return arguments;
}

// ---- who runs the firmware ---------------------------------------------------------------------

void run_on_qemu(const Arguments& arguments) {
  const std::string command =
      "cd '" + arguments.directory + "' && exec timeout 120 qemu-system-arm -M " +
      arguments.target->machine +
      " -nographic -monitor none -serial none -semihosting-config enable=on,target=native"
      " -kernel '" +
      arguments.elf + "' 2>qemu.log";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

void run_on_sramscope(const Arguments& arguments) {
  const std::string json = arguments.directory + "/board.json";
  std::ofstream(json) << "{\"name\": \"runner\", \"core\": \"" << arguments.target->name
                      << "\", \"clock_mhz\": 25, \"regions\": [{\"name\": \"ROM\", \"kind\": "
                         "\"flash\", \"base\": \""
                      << arguments.target->rom
                      << "\", \"size\": \"64K\"}, {\"name\": \"RAM\", \"kind\": \"sram\", "
                         "\"base\": \"0x"
                      << std::hex << memory_base_of(arguments.target->core)
                      << "\", \"size\": \"64K\"}]}\n";
  const auto board = load_board(json);
  if (!board) throw std::runtime_error(board.error().message);
  const auto image = load_elf(arguments.elf);
  if (!image) throw std::runtime_error(image.error().message);
  MachineOptions options;
  options.shadow_memory = false;
  options.deliver_hard_faults = true;
  options.semihosting_directory = arguments.directory;
  auto machine = Machine::create(*board, *image, options);
  if (!machine) throw std::runtime_error(machine.error().message);
  const RunResult result = machine->run(Limits{}, nullptr);
  if (result.stop.kind != StopKind::exited) throw std::runtime_error(result.stop.message);
}

class Comparison {
 public:
  explicit Comparison(CoreKind core) : core_(core) {}

  void compare(const RunnerVector& ours, const RunnerOutcome& theirs) {
    ++compared_;
    if (theirs.after == ours.after && theirs.memory_hash == ours.memory_hash &&
        theirs.cfsr == expected_cfsr(core_)) {
      return;
    }
    if (++mismatches_ > 20) return;
    std::cout << describe(ours.vector) << "  cfsr " << std::hex << theirs.cfsr << std::dec
              << (theirs.memory_hash == ours.memory_hash ? "" : ", memory differs")
              << "; ours, not theirs:\n"
              << describe_difference(ours.after, theirs.after);
  }

  void report(std::string_view name, std::size_t rows) const {
    std::cout << name << ": " << rows << " rows, " << compared_ << " vectors, " << mismatches_
              << " mismatches" << std::endl;
  }
  bool good() const { return mismatches_ == 0; }

 private:
  CoreKind core_;
  std::size_t compared_ = 0;
  std::size_t mismatches_ = 0;
};

// ---- all of it ---------------------------------------------------------------------------------

class Differential {
 public:
  explicit Differential(const Arguments& arguments)
      : arguments_(arguments), comparison_(arguments.target->core) {}

  int run() {
    const CoreKind core = arguments_.target->core;
    RunnerVectors vectors(core, kRunnerSeed);
    std::vector<const isa::Row*> rows;
    for (const isa::Row& row : isa::rows()) {
      if (vectors.covers(row)) rows.push_back(&row);
    }
    const std::size_t per_row = (arguments_.vectors + rows.size() - 1) / rows.size();
    for (const isa::Row* row : rows) {
      vectors.start(*row);
      for (std::size_t i = 0; i < per_row; ++i) {
        const auto vector = vectors.next(*row);
        if (!vector) {
          if (i == 0) std::cout << "no vectors of " << isa::facts(row->op).name << '\n';
          break;
        }
        chunk_.push_back(*vector);
        if (chunk_.size() == kChunk) run_chunk();
      }
    }
    run_chunk();
    comparison_.report(arguments_.target->name, rows.size());
    const bool covers_slice = arguments_.vectors >= kSliceVectors;
    if (comparison_.good() && covers_slice && !arguments_.update.empty()) {
      write_checksums(arguments_.update, slice_checksums(core));
    }
    return comparison_.good() ? 0 : 1;
  }

 private:
  static constexpr std::size_t kChunk = 50'000;

  void run_chunk() {
    if (chunk_.empty()) return;
    const CoreKind core = arguments_.target->core;
    const auto words = encode_vectors(core, chunk_);
    std::ofstream(arguments_.directory + "/vectors.bin", std::ios::binary)
        .write(reinterpret_cast<const char*>(words.data()),
               static_cast<std::streamsize>(words.size() * 4));
    if (arguments_.on == "qemu") {
      run_on_qemu(arguments_);
    } else {
      run_on_sramscope(arguments_);
    }
    const std::size_t record = record_words(core);
    std::vector<std::uint32_t> outcomes(chunk_.size() * record);
    std::ifstream in(arguments_.directory + "/outcomes.bin", std::ios::binary);
    in.read(reinterpret_cast<char*>(outcomes.data()),
            static_cast<std::streamsize>(outcomes.size() * 4));
    if (!in) throw std::runtime_error("outcomes.bin is too short");
    for (std::size_t i = 0; i < chunk_.size(); ++i) {
      comparison_.compare(chunk_[i], decode_outcome(core, outcomes.data() + i * record));
    }
    chunk_.clear();
  }

  const Arguments& arguments_;
  Comparison comparison_;
  std::vector<RunnerVector> chunk_;
};

}  // namespace
}  // namespace sramscope::testing

int main(int argc, char** argv) {
  try {
    const auto arguments = sramscope::testing::parse(argc, argv);
    return sramscope::testing::Differential(arguments).run();
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << '\n';
    return 2;
  }
}

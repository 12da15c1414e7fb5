// Generated firmware against the reference interpreter: random networks on every kind of core and
// on the host, zoo networks in many schedules. Plan and measurement have to agree in every layer.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "tests/support/random_operators.h"
#include "ui/cli/explore_rows.h"
#include "ui/cli/toolchain.h"

namespace sramscope {
namespace {

namespace fs = std::filesystem;

/// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "sramscope-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<std::int8_t> expected_output(const Network& network) {
  const auto input = test_input(network.tensor(network.input).shape.size());
  return run_reference(network, input)[network.output.value];
}

Result<MemoryPlan> plan_of(const Network& network, const std::string& schedule) {
  const auto parsed = parse_schedule(network, schedule);
  if (!parsed) return parsed.error();
  return make_plan(network, *parsed);
}

/// How near the measured memory has to come. A depthwise kernel smaller than its stride, which only
/// random networks have, leaves gaps in its plane that the plan counts: there it is an upper bound.
enum class Plan { to_the_byte, upper_bound };

/// Generates, compiles, runs and checks one schedule.
void expect_verified(const Network& network, const std::string& schedule,
                     const std::string& board_name, Plan plan = Plan::to_the_byte) {
  const auto compiler = cli::find_cross_compiler();
  if (!compiler) GTEST_SKIP() << "no arm-none-eabi-gcc";
  const auto board = load_board(board_name);
  ASSERT_TRUE(board.ok()) << board.error().message;
  const auto planned = plan_of(network, schedule);
  ASSERT_TRUE(planned.ok()) << planned.error().message;
  const Folder folder;
  const cli::ExploreRequest request{network, *board, *compiler, folder.path()};
  const auto row = cli::explore_plan(request, *planned, folder.path(), expected_output(network));
  ASSERT_TRUE(row.ok()) << row.error().message;
  EXPECT_TRUE(row->bit_equal) << network.name << " " << schedule << " on " << board_name;
  EXPECT_LE(row->measured_bytes, row->planned_bytes);
  EXPECT_LE(row->planned_bytes, row->arena_bytes);
  if (plan == Plan::to_the_byte) {
    EXPECT_EQ("", row->plan_difference) << network.name << " " << schedule;
    EXPECT_EQ(row->planned_bytes, row->measured_bytes);
  }
}

std::string output_of(const std::string& command) {
  std::string text;
  std::FILE* pipe = popen(command.c_str(), "r");
  char buffer[256];
  while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) text += buffer;
  pclose(pipe);
  return text;
}

std::string checksum_line(const std::vector<std::int8_t>& output) {
  char text[32];
  std::snprintf(text, sizeof text, "FNV %08x\n", fnv1a(output));
  return text;
}

class RandomNetwork : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomNetwork, IsBitEqualOnTheHost) {
  const Network network = test::random_operators(GetParam());
  const auto firmware =
      generate_firmware(network, *plan_of(network, "layer"), *load_board("mps2-an386"));
  ASSERT_TRUE(firmware.ok()) << firmware.error().message;
  const Folder folder;
  ASSERT_TRUE(cli::write_firmware(*firmware, folder.path()).ok());
  const std::string compile =
      "cd " + folder.path() +
      " && cc -std=c11 -O1 -Wall -Wextra -Werror -I. network.c weights.c main.c "
      "test_input.c -o host 2>&1";
  EXPECT_EQ("", output_of(compile));
  EXPECT_EQ(checksum_line(expected_output(network)), output_of(folder.path() + "/host"));
}

TEST_P(RandomNetwork, IsBitEqualWithDualMultiplies) {
  expect_verified(test::random_operators(GetParam()), "layer", "mps2-an386", Plan::upper_bound);
}

TEST_P(RandomNetwork, IsBitEqualInPlainC) {
  const char* board = GetParam() % 2 == 0 ? "mps2-an385"
                                          : SRAMSCOPE_SOURCE_DIR
                          "/tests/conformance/boards/m0plus.json";
  expect_verified(test::random_operators(GetParam()), "layer", board, Plan::upper_bound);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomNetwork, testing::Range(1U, 13U));

struct ZooCase {
  const char* name;
  const char* schedule;
};

class ZooSchedule : public testing::TestWithParam<ZooCase> {};

TEST_P(ZooSchedule, IsBitEqualAndAsPlanned) {
  ZooOptions options;
  const std::string name = GetParam().name;
  if (name == "mobilenet_v2" || name == "mobilenet_v1") options.width = 0.35;
  if (name.starts_with("m"))
    options.resolution = name == "mcunet_vww" ? 48 : 32, options.classes = 10;
  const auto network = make_zoo_network(name, options);
  ASSERT_TRUE(network.ok()) << network.error().message;
  expect_verified(*network, GetParam().schedule, "mps2-an386");
}

INSTANTIATE_TEST_SUITE_P(
    Zoo, ZooSchedule,
    testing::Values(ZooCase{"mobilenet_v2", "layer"}, ZooCase{"mobilenet_v2", "patch:2x2@3b"},
                    ZooCase{"mobilenet_v2", "patch:3x3@5b,fetch"},
                    ZooCase{"mobilenet_v2", "patch:4x1@2b,fetch"},
                    ZooCase{"mobilenet_v2", "patch:1x3@4,fetch"}, ZooCase{"mcunet_vww", "layer"},
                    ZooCase{"mcunet_vww", "patch:2x2@5b,fetch"}, ZooCase{"resnet8", "layer"},
                    ZooCase{"ds_cnn", "layer"}, ZooCase{"autoencoder", "layer"}));

}  // namespace
}  // namespace sramscope

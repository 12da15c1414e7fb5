// What every panel looks like, against stored pictures. SRAMSCOPE_UPDATE_GOLDENS=1 writes them
// anew; look at each.
#include <gtest/gtest.h>
#include <stb/stb_image.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/viewer/driver.h"
#include "ui/viewer/png.h"

namespace sramscope::viewer::testing {
namespace {

struct Shot {
  const char* name;
  Panel panel;
  bool comparing;
  Theme theme;
  float scale;
};

std::string name_of(const ::testing::TestParamInfo<Shot>& info) { return info.param.name; }

Pixels read_png(const std::string& path) {
  Pixels pixels;
  int channels = 0;
  unsigned char* data = stbi_load(path.c_str(), &pixels.width, &pixels.height, &channels, 4);
  if (data == nullptr) return pixels;
  pixels.rgba.assign(data, data + std::size_t{4} * static_cast<std::size_t>(pixels.width) *
                                      static_cast<std::size_t>(pixels.height));
  stbi_image_free(data);
  return pixels;
}

/// Part of the pixels that differ by more than what another rounding gives.
double difference(const Pixels& a, const Pixels& b) {
  constexpr int kTolerance = 40;
  std::size_t differing = 0;
  for (std::size_t i = 0; i + 3 < a.rgba.size(); i += 4) {
    int most = 0;
    for (std::size_t c = 0; c < 3; ++c)
      most = std::max(most, std::abs(int{a.rgba[i + c]} - int{b.rgba[i + c]}));
    differing += most > kTolerance;
  }
  return 4.0 * static_cast<double>(differing) / static_cast<double>(a.rgba.size());
}

class Screenshot : public ::testing::TestWithParam<Shot> {};

TEST_P(Screenshot, LooksAsStored) {
  const Shot& shot = GetParam();
  const auto pixels_of = [&](float unscaled) { return static_cast<int>(unscaled * shot.scale); };
  Driver driver(pixels_of(1000), pixels_of(600));
  driver.state.theme = shot.theme;
  driver.state.scale = shot.scale;
  driver.state.panel = shot.panel;
  driver.state.limit_bytes = 160 * 1024;
  std::vector<ViewerState::DocumentPtr> documents{layerwise()};
  if (shot.comparing) documents.push_back(patched());
  driver.state.open(std::move(documents));
  driver.state.select_peak();
  driver.state.select_function(4);
  driver.frames(4);

  const std::string stored =
      std::string(SRAMSCOPE_SOURCE_DIR "/tests/viewer/screenshots/") + shot.name + ".png";
  const Pixels now = driver.window->pixels();
  if (std::getenv("SRAMSCOPE_UPDATE_GOLDENS") != nullptr) {
    std::filesystem::create_directories(std::filesystem::path(stored).parent_path());
    ASSERT_EQ("", write_png(stored, now));
    return;
  }
  const Pixels expected = read_png(stored);
  ASSERT_EQ(expected.width, now.width) << stored;
  ASSERT_EQ(expected.height, now.height) << stored;
  const double part = difference(expected, now);
  const std::string actual = std::string(shot.name) + ".actual.png";
  if (part > 0.004) write_png(actual, now);
  EXPECT_LE(part, 0.004) << "see " << std::filesystem::absolute(actual).string();
}

INSTANTIATE_TEST_SUITE_P(
    Panels, Screenshot,
    ::testing::Values(Shot{"overview", Panel::overview, false, Theme::light, 1},
                      Shot{"overview_two", Panel::overview, true, Theme::light, 1},
                      Shot{"overview_dark_2x", Panel::overview, true, Theme::dark, 2},
                      Shot{"timeline", Panel::timeline, true, Theme::light, 1},
                      Shot{"map", Panel::map, false, Theme::light, 1},
                      Shot{"layers", Panel::layers, true, Theme::light, 1},
                      Shot{"functions", Panel::functions, false, Theme::light, 1},
                      Shot{"listing", Panel::listing, false, Theme::dark, 1},
                      Shot{"stalls", Panel::stalls, false, Theme::light, 1},
                      Shot{"findings", Panel::findings, false, Theme::dark, 1},
                      Shot{"compare", Panel::compare, true, Theme::light, 1}),
    name_of);

TEST(ScreenshotComparison, SeesWhatIsMissing) {
  Driver driver(800, 500);
  driver.state.open({layerwise()});
  driver.frames(4);
  const Pixels with = driver.window->pixels();
  driver.state.panel = Panel::timeline;
  driver.frames(4);
  EXPECT_GT(difference(with, driver.window->pixels()), 0.05);
}

}  // namespace
}  // namespace sramscope::viewer::testing

// The viewer worked by events, as a user works it; what counts is the state that they lead to.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/viewer/driver.h"
#include "ui/viewer/shortcuts.h"

namespace sramscope::viewer::testing {
namespace {

class Scratch {
 public:
  Scratch() {
    std::filesystem::create_directories(path);
    std::filesystem::current_path(path);
  }
  ~Scratch() {
    std::filesystem::current_path(before);
    std::filesystem::remove_all(path);
  }
  std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("sramscope-viewer-" + std::to_string(getpid()));
};

TEST(ViewerWindow, EveryPanelOpensByItsNameAndByItsNumber) {
  Driver driver;
  driver.state.open({layerwise(), patched()});
  driver.frames();
  for (std::size_t i = 0; i < kPanels; ++i) {
    driver.click("nav." + std::string(panel_name(static_cast<Panel>(i))));
    EXPECT_EQ(static_cast<Panel>(i), driver.state.panel);
  }
  for (std::size_t i = 0; i < kPanels; ++i) {
    driver.key(SDLK_1 + static_cast<SDL_Keycode>(i));
    EXPECT_EQ(static_cast<Panel>(i), driver.state.panel);
  }
}

TEST(ViewerWindow, ThePeakItsBuffersAndAHotFunctionAreThreeClicksAway) {
  Driver driver;
  driver.state.open({layerwise()});
  driver.frames();
  const Document& document = *layerwise();

  driver.click("overview.peak0");
  ASSERT_TRUE(driver.state.selection().layer);
  EXPECT_EQ(document.peak_layer(), driver.state.selection().layer);
  EXPECT_EQ(document.report.memory.peak_cycle, driver.state.selection().cycle);

  driver.click("details.peak0");
  ASSERT_TRUE(driver.state.selection().buffer);
  EXPECT_EQ(document.report.peak_items[0].buffer,
            static_cast<int>(*driver.state.selection().buffer));

  const std::size_t hottest = document.hottest_functions[0].first;
  driver.click("details.function" + std::to_string(hottest));
  EXPECT_EQ(hottest, driver.state.selection().function);
  EXPECT_EQ(Panel::listing, driver.state.panel);
}

TEST(ViewerWindow, AClickOnABarSelectsItsLayerInItsReport) {
  Driver driver;
  driver.state.open({layerwise(), patched()});
  driver.frames();
  driver.click("overview.b.block2");
  EXPECT_EQ(1U, driver.state.shown());
  ASSERT_TRUE(driver.state.selection().layer);
  EXPECT_TRUE(patched()->paths[*driver.state.selection().layer].starts_with("block2/"));
}

TEST(ViewerWindow, TheWheelZoomsAroundTheMouseAndDraggingMoves) {
  Driver driver;
  driver.state.open({layerwise(), patched()});
  driver.state.panel = Panel::timeline;
  driver.frames();
  const Box plot = driver.box("timeline.a");
  const Point at{plot.x0 + plot.width() / 4, plot.centre().y};
  const double whole = driver.state.whole_time();
  const double under_mouse = whole / 4;

  driver.wheel(at, 3);
  const TimeView zoomed = driver.state.time();
  EXPECT_NEAR(whole * 0.8 * 0.8 * 0.8, zoomed.length(), whole * 0.001);
  EXPECT_NEAR(under_mouse, zoomed.begin + zoomed.length() / 4, whole * 0.002);

  driver.drag(at, {at.x - plot.width() / 10, at.y});
  EXPECT_NEAR(zoomed.length(), driver.state.time().length(), 1);
  EXPECT_NEAR(zoomed.begin + zoomed.length() / 10, driver.state.time().begin, whole * 0.002);
  EXPECT_FALSE(driver.state.selection().layer) << "the end of a drag is no click";

  driver.key(SDLK_HOME);
  EXPECT_EQ(0, driver.state.time().begin);
  EXPECT_EQ(whole, driver.state.time().end);
}

TEST(ViewerWindow, AClickInTheTimelineSelectsTheInstantAndItsLayer) {
  Driver driver;
  driver.state.open({layerwise()});
  driver.state.panel = Panel::timeline;
  driver.frames();
  const Box plot = driver.box("timeline.a");
  driver.click(plot.centre());
  const auto& selection = driver.state.selection();
  ASSERT_TRUE(selection.cycle);
  EXPECT_NEAR(driver.state.whole_time() / 2, static_cast<double>(*selection.cycle),
              driver.state.whole_time() * 0.002);
  EXPECT_EQ(layerwise()->layer_at(*selection.cycle), selection.layer);

  driver.key(SDLK_f);
  EXPECT_LT(driver.state.time().length(), driver.state.whole_time() / 2);
  driver.key(SDLK_ESCAPE);
  EXPECT_EQ(Selection(), driver.state.selection());
}

TEST(ViewerWindow, KeysZoomMoveAndStep) {
  Driver driver;
  driver.state.open({layerwise()});
  driver.frames();
  const double whole = driver.state.whole_time();
  driver.key(SDLK_PLUS);
  EXPECT_NEAR(whole * 0.7, driver.state.time().length(), 1);
  const double begin = driver.state.time().begin;
  driver.key(SDLK_RIGHT);
  EXPECT_NEAR(begin + whole * 0.7 * 0.2, driver.state.time().begin, whole * 0.06);
  driver.key(SDLK_MINUS);
  driver.key(SDLK_MINUS);
  EXPECT_NEAR(whole, driver.state.time().length(), 1);

  driver.key(SDLK_RIGHTBRACKET);
  const auto first = driver.state.selection().layer;
  ASSERT_TRUE(first);
  EXPECT_TRUE(layerwise()->leaf[*first]);
  driver.key(SDLK_RIGHTBRACKET);
  EXPECT_GT(driver.state.selection().layer, first);
  driver.key(SDLK_LEFTBRACKET);
  EXPECT_EQ(first, driver.state.selection().layer);
}

TEST(ViewerWindow, TabShowsTheSameLayerInTheOtherReport) {
  Driver driver;
  driver.state.open({layerwise(), patched()});
  driver.frames();
  driver.key(SDLK_p);
  const std::string path = layerwise()->paths[*driver.state.selection().layer];
  driver.key(SDLK_TAB);
  EXPECT_EQ(1U, driver.state.shown());
  ASSERT_TRUE(driver.state.selection().layer);
  EXPECT_EQ(path, patched()->paths[*driver.state.selection().layer]);
}

TEST(ViewerWindow, ThemeScaleAndHelpFollowTheirKeys) {
  Driver driver;
  driver.state.open({layerwise()});
  driver.frames();
  driver.key(SDLK_t);
  EXPECT_EQ(Theme::dark, driver.state.theme);
  driver.key(SDLK_PLUS, KMOD_LCTRL);
  EXPECT_EQ(1.25F, driver.state.scale);
  driver.key(SDLK_QUESTION);
  EXPECT_TRUE(driver.state.help_open);
  driver.key(SDLK_ESCAPE);
  EXPECT_FALSE(driver.state.help_open);
  driver.key(SDLK_q, KMOD_LCTRL);
  EXPECT_FALSE(driver.open);
}

TEST(ViewerWindow, DroppedReportsOpenAndAreCompared) {
  const Scratch scratch;
  std::ofstream("a.json") << to_json(layerwise()->report);
  std::ofstream("b.json") << to_json(patched()->report);
  std::ofstream("broken.json") << "{";
  Driver driver;
  driver.frames();
  driver.drop("a.json");
  ASSERT_EQ(1U, driver.state.documents().size());
  driver.drop("b.json");
  ASSERT_TRUE(driver.state.comparing());
  EXPECT_EQ("patch", driver.state.documents()[1]->title);
  driver.drop("broken.json");
  EXPECT_TRUE(driver.state.comparing()) << "what cannot be read changes nothing";
  EXPECT_TRUE(driver.state.message_is_error);
  EXPECT_NE(std::string::npos, driver.state.message.find("broken.json"));
  EXPECT_EQ((std::vector<std::string>{"b.json", "a.json"}), driver.state.recent_files);
}

TEST(ViewerWindow, ATableGoesToTheClipboardAsCsv) {
  Driver driver;
  driver.state.open({layerwise()});
  driver.state.panel = Panel::layers;
  driver.frames();
  driver.key(SDLK_c, KMOD_LCTRL);
  char* text = SDL_GetClipboardText();
  const std::string csv = text;
  SDL_free(text);
  EXPECT_TRUE(csv.starts_with("#,layer,runs,cycles")) << csv.substr(0, 80);
  EXPECT_EQ(static_cast<std::ptrdiff_t>(layerwise()->report.layers.size() + 1),
            std::ranges::count(csv, '\n'));
  EXPECT_NE(std::string::npos, csv.find("block2/depthwise"));

  driver.state.panel = Panel::overview;
  driver.key(SDLK_c, KMOD_LCTRL);
  EXPECT_TRUE(driver.state.message_is_error) << "the overview has no table";
}

TEST(ViewerWindow, APanelIsExportedAsPngAndSvg) {
  const Scratch scratch;
  Driver driver;
  driver.state.open({layerwise(), patched()});
  driver.frames();
  driver.key(SDLK_e, KMOD_LCTRL);
  EXPECT_GT(std::filesystem::file_size("sramscope-overview.png"), 5000U);
  driver.key(SDLK_e, KMOD_LCTRL | KMOD_LSHIFT);
  std::ifstream file("sramscope-overview.svg");
  const std::string svg((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_TRUE(svg.starts_with("<svg "));
  EXPECT_NE(std::string::npos, svg.find(">block2</text>")) << "text stays text";
  EXPECT_NE(std::string::npos, svg.find("<rect "));
}

TEST(ViewerWindow, AClickInTheMapSelectsTheBufferThere) {
  Driver driver;
  driver.state.open({layerwise()});
  driver.state.panel = Panel::map;
  driver.frames();
  const Box plot = driver.box("map.plot");
  // Somewhere on the way up there is a buffer: everything else is gaps.
  for (float y = plot.y1 - 10; y > plot.y0 && !driver.state.selection().buffer; y -= 30)
    driver.click(Point{plot.x0 + plot.width() * 0.1F, y});
  ASSERT_TRUE(driver.state.selection().buffer);
  const auto selected = *driver.state.selection().buffer;
  driver.click("nav.overview");
  EXPECT_EQ(selected, driver.state.selection().buffer) << "every panel shares the selection";
}

TEST(ViewerWindow, TheFlameGraphSelectsAndZooms) {
  Driver driver;
  driver.state.open({layerwise()});
  driver.state.panel = Panel::functions;
  driver.frames();
  driver.click("flame.4");
  EXPECT_EQ(layerwise()->report.call_tree[4].function, driver.state.selection().function);
  driver.click("flame.4");  // twice on the same spot, in no time: a double click
  EXPECT_EQ(4U, driver.state.flame_focus);
  EXPECT_FALSE(driver.has("flame.1")) << "only what is below the focus is left";
}

TEST(ViewerWindow, EveryPanelTakesAReportWithoutAnything) {
  Driver driver(900, 600);
  driver.state.open({std::make_shared<const Document>(make_document(Report(), "empty.json"))});
  for (std::size_t i = 0; i < kPanels; ++i) {
    driver.state.panel = static_cast<Panel>(i);
    driver.frames();
  }
  driver.key(SDLK_p);
  driver.key(SDLK_RIGHTBRACKET);
  driver.key(SDLK_f);
  EXPECT_TRUE(driver.open);
}

TEST(ViewerWindow, EveryShortcutIsInTheHelpOnce) {
  std::set<std::string_view> keys;
  for (const Shortcut& shortcut : shortcuts()) {
    EXPECT_TRUE(keys.insert(shortcut.keys).second) << shortcut.keys;
    EXPECT_FALSE(shortcut.meaning.empty()) << shortcut.keys;
  }
  EXPECT_GT(keys.size(), 12U);
}

}  // namespace
}  // namespace sramscope::viewer::testing

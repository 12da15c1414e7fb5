#include "ui/viewer/png.h"

#include <fmt/format.h>
#include <stb/stb_image_write.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace sramscope::viewer {

Pixels cropped(const Pixels& pixels, const Box& box) {
  const int x0 = std::clamp(static_cast<int>(box.x0), 0, pixels.width);
  const int y0 = std::clamp(static_cast<int>(box.y0), 0, pixels.height);
  const int x1 = std::clamp(static_cast<int>(box.x1), x0, pixels.width);
  const int y1 = std::clamp(static_cast<int>(box.y1), y0, pixels.height);
  Pixels part{x1 - x0, y1 - y0, {}};
  part.rgba.reserve(static_cast<std::size_t>(part.width) * static_cast<std::size_t>(part.height) *
                    4);
  for (int y = y0; y < y1; ++y) {
    const auto begin =
        pixels.rgba.begin() + (static_cast<std::ptrdiff_t>(y) * pixels.width + x0) * 4;
    part.rgba.insert(part.rgba.end(), begin, begin + static_cast<std::ptrdiff_t>(part.width) * 4);
  }
  return part;
}

std::string write_png(const std::string& path, const Pixels& pixels) {
  std::vector<std::uint8_t> rgb;  // every picture is opaque
  rgb.reserve(pixels.rgba.size() / 4 * 3);
  for (std::size_t i = 0; i + 3 < pixels.rgba.size(); i += 4)
    rgb.insert(rgb.end(), pixels.rgba.begin() + static_cast<std::ptrdiff_t>(i),
               pixels.rgba.begin() + static_cast<std::ptrdiff_t>(i + 3));
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"),
                                                             std::fclose);
  if (!file) return fmt::format("cannot write {}: {}", path, std::strerror(errno));
  bool written = true;
  struct Sink {
    std::FILE* file;
    bool* written;
  } sink{file.get(), &written};
  const auto write = [](void* context, void* data, int size) {
    const auto* to = static_cast<Sink*>(context);
    const auto bytes = static_cast<std::size_t>(size);
    if (std::fwrite(data, 1, bytes, to->file) != bytes) *to->written = false;
  };
  // Flat colours: unfiltered lines that repeat pack best.
  stbi_write_force_png_filter = 0;
  stbi_write_png_compression_level = 64;
  const int ok = stbi_write_png_to_func(write, &sink, pixels.width, pixels.height, 3, rgb.data(),
                                        pixels.width * 3);
  if (ok == 0 || !written || std::fflush(file.get()) != 0)
    return fmt::format("cannot write {}: {}", path, std::strerror(errno));
  return "";
}

}  // namespace sramscope::viewer

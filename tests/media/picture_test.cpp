// SPDX-License-Identifier: Apache-2.0
// Small copies of pictures: right, bounded, and never more than an error for broken files.
#include "media/picture.hpp"

#include <doctest/doctest.h>

#include "media/likeness.hpp"
#include "support/pictures.hpp"
#include "support/support.hpp"

using namespace colophon;
using colophon::testing::TemporaryFolder;

namespace {

Result<Picture> decoded(Bytes bytes, const char* format) {
  MemorySource source(bytes);
  return decode_picture(source, *find_format(format));
}

/// A scene as ImageMagick stores it.
struct Gallery {
  TemporaryFolder folder;
  Plane plane{400, 300, testing::scene(1, 400, 300)};

  Gallery() {
    testing::write_file(folder.file("a.png"), testing::png_picture(400, 300, plane.samples));
  }
  ByteBuffer made(const std::string& options, const std::string& name) const {
    const auto ran =
        testing::run("cd " + folder.path() + " && convert a.png " + options + " " + name);
    REQUIRE(ran.code == 0);
    return testing::read_file(folder.file(name));
  }
};

}  // namespace

TEST_CASE("rows are averaged into a small copy") {
  RowAverage average(4, 2, 2);
  const std::uint8_t rows[2][4] = {{0, 10, 100, 110}, {20, 30, 120, 130}};
  average.add(rows[0]);
  average.add(rows[1]);
  average.add(rows[1]);  // more than there are
  const Plane plane = average.take();
  CHECK(plane.width == 2);
  CHECK(plane.height == 1);
  CHECK(plane.samples == std::vector<std::uint8_t>{15, 115});
  CHECK(RowAverage(100000, 1).take().width == kCopySide);
  CHECK(RowAverage(3, 5).take().height == 5);
}

TEST_CASE("png: the copy is the picture") {
  const auto grey = testing::scene(2, 120, 90);
  const auto picture = decoded(testing::png_picture(120, 90, grey), "png");
  REQUIRE(picture);
  CHECK(picture->width == 120);
  CHECK(picture->grey.samples == grey);
  CHECK_FALSE(picture->over_white.has_value());
}

TEST_CASE("a png of impossible size is refused before anything is held") {
  ByteBuffer file = testing::png_picture(4, 4, testing::scene(1, 4, 4));
  store_be(file, 16, 60000, 4);
  store_be(file, 20, 60000, 4);
  CHECK_FALSE(decoded(file, "png"));
  CHECK_FALSE(decoded({}, "png"));
  CHECK_FALSE(decoded(as_bytes("nothing"), "jpeg"));
  CHECK_FALSE(decoded(as_bytes("nothing"), "webp"));
  CHECK_FALSE(check_sides(60000, 60000));
  CHECK_FALSE(check_sides(0, 5));
  CHECK_FALSE(check_sides(70000, 5));
  CHECK(check_sides(16000, 16000));
}

TEST_CASE("every kind that ImageMagick writes comes out as the same picture") {
  if (!testing::have_tool("convert")) {
    MESSAGE("skipped: convert is not installed");
    return;
  }
  const Gallery gallery;
  struct Kind {
    const char *format, *options, *name;
  };
  for (const Kind& kind :
       {Kind{"png", "-depth 16 -define png:color-type=2", "rgb16.png"},
        Kind{"png", "-colors 16 -define png:color-type=3", "palette.png"},
        Kind{"png", "-interlace PNG -define png:color-type=6", "adam7.png"},
        Kind{"png", "-define png:color-type=4", "alpha.png"},
        Kind{"png", "-monochrome -depth 1", "bits.png"},
        Kind{"jpeg", "-quality 90", "baseline.jpg"},
        Kind{"jpeg", "-interlace JPEG -sampling-factor 2x2", "progressive.jpg"},
        Kind{"jpeg", "-colorspace CMYK", "cmyk.jpg"}, Kind{"webp", "-quality 80", "lossy.webp"},
        Kind{"webp", "-define webp:lossless=true", "lossless.webp"}}) {
    CAPTURE(kind.name);
    const auto picture = decoded(gallery.made(kind.options, kind.name), kind.format);
    REQUIRE_MESSAGE(picture, (picture ? "" : picture.error().message));
    CHECK(picture->width == 400);
    CHECK(picture->height == 300);
    CHECK(std::max(picture->grey.width, picture->grey.height) <= 2 * kCopySide);
    CHECK(compare(gallery.plane, picture->grey).value > 0.85);
  }
  const auto animation = decoded(gallery.made("-duplicate 2 -delay 10", "animated.webp"), "webp");
  REQUIRE(animation);
  CHECK(compare(gallery.plane, animation->grey).value > 0.85);
  const auto clear =
      decoded(gallery.made("-alpha set -channel A -evaluate set 30% +channel", "clear.png"), "png");
  REQUIRE(clear);
  CHECK(clear->over_white.has_value());
}

TEST_CASE("broken pictures end in an error or a picture, at once") {
  if (!testing::have_tool("convert")) {
    MESSAGE("skipped: convert is not installed");
    return;
  }
  const Gallery gallery;
  testing::Random random(3);
  for (const auto& [format, name, options] :
       {std::tuple("png", "a2.png", "-interlace PNG"),
        std::tuple("jpeg", "p.jpg", "-interlace JPEG"), std::tuple("jpeg", "b.jpg", "-quality 60"),
        std::tuple("webp", "l.webp", "-quality 50")}) {
    const ByteBuffer file = gallery.made(options, name);
    for (int i = 0; i < 40; ++i) {
      const auto start = testing::ComputingClock::now();
      const auto picture = decoded(testing::mutate(file, random), format);
      if (picture)
        CHECK(picture->grey.samples.size() ==
              std::size_t{picture->grey.width} * picture->grey.height);
      CHECK(testing::ComputingClock::now() - start < std::chrono::seconds(2));
    }
    for (std::size_t cut = 0; cut < file.size(); cut += file.size() / 20 + 1) {
      (void)decoded(slice(file, 0, cut), format);
    }
  }
}

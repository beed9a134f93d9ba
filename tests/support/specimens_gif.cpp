// SPDX-License-Identifier: Apache-2.0
// Small GIF and BMP files.
#include "support/gif_builder.hpp"
#include "support/specimens.hpp"

namespace colophon::testing {
namespace {

using namespace std::string_view_literals;

std::vector<Specimen> make_gif() {
  const std::string packet = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>";
  const ByteBuffer xmp = gif_xmp(packet);
  const ByteBuffer comment = gif_extension("\x21\xFE"sv, "made by hand" + std::string(300, '.'));
  const ByteBuffer loop = gif_extension("\x21\xFF\x0BNETSCAPE2.0"sv, "\x01\0\0"sv);
  const ByteBuffer store = gif_extension(
      "\x21\xFF\x0B"
      "C2PA_GIF\x01\0\0"sv,
      std::string(700, 's'));
  const ByteBuffer control{0x21, 0xF9, 4, 0, 10, 0, 0, 0};
  ByteBuffer old = gif({gif_image()});
  old[4] = '7';
  ByteBuffer open = gif({gif_image()});
  open.pop_back();
  return {{"gif", "plain", gif({gif_image()})},
          {"gif", "87a", old},
          {"gif", "with XMP", gif({xmp, gif_image()})},
          {"gif", "animation with XMP, comment and store",
           gif({loop, comment, store, control, gif_image(), control, gif_image(), xmp})},
          {"gif", "XMP in sub-blocks",
           gif({gif_extension("\x21\xFF\x0BXMP DataXMP"sv, packet), gif_image()})},
          {"gif", "without its trailer", open}};
}

std::vector<Specimen> make_bmp() {
  ByteBuffer out = to_buffer("BM"sv);
  append_le(out, 14 + 40 + 4, 4);
  append_le(out, 0, 4);
  append_le(out, 54, 4);
  append_le(out, 40, 4);
  append_le(out, 1, 4);
  append_le(out, 1, 4);
  append_le(out, 1 | 24 << 16, 4);
  out.resize(54 + 4, 0);
  return {{"bmp", "one pixel", out}};
}

const bool gif_registered = register_specimens(make_gif);
const bool bmp_registered = register_specimens(make_bmp);

}  // namespace
}  // namespace colophon::testing

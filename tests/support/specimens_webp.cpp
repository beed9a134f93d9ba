// SPDX-License-Identifier: Apache-2.0
#include "support/riff_builder.hpp"
#include "support/specimens.hpp"
#include "support/tiff_builder.hpp"

namespace colophon::testing {
namespace {

ByteBuffer webp(std::initializer_list<ByteBuffer> chunks) {
  return riff_form("WEBP", together(chunks));
}

std::vector<Specimen> make() {
  using namespace std::string_view_literals;
  const ByteBuffer xmp = riff_chunk("XMP ", "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>");
  const ByteBuffer tiff = make_tiff(
      {true, false}, {{{ascii(0x010E, "a red square")},
                       {{0x8769, {{undefined(0x9286, "ASCII\0\0\0{\"AIGC\":{}}"sv)}, {}}}}}});
  ByteBuffer prefixed = to_buffer("Exif\0\0"sv);
  append(prefixed, tiff);
  ByteBuffer trailing = webp({webp_lossy()});
  append(trailing, "left over bytes"sv);
  ByteBuffer open = webp({webp_vp8x(0x04), webp_lossy(), xmp});
  store_le(open, 4, 0, 4);
  ByteBuffer no_pad = webp({webp_lossless()});
  no_pad.pop_back();
  store_le(no_pad, 4, no_pad.size() - 8, 4);
  return {{"webp", "simple, lossy", webp({webp_lossy()})},
          {"webp", "simple, lossless", webp({webp_lossless()})},
          {"webp", "lossless, without its padding byte", no_pad},
          {"webp", "extended, with XMP", webp({webp_vp8x(0x14), webp_lossless(), xmp})},
          {"webp", "XMP behind the alpha flag", webp({webp_vp8x(0x10), webp_lossy(), xmp})},
          {"webp", "EXIF", webp({webp_vp8x(0x08), webp_lossy(), riff_chunk("EXIF", tiff)})},
          {"webp", "EXIF with a JPEG prefix, XMP",
           webp({webp_vp8x(0x0C), webp_lossy(), riff_chunk("EXIF", prefixed), xmp})},
          {"webp", "a C2PA store in a simple file",
           webp({webp_lossy(), riff_chunk("C2PA", "not a real store")})},
          {"webp", "bytes behind the form", trailing},
          {"webp", "no size in the header", open}};
}

const bool registered = register_specimens(make);

}  // namespace
}  // namespace colophon::testing

// SPDX-License-Identifier: Apache-2.0
#include "support/specimens.hpp"
#include "support/tiff_builder.hpp"
#include "wire/inflate.hpp"

namespace colophon::testing {
namespace {

void chunk(ByteBuffer& out, std::string_view type, Bytes data) {
  append_be(out, data.size(), 4);
  ByteBuffer body = to_buffer(type);
  append(body, data);
  append(out, body);
  append_be(out, wire::crc32(body), 4);
}

/// An 8 x 8 grey picture; `before` stands ahead of IDAT, `after` behind it.
ByteBuffer png(const ByteBuffer& before, const ByteBuffer& after) {
  ByteBuffer out = to_buffer(std::string_view("\x89PNG\r\n\x1a\n", 8));
  ByteBuffer header;
  append_be(header, 8, 4);
  append_be(header, 8, 4);
  append(header, std::string_view("\x08\x00\x00\x00\x00", 5));
  chunk(out, "IHDR", header);
  append(out, before);
  ByteBuffer rows;
  for (int y = 0; y < 8; ++y) {
    rows.push_back(0);
    for (int x = 0; x < 8; ++x) rows.push_back(static_cast<std::uint8_t>(x * y * 4));
  }
  chunk(out, "IDAT", wire::deflate(rows, wire::Deflate::Zlib));
  append(out, after);
  chunk(out, "IEND", {});
  return out;
}

std::vector<Specimen> make() {
  ByteBuffer text;
  chunk(text, "tEXt", as_bytes(std::string_view("Title\0a grey ramp", 17)));
  ByteBuffer compressed = to_buffer(std::string_view("Comment\0\0", 9));
  append(compressed, wire::deflate(as_bytes("made by hand"), wire::Deflate::Zlib));
  ByteBuffer ztxt;
  chunk(ztxt, "zTXt", compressed);
  ByteBuffer xmp;
  chunk(xmp, "iTXt",
        as_bytes(std::string_view("XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta "
                                  "xmlns:x=\"adobe:ns:meta/\"/>",
                                  22 + 38)));
  ByteBuffer store;
  chunk(store, "caBX", as_bytes("not a real store"));
  ByteBuffer exif;
  chunk(exif, "eXIf",
        make_tiff({true, false},
                  {{{ascii(0x010E, "a grey ramp")},
                    {{0x8769, {{undefined(0x9286, {"ASCII\0\0\0{\"AIGC\":{}}", 19})}, {}}}}}}));
  return {{"png", "with EXIF", png(exif, {})},
          {"png", "plain", png({}, {})},
          {"png", "text before the pixels", png(text, {})},
          {"png", "compressed text behind the pixels", png({}, ztxt)},
          {"png", "with XMP", png(xmp, {})},
          {"png", "with a C2PA store", png(store, {})}};
}

const bool registered = register_specimens(make);

}  // namespace
}  // namespace colophon::testing

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "support/jpeg_builder.hpp"
#include "support/specimens.hpp"
#include "support/tiff_builder.hpp"

namespace colophon::testing {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kJfif{"\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", 20};
constexpr std::uint8_t kTablesAndScan[] = {
    0xff, 0xdb, 0x00, 0x43, 0x00, 0x10, 0x0b, 0x0c, 0x0e, 0x0c, 0x0a, 0x10, 0x0e, 0x0d, 0x0e, 0x12,
    0x11, 0x10, 0x13, 0x18, 0x28, 0x1a, 0x18, 0x16, 0x16, 0x18, 0x31, 0x23, 0x25, 0x1d, 0x28, 0x3a,
    0x33, 0x3d, 0x3c, 0x39, 0x33, 0x38, 0x37, 0x40, 0x48, 0x5c, 0x4e, 0x40, 0x44, 0x57, 0x45, 0x37,
    0x38, 0x50, 0x6d, 0x51, 0x57, 0x5f, 0x62, 0x67, 0x68, 0x67, 0x3e, 0x4d, 0x71, 0x79, 0x70, 0x64,
    0x78, 0x5c, 0x65, 0x67, 0x63, 0xff, 0xc0, 0x00, 0x0b, 0x08, 0x00, 0x08, 0x00, 0x08, 0x01, 0x01,
    0x11, 0x00, 0xff, 0xc4, 0x00, 0x14, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xc4, 0x00, 0x17, 0x10, 0x00, 0x03, 0x01,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x16, 0x63,
    0xa1, 0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3f, 0x00, 0x3b, 0xd7, 0x4f, 0xff, 0xd9};

ByteBuffer exif_segment() {
  ByteBuffer body = to_buffer("Exif\0\0"sv);
  append(body, make_tiff({true, false},
                         {{{ascii(0x010E, "a grey ramp"), ascii(0x0110, "model")},
                           {{0x8769, {{undefined(0x9286, "ASCII\0\0\0{\"AIGC\":{}}"sv)}, {}}}}},
                          {{ascii(0x0131, "thumbnail")}, {}}}));
  return jpeg_segment(0xE1, body);
}

ByteBuffer xmp_segment() {
  return jpeg_segment(0xE1,
                      "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>"sv);
}

ByteBuffer extension_segments() {
  const std::string_view text = "<rdf:RDF>an extended packet in two parts</rdf:RDF>";
  ByteBuffer out;
  for (const std::size_t at : {20U, 0U}) {
    ByteBuffer body = to_buffer("http://ns.adobe.com/xmp/extension/\0"sv);
    append(body, std::string(32, 'A'));
    append_be(body, text.size(), 4);
    append_be(body, at, 4);
    append(body, at == 0 ? text.substr(0, 20) : text.substr(20));
    append(out, jpeg_segment(0xE1, body));
  }
  return out;
}

ByteBuffer iptc_segment() {
  ByteBuffer iim = to_buffer(
      "\x1C\x02\x28\0\x0Bmade by AI."
      "\x1C\x02\x78\0\x07"
      "caption"sv);
  ByteBuffer body = to_buffer(
      "Photoshop 3.0\0"
      "8BIM\x04\x25\0\0\0\0\0\x03"
      "abc\0"
      "8BIM\x04\x04\0\0"sv);
  append_be(body, iim.size(), 4);
  append(body, iim);
  body.resize(body.size() + iim.size() % 2, 0);
  return jpeg_segment(0xED, body);
}

/// A picture with a Multi-Picture index and a second picture behind it.
ByteBuffer multi_picture() {
  const ByteBuffer second = jpeg_picture({});
  ByteBuffer first;
  for (const std::uint32_t offset : {0U, 1U}) {  // the first round measures
    ByteBuffer entries;
    append_be(entries, 0x030000, 4);
    append_be(entries, first.size(), 4);
    append_be(entries, 0, 8);
    append_be(entries, 0, 4);
    append_be(entries, second.size(), 4);
    append_be(entries, offset * (first.size() - 20 - 8), 8);
    store_be(entries, 24, offset * (first.size() - 20 - 8), 4);
    store_be(entries, 28, 0, 4);
    ByteBuffer body = to_buffer("MPF\0"sv);
    append(body, make_tiff({true, false}, {{{undefined(0xB000, "0100"),
                                             number({true, false}, 0xB001, wire::TiffType::Long, 2),
                                             undefined(0xB002, as_text(entries))},
                                            {}}}));
    first = jpeg_picture(jpeg_segment(0xE2, body));
  }
  append(first, second);
  return first;
}

std::vector<Specimen> make() {
  ByteBuffer mixed = exif_segment();
  append(mixed, jpeg_segment(0xE9, "AIGC{\"Label\":\"1\"}"));
  append(mixed, xmp_segment());
  append(mixed, jpeg_segment(0xFE, "a comment"));
  append(mixed, iptc_segment());
  ByteBuffer filled = xmp_segment();
  filled.insert(filled.begin(), 3, 0xFF);
  return {
      {"jpeg", "plain", jpeg_picture({})},
      {"jpeg", "EXIF, private segment, XMP, comment, IPTC", jpeg_picture(mixed)},
      {"jpeg", "extended XMP alone, parts out of order", jpeg_picture(extension_segments())},
      {"jpeg", "C2PA store in three segments", jpeg_picture(jumbf_segments(jumbf_store(100), 60))},
      {"jpeg", "Multi-Picture index", multi_picture()},
      {"jpeg", "fill bytes before XMP", jpeg_picture(filled)},
  };
}

const bool registered = register_specimens(make);

}  // namespace

ByteBuffer jpeg_segment(std::uint8_t marker, Bytes body) {
  ByteBuffer segment{0xFF, marker};
  append_be(segment, body.size() + 2, 2);
  append(segment, body);
  return segment;
}

ByteBuffer jpeg_segment(std::uint8_t marker, std::string_view body) {
  return jpeg_segment(marker, as_bytes(body));
}

ByteBuffer jpeg_picture(Bytes segments) {
  ByteBuffer out = to_buffer(kJfif);
  append(out, segments);
  append(out, Bytes(kTablesAndScan));
  return out;
}

ByteBuffer jumbf_store(std::size_t payload) {
  ByteBuffer description = to_buffer(
      "jumdc2pa\x00\x11\x00\x10\x80\x00\x00\xAA\x00\x38\x9B\x71"
      "\x03"
      "c2pa\0"sv);
  ByteBuffer store;
  append_be(store, 8 + 4 + description.size() + payload, 4);
  append(store, "jumb"sv);
  append_be(store, 4 + description.size(), 4);
  append(store, description);
  for (std::size_t i = 0; i < payload; ++i) store.push_back(static_cast<std::uint8_t>(i));
  return store;
}

ByteBuffer jumbf_segments(Bytes store, std::size_t per_segment, std::uint16_t instance) {
  ByteBuffer out;
  std::uint32_t sequence = 1;
  for (std::size_t at = 8; at < store.size(); at += per_segment) {
    ByteBuffer body = to_buffer("JP"sv);
    append_be(body, instance, 2);
    append_be(body, sequence++, 4);
    append(body, slice(store, 0, 8));
    append(body, slice(store, at, per_segment));
    append(out, jpeg_segment(0xEB, body));
  }
  return out;
}

}  // namespace colophon::testing

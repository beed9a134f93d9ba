// SPDX-License-Identifier: Apache-2.0
#include "support/movie.hpp"
#include "support/specimens.hpp"
#include "support/tiff_builder.hpp"

namespace colophon::testing {
namespace {

constexpr std::string_view kPacket = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>";

ByteBuffer codestream() {
  return ByteBuffer{0xFF, 0x0A} + to_buffer("not a real picture");
}
ByteBuffer head() {
  return box("JXL ", {0x0D, 0x0A, 0x87, 0x0A}) +
         box("ftyp", to_buffer("jxl ") + number(0, 4) + to_buffer("jxl "));
}
/// One uncompressed Brotli meta-block (RFC 7932 9.2), then an empty last one.
ByteBuffer brotli(std::string_view text) {
  // WBITS 16 (1 bit: 0), ISLAST 0, MNIBBLES 4 (00), MLEN - 1 (16 bits), ISUNCOMPRESSED 1.
  const std::uint64_t bits = ((text.size() - 1) << 4) | (1ULL << 20);
  ByteBuffer out;
  append_le(out, bits, 3);
  append(out, text);
  out.push_back(0x03);
  return out;
}
ByteBuffer exif() {
  TestIfd ifd;
  ifd.fields = {ascii(0x010E, "a description"), ascii(0x0131, "a program")};
  return number(0, 4) + make_tiff({}, {ifd});
}
ByteBuffer c2pa() {
  const ByteBuffer type = {0x63, 0x32, 0x70, 0x61, 0x00, 0x11, 0x00, 0x10,
                           0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71};
  return box("jumb", box("jumd", type + number(3, 1) + to_buffer("c2pa") + number(0, 1)));
}
ByteBuffer brob(const char* type, std::string_view content) {
  return box("brob", to_buffer(type) + brotli(content));
}

std::vector<Specimen> jxl() {
  const ByteBuffer picture = box("jxlc", codestream());
  ByteBuffer open = head() + picture;
  store_be(open, head().size(), 0, 4);
  const ByteBuffer partial = box("jxlp", number(0, 4) + codestream()) +
                             box("xml ", to_buffer(kPacket)) +
                             box("jxlp", number(0x80000001, 4) + to_buffer("the rest"));
  const std::string plain_exif = to_string(exif());
  const std::string store = to_string(slice(c2pa(), 8));
  return {
      {"jxl", "bare codestream", codestream()},
      {"jxl", "no label", head() + picture},
      {"jxl", "the codestream runs to the end", open},
      {"jxl", "XMP, Exif, C2PA",
       head() + box("jxll", {10}) + c2pa() + box("Exif", exif()) + box("xml ", to_buffer(kPacket)) +
           picture},
      {"jxl", "compressed boxes",
       head() + brob("xml ", kPacket) + brob("Exif", plain_exif) + brob("jumb", store) + picture},
      {"jxl", "XMP between the parts of the picture", head() + partial}};
}

const bool registered = register_specimens(jxl);

}  // namespace
}  // namespace colophon::testing

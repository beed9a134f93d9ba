// SPDX-License-Identifier: Apache-2.0
#include "support/picture.hpp"
#include "support/specimens.hpp"
#include "wire/inflate.hpp"

namespace colophon::testing {
namespace {

constexpr std::string_view kPacket = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>";
constexpr std::string_view kAvif{"avif\0\0\0\0mif1miafavif", 20};
constexpr std::string_view kOpenAvif{"mif1\0\0\0\0mif1avifmiaf", 20};
constexpr std::string_view kSequence{"msf1\0\0\0\0msf1hevcmif1", 20};

ByteBuffer uuid_box(const ByteBuffer& uuid, const ByteBuffer& body) {
  return box("uuid", uuid + body);
}
ByteBuffer c2pa_box() {
  return uuid_box({0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87,
                   0x7E, 0xC4, 0x81},
                  number(0, 4) + to_buffer(std::string_view("manifest\0", 9)) + number(0, 8) +
                      box("jumb", to_buffer("not a real store")));
}
ByteBuffer xmp_box() {
  return uuid_box({0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91,
                   0xE3, 0xAF, 0xAC},
                  to_buffer(kPacket));
}

Picture plain() {
  Picture made;
  made.items = {coded_picture()};
  return made;
}
Picture rich() {
  Picture made;
  Picture::Item thumbnail = coded_picture(7);
  thumbnail.refers_to = {{"thmb", 1}};
  made.items = {coded_picture(), xmp_item(3, kPacket), exif_item(5), thumbnail,
                xmp_item(9, "<x:xmpmeta xmlns:x='adobe:ns:meta/'>of a thumbnail</x:xmpmeta>", 7)};
  made.before_meta = c2pa_box();
  return made;
}

std::vector<Specimen> pictures() {
  Picture old = rich();
  old.iloc_version = 0;
  old.base_width = 4;
  Picture in_idat = rich();
  for (Picture::Item& item : in_idat.items) item.in_idat = item.id != 1 && item.id != 5;
  Picture pieces = rich();
  for (Picture::Item& item : pieces.items) item.pieces = item.type == "mime" ? 3 : 1;
  Picture wide = rich();
  wide.wide_ids = true;
  wide.iinf_version = 1;
  wide.offset_width = 8;
  wide.base_width = 8;
  Picture compressed = rich();
  compressed.items[1].bytes = wire::deflate(as_bytes(kPacket), wire::Deflate::Zlib);
  compressed.items[1].encoding = "deflate";
  Picture open = plain();
  open.open_mdat = true;
  Picture open_rich = rich();
  open_rich.open_mdat = true;
  Picture last = rich();
  last.meta_last = true;
  Picture open_meta = plain();
  open_meta.meta_last = open_meta.open_meta = true;
  Picture odd = plain();
  odd.at_end = xmp_box();
  odd.behind_meta = padding(20);
  return {{"heif", "no label", picture(plain())},
          {"heif", "XMP, Exif, C2PA, XMP of a thumbnail", picture(rich())},
          {"heif", "iloc 0 with base offsets", picture(old)},
          {"heif", "XMP in idat", picture(in_idat)},
          {"heif", "XMP in three pieces", picture(pieces)},
          {"heif", "wide numbers everywhere", picture(wide)},
          {"heif", "compressed XMP", picture(compressed)},
          {"heif", "media data of open size", picture(open)},
          {"heif", "media data of open size with XMP", picture(open_rich)},
          {"heif", "meta behind the media", picture(last)},
          {"heif", "meta of open size", picture(open_meta)},
          {"heif", "XMP in a uuid box", picture(odd)}};
}

std::vector<Specimen> avifs() {
  Picture first = plain();
  first.brands = kAvif;
  first.items[0].type = "av01";
  Picture second = rich();
  second.brands = kOpenAvif;
  return {{"avif", "no label", picture(first)},
          {"avif", "rich, major brand mif1", picture(second)}};
}

std::vector<Specimen> sequences() {
  Film made;
  made.ftyp = box("ftyp", to_buffer(kSequence));
  made.moov_first = made.aux_offsets = true;
  Picture list;
  list.items = {coded_picture()};
  for (Picture::Item& item : list.items) item.in_idat = true;
  const ByteBuffer all = picture(list);
  const std::uint64_t ftyp_size = *load_be(all, 0, 4);
  const std::uint64_t meta_size = *load_be(all, ftyp_size, 4);
  made.ftyp = made.ftyp + to_buffer(slice(all, ftyp_size, meta_size));
  Specimen sequence{"heif", "image sequence", film(made)};
  made.wide_offsets = true;
  return {sequence, {"heif", "image sequence, wide positions", film(made)}};
}

const bool registered =
    register_specimens(pictures) && register_specimens(avifs) && register_specimens(sequences);

}  // namespace
}  // namespace colophon::testing

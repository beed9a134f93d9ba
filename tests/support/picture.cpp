// SPDX-License-Identifier: Apache-2.0
#include "support/picture.hpp"

#include "formats/mp4.hpp"
#include "support/tiff_builder.hpp"
#include "wire/heif_items.hpp"

#include <stdexcept>

namespace colophon::testing {
namespace {

ByteBuffer item_entry(const Picture& picture, const Picture::Item& item) {
  ByteBuffer body = number(item.id, picture.wide_ids ? 4 : 2) + number(0, 2) +
                    to_buffer(item.type) + number(0, 1);
  if (item.type == "mime") body = body + to_buffer(item.content_type) + number(0, 1);
  if (!item.encoding.empty()) body = body + to_buffer(item.encoding) + number(0, 1);
  return full_box("infe", body, picture.wide_ids ? 3 : 2);
}

ByteBuffer references(const Picture& picture) {
  const unsigned width = picture.wide_ids ? 4 : 2;
  ByteBuffer all;
  for (const Picture::Item& item : picture.items) {
    for (const auto& [type, to] : item.refers_to) {
      char code[5] = {type[0], type[1], type[2], type[3], 0};
      all = all + box(code, number(item.id, width) + number(1, 2) + number(to, width));
    }
  }
  return all.empty() ? all : full_box("iref", all, picture.wide_ids ? 1 : 0);
}

ByteBuffer locations(const Picture& picture, std::uint64_t media_at) {
  const int version = picture.wide_ids ? 2 : picture.iloc_version;
  const unsigned id_width = version == 2 ? 4 : 2;
  ByteBuffer body = number((picture.offset_width << 4) | 4, 1) +
                    number(picture.base_width << 4, 1) + number(picture.items.size(), id_width);
  std::uint64_t in_file = media_at, in_idat = 0;
  for (const Picture::Item& item : picture.items) {
    std::uint64_t& at = item.in_idat ? in_idat : in_file;
    body = body + number(item.id, id_width);
    if (version > 0) body = body + number(item.in_idat ? 1 : 0, 2);
    const std::uint64_t base = picture.base_width > 0 ? at : 0;
    body = body + number(0, 2) + number(base, picture.base_width) +
           number(static_cast<std::uint64_t>(item.pieces), 2);
    std::uint64_t left = item.bytes.size();
    for (int piece = item.pieces; piece > 0; --piece) {
      const std::uint64_t size = left / static_cast<std::uint64_t>(piece);
      body = body + number(at - base, picture.offset_width) + number(size, 4);
      at += size;
      left -= size;
    }
  }
  return full_box("iloc", body, static_cast<std::uint8_t>(version));
}

ByteBuffer meta_box(const Picture& picture, std::uint64_t media_at) {
  ByteBuffer entries = number(picture.items.size(), picture.iinf_version == 0 ? 2 : 4);
  ByteBuffer idat;
  for (const Picture::Item& item : picture.items) {
    entries = entries + item_entry(picture, item);
    if (item.in_idat) idat = idat + item.bytes;
  }
  ByteBuffer children = full_box("hdlr", number(0, 4) + to_buffer("pict") + ByteBuffer(13, 0)) +
                        full_box("pitm", number(picture.primary, picture.wide_ids ? 4 : 2),
                                 picture.wide_ids ? 1 : 0) +
                        full_box("iinf", entries, picture.iinf_version) + references(picture) +
                        locations(picture, media_at);
  if (!idat.empty()) children = children + box("idat", idat);
  ByteBuffer meta = full_box("meta", children);
  if (picture.open_meta) store_be(meta, 0, 0, 4);
  return meta;
}

}  // namespace

Picture::Item coded_picture(std::uint32_t id) {
  return {id, "hvc1", "", "", to_buffer("<coded picture " + std::to_string(id) + ">")};
}

Picture::Item xmp_item(std::uint32_t id, std::string_view packet, std::uint32_t about) {
  Picture::Item item{id, "mime", "application/rdf+xml", "", to_buffer(packet)};
  item.refers_to = {{"cdsc", about}};
  return item;
}

Picture::Item exif_item(std::uint32_t id, std::uint32_t about) {
  TestIfd ifd;
  ifd.fields = {ascii(0x010E, "a description"), ascii(0x0131, "a program")};
  Picture::Item item{id, "Exif", "", "", number(0, 4) + make_tiff({}, {ifd})};
  item.refers_to = {{"cdsc", about}};
  return item;
}

ByteBuffer picture(const Picture& picture) {
  const ByteBuffer head = box("ftyp", to_buffer(picture.brands)) + picture.before_meta;
  ByteBuffer media;
  for (const Picture::Item& item : picture.items) {
    if (!item.in_idat) media = media + item.bytes;
  }
  const std::uint64_t before_media =
      head.size() + 8 +
      (picture.meta_last ? 0 : meta_box(picture, 0).size() + picture.behind_meta.size());
  const ByteBuffer meta = meta_box(picture, before_media) + picture.behind_meta;
  ByteBuffer mdat = box("mdat", media);
  if (picture.open_mdat) store_be(mdat, 0, 0, 4);
  return head + (picture.meta_last ? mdat + meta : meta + mdat) + picture.at_end;
}

std::map<std::uint32_t, std::string> items_of(Bytes file) {
  MemorySource source(file);
  const Limits limits;
  const auto map = mp4::map_file(source, limits);
  if (!map) throw std::runtime_error(map.error().message);
  std::map<std::uint32_t, std::string> found;
  for (const wire::Box& box : map->boxes) {
    if (!box.is(wire::fourcc("meta"))) continue;
    wire::BoxBudget budget(limits);
    const auto meta =
        wire::read_heif_meta(source, box, {box.body.offset + 4, box.body.size - 4}, limits, budget);
    if (!meta || meta->damage) throw std::runtime_error("the list of items is damaged");
    for (const wire::HeifItem& item : meta->items) {
      const auto ranges = wire::item_ranges(*meta, item, file.size());
      if (!ranges) throw std::runtime_error(ranges.error().message);
      for (const Range& range : *ranges) {
        found[item.id] += as_text(slice(file, range.offset, range.size));
      }
    }
  }
  return found;
}

}  // namespace colophon::testing

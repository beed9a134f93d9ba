// SPDX-License-Identifier: Apache-2.0
// Binary grammars: CBOR, JUMBF, boxes, chunks, directories, pages, compressed streams.
#include "c2pa/c2pa.hpp"
#include "c2pa/jumbf.hpp"
#include "targets.hpp"
#include "wire/amf0.hpp"
#include "wire/audio_frame.hpp"
#include "wire/bmff.hpp"
#include "wire/cbor.hpp"
#include "wire/ebml.hpp"
#include "wire/inflate.hpp"
#include "wire/iptc_iim.hpp"
#include "wire/ogg.hpp"
#include "wire/riff.hpp"
#include "wire/tiff_ifd.hpp"

namespace colophon::fuzz {
namespace {

void cbor_item(const wire::CborItem& item, std::uint64_t size) {
  must_lie_in(item.where, size);
  for (const auto& inner : item.items) cbor_item(inner, size);
}

void cbor(Bytes bytes) {
  const auto item = wire::read_cbor(bytes, {});
  if (!item) return;
  cbor_item(*item, bytes.size());
  const auto again = wire::read_cbor(slice(bytes, item->where.offset, item->where.size), {});
  must(again && again->where.size == item->where.size, "an item reads the same by itself");
}

void jumbf_box(const JumbfBox& box, std::uint64_t size) {
  must_lie_in(box.whole, size);
  must_lie_in(box.payload, size);
  for (const auto& child : box.children) jumbf_box(child, size);
}

void jumbf(Bytes bytes) {
  const auto box = read_jumbf(bytes, {});
  if (box) jumbf_box(*box, bytes.size());
  (void)read_c2pa_statement(Carrier{}, bytes, {});
}

ByteBuffer superbox(std::string_view kind, std::string_view label, Bytes content) {
  ByteBuffer description = to_buffer(kind);
  append(description, std::string_view("\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71\x03", 13));
  append(description, label);
  description.push_back(0);
  ByteBuffer body, out;
  wire::append_box(body, wire::fourcc("jumd"), description);
  append(body, content);
  wire::append_box(out, wire::fourcc("jumb"), body);
  return out;
}

Seeds jumbf_seeds() {
  ByteBuffer claim;
  wire::append_box(claim, wire::fourcc("cbor"),
                   as_bytes("\xa1\x6f"
                            "claim_generator\x61x"));
  const ByteBuffer manifest = superbox("c2ma", "urn:c2pa:1", superbox("c2cl", "c2pa.claim", claim));
  return {superbox("c2pa", "c2pa", manifest)};
}

void boxes(Source& source, Range within, wire::BoxBudget& budget, int depth) {
  wire::BoxWalker walker(source, within, budget);
  for (;;) {
    const auto box = walker.next();
    if (!box || !*box) return;
    must_lie_in((*box)->whole, within.end());
    must((*box)->whole.offset >= within.offset && (*box)->whole.size > 0, "a walk goes on");
    (void)wire::read_full_box(source, **box);
    (void)wire::to_string((*box)->type);
    if (depth < 8) boxes(source, (*box)->body, budget, depth + 1);
  }
}

void bmff(Bytes bytes) {
  MemorySource source(bytes);
  wire::BoxBudget budget{Limits{}};
  boxes(source, {0, bytes.size()}, budget, 0);
}

void riff_chunks(Source& source, const wire::riff::Chunks& chunks, wire::riff::Budget& budget,
                 int depth) {
  must(chunks.tail <= source.size(), "the tail lies in the input");
  for (const auto& chunk : chunks.all) {
    must_lie_in(chunk.whole, source.size());
    must_lie_in(chunk.data, source.size());
    if (chunk.list == 0 || depth > 8) continue;
    const auto inner = wire::riff::read_list(source, chunk, budget);
    if (inner) riff_chunks(source, *inner, budget, depth + 1);
  }
}

void riff(Bytes bytes) {
  MemorySource source(bytes);
  wire::riff::Budget budget{Limits{}};
  const auto form = wire::riff::read_form(source, 0, budget);
  if (!form) return;
  must_lie_in(form->whole, bytes.size());
  riff_chunks(source, form->chunks, budget, 0);
}

Seeds riff_seeds() {
  namespace r = wire::riff;
  ByteBuffer body = to_buffer("WAVE");
  append(body, Bytes(r::make_list(wire::fourcc("INFO"),
                                  r::make_chunk(wire::fourcc("ICMT"), as_bytes("odd")))));
  append(body, Bytes(r::make_chunk(wire::fourcc("data"), as_bytes("1234"))));
  return {r::make_chunk(wire::fourcc("RIFF"), body)};
}

void tiff(Bytes bytes) {
  MemorySource source(bytes);
  const Range block{0, bytes.size()};
  (void)wire::walk_tiff(source, block, {}, [&](const auto& header, const auto& ifd) -> Status {
    must_lie_in(ifd.whole, bytes.size());
    for (const auto& entry : ifd.entries) must_lie_in(entry.value, bytes.size());
    const auto entry = wire::make_tiff_entry(header, 700, 1, 4, as_bytes("abcd"));
    const Bytes stored = slice(bytes, ifd.whole.offset, ifd.whole.size);
    const auto grown = wire::insert_tiff_entry(header, ifd, stored, entry);
    const std::size_t entries = (ifd.entries.size() + 1) * header.entry_size();
    must(!grown || grown->size() == header.count_width() + entries + header.width(),
         "a directory grows by one entry");
    return {};
  });
}

Seeds tiff_seeds() {
  return texts({std::string_view("II*\0\x08\0\0\0\x02\0\x0e\x01\x02\0\x04\0\0\0abc\0"
                                 "\x69\x87\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0"
                                 "\x01\0\x86\x92\x07\0\x08\0\0\0\x08\0\0\0\0\0\0\0",
                                 56),
                std::string_view("MM\0+\0\x08\0\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\x01\x01\x0e\0\x02"
                                 "\0\0\0\0\0\0\0\x04"
                                 "abc\0\0\0\0\0\0\0\0\0\0\0\0\0",
                                 52)});
}

void ogg(Bytes bytes) {
  MemorySource source(bytes);
  for (std::uint64_t at = 0; at < bytes.size();) {
    const auto page = wire::ogg::read_page(source, at);
    if (!page) return;
    must_lie_in(page->whole, bytes.size());
    must(page->whole.size > 0, "a walk goes on");
    const auto right = wire::ogg::check(source, *page);
    if (right && *right) {
      ByteBuffer moved = to_buffer(slice(bytes, at, page->whole.size));
      const ByteBuffer fields = wire::ogg::renumbered(*page, page->sequence + 7);
      std::copy(fields.begin(), fields.end(), moved.begin() + 18);
      MemorySource other(moved);
      const auto again = wire::ogg::read_page(other, 0);
      must(again && wire::ogg::check(other, *again) == true, "a renumbered page is right");
    }
    at = page->whole.end();
  }
}

Seeds ogg_seeds() {
  const std::vector<ByteBuffer> packets{to_buffer("OpusHead"), ByteBuffer(300, 'x')};
  ByteBuffer out;
  for (const auto& page : wire::ogg::make_pages({1, 0, true}, packets, {1, 2})) {
    append(out, Bytes(page));
  }
  return {out};
}

void inflate(Bytes bytes) {
  constexpr std::uint64_t kMax = 1 << 20;
  for (const auto kind : {wire::Deflate::Zlib, wire::Deflate::Raw, wire::Deflate::Gzip}) {
    const auto out = wire::inflate(bytes, kind, kMax);
    must(!out || out->size() <= kMax, "the cap holds");
    must(wire::inflate_some(bytes, kind, kMax).size() <= kMax, "the cap holds");
    must(wire::inflate(wire::deflate(bytes, kind), kind, kMax) == to_buffer(bytes),
         "what was deflated inflates");
  }
}

Seeds inflate_seeds() {
  Seeds seeds;
  for (const auto kind : {wire::Deflate::Zlib, wire::Deflate::Raw, wire::Deflate::Gzip}) {
    seeds.push_back(wire::deflate(ByteBuffer(500, 'a'), kind));
  }
  return seeds;
}

void brotli(Bytes bytes) {
  const auto out = wire::unbrotli(bytes, 1 << 20);
  must(!out || out->size() <= 1 << 20, "the cap holds");
}

void iim(Bytes bytes) {
  const auto fields = wire::read_iim(bytes, 100);
  must(fields.size() <= 100, "the cap holds");
  for (const auto& field : fields) must_lie_in(field.value, bytes.size());
  const auto resource = wire::find_photoshop_resource(bytes, 0x0404);
  if (resource) must_lie_in(*resource, bytes.size());
}

constexpr std::uint32_t kTags = 0x1254C367, kTag = 0x7373;

void ebml(Bytes bytes) {
  MemorySource source(bytes);
  const auto element = wire::read_element_head(source, 0, bytes.size());
  if (!element) return;
  wire::EbmlNode root;
  const auto is_master = [](std::uint32_t id) noexcept { return id == kTags || id == kTag; };
  const auto status = wire::read_tree(source, *element, is_master, {}, root);
  if (!status) return;
  const ByteBuffer written = wire::write_tree(root);
  MemorySource copy(written);
  const auto again = wire::read_element(copy, 0, written.size());
  must(again && again->whole().size == written.size(), "an element that was written is read");
  wire::EbmlNode reread;
  must(wire::read_tree(copy, *again, is_master, {}, reread).has_value(), "with all it holds");
  must(wire::write_tree(reread) == written, "writing it again changes nothing");
}

Seeds ebml_seeds() {
  const auto leaf = wire::ebml_leaf(0x45A3, as_bytes("AIGC"));
  const auto crc = wire::ebml_leaf(wire::kEbmlCrc32, as_bytes("1234"));
  return {wire::write_tree(wire::ebml_master(kTags, {crc, wire::ebml_master(kTag, {leaf})}))};
}

void amf(Bytes bytes) {
  const auto value = wire::read_amf(bytes, 0, {});
  if (!value) return;
  must_lie_in(value->whole, bytes.size());
  must_lie_in(value->text, bytes.size());
  if (const auto numbers = wire::amf_numbers(bytes, *value, {})) {
    for (const std::uint64_t at : *numbers) must_lie_in({at, 8}, bytes.size());
  }
  if (!value->is_object()) return;
  const auto properties = wire::amf_properties(bytes, *value, {});
  if (!properties) return;
  must(properties->end <= bytes.size(), "the next property has a place");
  for (const auto& property : properties->list) must_lie_in(property.whole, bytes.size());
}

Seeds amf_seeds() {
  ByteBuffer object = to_buffer(std::string_view("\x08\0\0\0\x01", 5));
  append(object, Bytes(wire::make_amf_property("AIGC", as_bytes("{}"))));
  append(object, std::string_view("\0\x01n\0\x40\0\0\0\0\0\0\0\0\0\x09", 15));
  return {object, wire::make_amf_string(as_bytes("onMetaData"))};
}

void audio_frame(Bytes bytes) {
  MemorySource source(bytes);
  (void)wire::frames_follow(source, 0, wire::mpeg_frame, 4);
  (void)wire::frames_follow(source, 0, wire::adts_frame, 4);
}

}  // namespace

void add_binary_parsers(std::vector<Target>& all) {
  all.push_back({"wire_cbor", cbor, [] {
                   return texts(
                       {"\xa2\x61"
                        "a\x82\x01\x20\x61"
                        "b\x5f\x42xy\xff",
                        "\xd8\x40\x9f\xf6\xf5\xfb\x3f\xf0\x01\x01\x01\x01\x01\x01\xff"});
                 }});
  all.push_back({"c2pa_jumbf", jumbf, jumbf_seeds});
  all.push_back({"wire_bmff", bmff, jumbf_seeds});
  all.push_back({"wire_riff", riff, riff_seeds});
  all.push_back({"wire_tiff_ifd", tiff, tiff_seeds});
  all.push_back({"wire_ogg", ogg, ogg_seeds});
  all.push_back({"wire_inflate", inflate, inflate_seeds});
  all.push_back({"wire_ebml", ebml, ebml_seeds});
  all.push_back({"wire_amf0", amf, amf_seeds});
  all.push_back({"wire_brotli", brotli,
                 [] { return texts({std::string_view("\x0b\x02\x80hello\x03", 9)}); }});
  all.push_back({"wire_iptc_iim", iim, [] {
                   return texts({std::string_view("\x1c\x02\x78\0\x03"
                                                  "abc\x1c\x02\x7a\x80\x04\0\0\0\x01x",
                                                  18),
                                 std::string_view("8BIM\x04\x04\0\0\0\0\0\x08\x1c\x02\x78\0\x03"
                                                  "abc",
                                                  20)});
                 }});
  all.push_back({"wire_audio_frame", audio_frame, [] {
                   return texts({std::string_view("\xff\xfb\x10\0", 4),
                                 std::string_view("\xff\xf1\x50\x80\x01\x1f\xfc", 7)});
                 }});
}

}  // namespace colophon::fuzz

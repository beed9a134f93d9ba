// SPDX-License-Identifier: Apache-2.0
// Tags of sound files: ID3v2, APE, Vorbis comments.
#include "base/text.hpp"
#include "targets.hpp"
#include "wire/ape.hpp"
#include "wire/id3.hpp"
#include "wire/vorbis_comment.hpp"

namespace colophon::fuzz {
namespace {

constexpr std::string_view kValue = "a value \xE5\x80\xBC";

void id3_frame(Source& source, const wire::id3::Tag& tag, const wire::id3::Frame& frame) {
  must_lie_in(frame.whole, source.size());
  must_lie_in(frame.body, source.size());
  (void)wire::id3::is_plain(tag, frame);
  const auto data = wire::id3::data_of(source, tag, frame, 1 << 20);
  if (!data) return;
  must(data->size() <= 1 << 20, "the cap holds");
  if (wire::id3::is_field(frame.id)) {
    const auto field = wire::id3::parse_field(frame.id, *data);
    if (field) {
      must(is_utf8(field->value) && is_utf8(field->description), "texts are UTF-8");
      must_lie_in(field->stored, data->size());
    }
  }
  if (wire::id3::is_object(frame.id)) {
    const auto object = wire::id3::parse_object(frame.id, *data);
    must(!object || object->data_at <= data->size(), "an object lies in its frame");
  }
}

void id3(Bytes bytes) {
  namespace id3 = wire::id3;
  must(id3::synchronise(id3::unsynchronise(bytes)) == to_buffer(bytes), "unsynchronising undone");
  MemorySource source(bytes);
  if (bytes.size() >= id3::kHeader && id3::starts(bytes)) (void)id3::whole_size(bytes);
  const auto tag = id3::read(source, {0, bytes.size()}, {});
  if (!tag) return;
  must_lie_in(tag->whole, bytes.size());
  must_lie_in(tag->tail, bytes.size());
  for (const auto& frame : tag->frames) id3_frame(source, *tag, frame);
  const ByteBuffer text = id3::user_text(4, "AIGC", kValue);
  id3::Tag plain;
  const auto frame = id3::make_frame(plain, "TXXX", text);
  must(frame.has_value(), "a frame is made");
  const ByteBuffer whole = id3::make_tag(*frame, bytes.size() % 64);
  MemorySource made(whole);
  const auto again = id3::read(made, {0, whole.size()}, {});
  must(again && !again->damage && again->frames.size() == 1, "a tag that was made is read");
}

Seeds id3_seeds() {
  namespace id3 = wire::id3;
  Seeds seeds;
  for (std::uint8_t version = 2; version <= 4; ++version) {
    id3::Tag tag;
    tag.version = version;
    const auto frame =
        id3::make_frame(tag, id3::user_text_id(version), id3::user_text(version, "AIGC", kValue));
    if (!frame) continue;
    seeds.push_back(id3::make_tag(*frame, 20));
    seeds.back()[3] = version;
    seeds.push_back(seeds.back());
    seeds.back()[5] = 0x80;
  }
  return seeds;
}

void ape(Bytes bytes) {
  MemorySource source(bytes);
  const auto tag = wire::ape::read_before(source, bytes.size(), {});
  if (!tag || !*tag) return;
  must_lie_in((*tag)->whole, bytes.size());
  for (const auto& item : (*tag)->items) {
    must_lie_in(item.whole, bytes.size());
    must_lie_in(item.value, bytes.size());
  }
  for (const std::uint64_t at : wire::ape::size_fields(**tag)) must_lie_in({at, 4}, bytes.size());
  (void)wire::ape::stored_size(**tag);
}

Seeds ape_seeds() {
  const ByteBuffer item = wire::ape::make_item("AIGC", 0, as_bytes(kValue));
  ByteBuffer frame = to_buffer("APETAGEX");
  append_le(frame, 2000, 4);
  append_le(frame, item.size() + 32, 4);
  append_le(frame, 1, 4);
  append_le(frame, 0xA0000000, 4);
  append_le(frame, 0, 8);
  ByteBuffer out = frame;
  append(out, Bytes(item));
  store_le(frame, 20, 0x80000000, 4);
  append(out, Bytes(frame));
  return {out};
}

void vorbis(Bytes bytes) {
  const auto comments = wire::parse_vorbis_comments(bytes, {});
  must(comments.end <= bytes.size(), "the entries lie in the header");
  must_lie_in(comments.vendor, bytes.size());
  for (const auto& entry : comments.entries) {
    must_lie_in(entry.whole, bytes.size());
    must_lie_in(entry.value, bytes.size());
  }
  if (comments.damage) return;
  const auto index = comments.find("AIGC");
  const ByteBuffer set = wire::set_vorbis_comment(bytes, comments, index, "AIGC", as_bytes(kValue));
  const auto again = wire::parse_vorbis_comments(set, {});
  must(!again.damage, "a header that was written is read");
  const auto found = again.find("AIGC");
  must(found.has_value(), "the entry that was set is found");
  const Range value = again.entries[*found].value;
  must(as_text(slice(set, value.offset, value.size)) == kValue, "it has its value");
  must(again.entries.size() == comments.entries.size() + (index ? 0 : 1), "no second entry");
}

Seeds vorbis_seeds() {
  const ByteBuffer empty = wire::make_vorbis_comments("colophon");
  const auto comments = wire::parse_vorbis_comments(empty, {});
  return {empty, wire::set_vorbis_comment(empty, comments, std::nullopt, "aigc", as_bytes("x"))};
}

}  // namespace

void add_tag_parsers(std::vector<Target>& all) {
  all.push_back({"wire_id3", id3, id3_seeds});
  all.push_back({"wire_ape", ape, ape_seeds});
  all.push_back({"wire_vorbis_comment", vorbis, vorbis_seeds});
}

}  // namespace colophon::fuzz

// SPDX-License-Identifier: Apache-2.0
#include "support/matroska.hpp"
#include "support/specimens.hpp"

namespace colophon::testing {
namespace {

using namespace matroska;

constexpr std::string_view kLabel =
    R"({"Label":"1","ContentProducer":"somebody","ProduceID":"0123456789"})";

ByteBuffer encoder() {
  return tag(simple_tag("ENCODER", "Lavf59"));
}
ByteBuffer of_track() {
  return tag(simple_tag("DURATION", "00:00:03"), number(0x63C5, 1, 1));
}
ByteBuffer label() {
  return tag(simple_tag("AIGC", kLabel));
}

Shape shape(const ByteBuffer& before_clusters = {}, const ByteBuffer& at_end = {}) {
  Shape made;
  made.before_clusters = before_clusters;
  made.at_end = at_end;
  return made;
}
template <typename Change>
ByteBuffer with(Shape made, const Change& change) {
  change(made);
  return movie(made);
}

std::vector<Specimen> plain() {
  const ByteBuffer two = tags(encoder()) + tags(label() + of_track());
  const ByteBuffer nested =
      tags(tag(simple_tag("A", "1", simple_tag("B", "2", simple_tag("AIGC", kLabel)))));
  const ByteBuffer track_label = tags(tag(simple_tag("aigc", kLabel), number(0x63C5, 1, 1)));
  return {
      {"mkv", "no tags", movie(shape())},
      {"mkv", "tags in front as FFmpeg writes them", movie(shape(tags(encoder() + of_track())))},
      {"mkv", "tags at the end as mkvmerge writes them",
       movie(shape(padding(1163), tags(encoder() + of_track())))},
      {"mkv", "labelled in front", movie(shape(tags(label() + of_track())))},
      {"mkv", "labelled in front with padding behind",
       movie(shape(tags(label() + of_track()) + padding(600)))},
      {"mkv", "labelled at the end", movie(shape({}, tags(encoder() + label())))},
      {"mkv", "two tags elements", movie(shape(two))},
      {"mkv", "a label for one track and one nested", movie(shape(track_label, nested))},
      {"mkv", "a label on level 50",
       movie(shape(tags(tag(simple_tag("AIGC", kLabel), number(0x68CA, 50, 1)))))},
      {"mkv", "small padding in front", movie(shape(padding(7)))},
  };
}

std::vector<Specimen> odd() {
  const Shape tagged = shape(tags(encoder()));
  return {
      {"mkv", "no SeekHead", with(tagged, [](Shape& s) { s.seek_head = false; })},
      {"mkv", "no room behind the SeekHead, narrow positions",
       with(shape(),
            [](Shape& s) {
              s.behind_seek_head = 0;
              s.position_width = 2;
              s.cluster_positions = true;
            })},
      {"mkv", "cues in front, narrow positions",
       with(shape(),
            [](Shape& s) {
              s.behind_seek_head = 0;
              s.position_width = 2;
              s.cues_in_front = true;
            })},
      {"mkv", "a narrow size of the Segment", with(tagged, [](Shape& s) { s.segment_width = 2; })},
      {"mkv", "a checksum of the Segment",
       with(tagged, [](Shape& s) { s.before_all = element(0xBF, ByteBuffer{1, 2, 3, 4}); })},
      {"mkv", "bytes behind the Segment",
       with(tagged, [](Shape& s) { s.behind = ByteBuffer(50, 'x'); })},
      {"mkv", "no clusters",
       with(tagged,
            [](Shape& s) {
              s.clusters = 0;
              s.cues = false;
            })},
      {"mkv", "open clusters", with(tagged, [](Shape& s) { s.open_clusters = true; })},
  };
}

std::vector<Specimen> webm() {
  Shape live = shape(tags(encoder()));
  live.doc_type = "webm";
  live.open_segment = true;
  live.cues = false;
  Shape recorder;
  recorder.doc_type = "webm";
  recorder.open_segment = recorder.open_clusters = true;
  recorder.seek_head = recorder.cues = false;
  Shape reserved = shape(padding(1977));
  reserved.doc_type = "webm";
  reserved.cues_in_front = true;
  return {
      {"webm", "live", movie(live)},
      {"webm", "live with cues", with(live, [](Shape& s) { s.cues = true; })},
      {"webm", "as a browser records it", movie(recorder)},
      {"webm", "room for cues", movie(reserved)},
  };
}

std::vector<Specimen> make() {
  std::vector<Specimen> all;
  for (const auto& part : {plain(), odd(), webm()}) all.insert(all.end(), part.begin(), part.end());
  return all;
}

[[maybe_unused]] const bool kRegistered = register_specimens(make);

}  // namespace
}  // namespace colophon::testing

// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <chrono>

#include "support/matroska.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::testing::matroska;

namespace {

constexpr std::string_view kLabel = R"({"Label":"1","ContentProducer":"p","ProduceID":"01J"})";
constexpr std::uint32_t kTrackUid = 0x63C5, kTargetLevel = 0x68CA, kVoid = 0xEC;

const Format& mkv() {
  return *find_format("mkv");
}
Layout inspected(const ByteBuffer& bytes, const Limits& limits = {}) {
  MemorySource source(bytes);
  return mkv().inspect(source, limits).value();
}
Edit label(std::string_view value = kLabel) {
  return {CarrierKind::AigcKey, "", std::nullopt, to_buffer(value)};
}
Edit label_in_place(std::string_view value = kLabel) {
  Edit edit = label(value);
  edit.in_place = true;
  return edit;
}
Splice plan_of(const ByteBuffer& bytes, const Edit& edit) {
  MemorySource source(bytes);
  const Layout layout = mkv().inspect(source, Limits{}).value();
  return plan_edits(mkv(), source, layout, {&edit, 1}, Limits{}).value();
}
bool in_place(const ByteBuffer& bytes, const Edit& edit = label_in_place()) {
  return plan_of(bytes, edit).fits_in_place(bytes.size());
}
std::vector<std::string> paths(const Layout& layout) {
  std::vector<std::string> found;
  for (const Carrier& carrier : layout.carriers) found.push_back(carrier.path);
  return found;
}
Shape with_front(const ByteBuffer& front) {
  Shape shape;
  shape.before_clusters = front;
  return shape;
}
std::size_t count_of(const ByteBuffer& bytes, std::string_view needle) {
  std::size_t count = 0;
  for (auto at = as_text(bytes).find(needle); at != std::string_view::npos;
       at = as_text(bytes).find(needle, at + 1)) {
    ++count;
  }
  return count;
}
/// The label is set, everything leads to where it led, and the label is there once.
ByteBuffer checked(const ByteBuffer& bytes, const Edit& edit) {
  const std::string_view value = as_text(edit.value);
  const ByteBuffer out = edited(mkv(), bytes, edit);
  CHECK(payload_of(mkv(), out, CarrierKind::AigcKey) == value);
  CHECK_FALSE(inspected(out).damage);
  CHECK(matroska::pointed_at(out) == matroska::pointed_at(bytes));
  CHECK(count_of(out, value) == 1);
  return out;
}
ByteBuffer checked(const ByteBuffer& bytes, std::string_view value = kLabel) {
  return checked(bytes, label(value));
}
ByteBuffer checked_in_place(const ByteBuffer& bytes, std::string_view value = kLabel) {
  return checked(bytes, label_in_place(value));
}
bool stands_in_front(const ByteBuffer& bytes, std::string_view value = kLabel) {
  return as_text(bytes).find(value) < as_text(bytes).find("\x1F\x43\xB6\x75");
}

}  // namespace

TEST_CASE("mkv: tags, nested ones and those of tracks are told apart") {
  const ByteBuffer content = tag(simple_tag("ENCODER", "x", simple_tag("aigc", "nested"))) +
                             tag(simple_tag("AIGC", "of a track"), number(kTrackUid, 1, 1)) +
                             tag(simple_tag("My.Aigc.Info", kLabel), number(kTargetLevel, 50, 1)) +
                             tag(simple_tag("AIGC", "of a scene"), number(kTargetLevel, 30, 1));
  const Layout layout = inspected(movie(with_front(tags(content))));
  CHECK_FALSE(layout.damage);
  CHECK(paths(layout) ==
        std::vector<std::string>{"mkv:Segment.Info[Title]", "mkv:Segment.Info[MuxingApp]",
                                 "mkv:Segment.Info[WritingApp]", "mkv:Segment.Tags[ENCODER]",
                                 "mkv:Segment.Tags[ENCODER/aigc]", "mkv:Segment.Tags.part[AIGC]",
                                 "mkv:Segment.Tags[My.Aigc.Info]", "mkv:Segment.Tags.part[AIGC]"});
  CHECK(layout.carriers[6].kind == CarrierKind::AigcKey);
  CHECK(layout.carriers[5].kind == CarrierKind::Tag);
  CHECK(layout.carriers[5].key == "AIGC");
}

TEST_CASE("mkv: a string ends at its first zero byte") {
  const std::string padded = std::string(kLabel) + std::string(3, '\0');
  const ByteBuffer bytes = movie(with_front(tags(tag(simple_tag("AIGC", padded)))));
  CHECK(payload_of(mkv(), bytes, CarrierKind::AigcKey) == kLabel);
}

TEST_CASE("mkv: the label of a track can be replaced where it stands") {
  const ByteBuffer bytes = movie(
      with_front(tags(tag(simple_tag("AIGC", "old"), number(kTrackUid, 1, 1))) + padding(400)));
  MemorySource source(bytes);
  const Layout layout = inspected(bytes);
  REQUIRE(layout.carriers.back().payload.size == 3);
  const Edit edit{CarrierKind::Tag, "", layout.carriers.size() - 1, to_buffer(kLabel)};
  const auto splice = plan_edits(mkv(), source, layout, {&edit, 1}, Limits{});
  REQUIRE(splice);
  const Layout after = inspected(testing::apply(bytes, *splice));
  CHECK(paths(after) == paths(layout));
  CHECK(after.carriers.back().payload.size == kLabel.size());
  // Title is no SimpleTag.
  const Edit title{CarrierKind::Tag, "", 0, to_buffer("x")};
  CHECK_FALSE(plan_edits(mkv(), source, layout, {&title, 1}, Limits{}));
}

TEST_CASE("mkv: two changed Tags elements become one") {
  const ByteBuffer one = tags(tag(simple_tag("AIGC", "old")));
  const ByteBuffer two = tags(tag(simple_tag("AIGC", "old"), number(kTrackUid, 1, 1)));
  Shape shape = with_front(one);
  shape.at_end = two;
  const ByteBuffer bytes = movie(shape);
  const Layout layout = inspected(bytes);
  MemorySource source(bytes);
  const Edit edits[] = {
      label_in_place(),
      {CarrierKind::Tag, "", layout.carriers.size() - 1, to_buffer("new"), false, true}};
  const auto splice = plan_edits(mkv(), source, layout, {edits, 2}, Limits{});
  REQUIRE(splice);
  CHECK(splice->fits_in_place(bytes.size()));
  const ByteBuffer out = testing::apply(bytes, *splice);
  CHECK(matroska::pointed_at(out) == matroska::pointed_at(bytes));
  CHECK(count_of(out, "old") == 0);
  CHECK(paths(inspected(out)) == paths(layout));
}

TEST_CASE("mkv: each way of writing keeps what the indexes lead to") {
  const ByteBuffer encoder = tags(tag(simple_tag("ENCODER", "x")));
  SUBCASE("in the Void behind the old Tags") {
    for (std::size_t room = 90; room < 110; ++room) {  // around the size that fits exactly
      const ByteBuffer out = checked(movie(with_front(encoder + padding(room))));
      CHECK(in_place(out));
    }
  }
  SUBCASE("in a Void in front") {
    const ByteBuffer bytes = movie(with_front(padding(900)));
    CHECK(in_place(bytes));
    CHECK(checked(bytes).size() == bytes.size());
  }
  SUBCASE("in front, as long as the file is written anew") {
    Shape shape = with_front(encoder);
    for (const bool old_at_end : {false, true}) {
      if (old_at_end) {
        shape.at_end = encoder + tags(tag(simple_tag("AIGC", "before")));
        shape.before_clusters.clear();
      }
      const ByteBuffer bytes = movie(shape);
      CHECK_FALSE(in_place(bytes, label()));
      CHECK(plan_of(bytes, label()).notes.empty());
      const ByteBuffer out = checked(bytes);
      CHECK(stands_in_front(out));
      // The next label has room, also in place.
      CHECK(in_place(out, label_in_place("short")));
      CHECK(checked_in_place(out, std::string(900, 'x')).size() == out.size());
      CHECK(stands_in_front(checked(out, std::string(5000, 'x')), std::string(5000, 'x')));
    }
  }
  SUBCASE("at the end") {
    const ByteBuffer bytes = movie(with_front(encoder));
    CHECK(in_place(bytes));
    const Splice plan = plan_of(bytes, label_in_place());
    REQUIRE(plan.notes.size() == 1);
    CHECK(plan.notes[0].rule == "mkv-tags-behind");
    const ByteBuffer out = checked_in_place(bytes);
    CHECK(out.size() > bytes.size());
    CHECK_FALSE(stands_in_front(out));
    // The next label has room, the one after a long one goes to the end again.
    CHECK(checked_in_place(out, "short").size() == out.size());
    CHECK(checked_in_place(out, std::string(5000, 'x')).size() > out.size() + 5000);
    CHECK(stands_in_front(checked(out, "another"), "another"));
  }
  SUBCASE("at the end, where the SeekHead already leads") {
    Shape shape;
    shape.at_end = encoder;
    CHECK(in_place(movie(shape)));
    checked_in_place(movie(shape));
  }
  SUBCASE("at the end, with a Segment whose size needs more bytes") {
    Shape shape = with_front(encoder);
    shape.segment_width = 2;
    const ByteBuffer bytes = movie(shape);
    CHECK(in_place(bytes));
    CHECK_FALSE(in_place(bytes, label_in_place(std::string(20000, 'x'))));
    checked_in_place(bytes, std::string(20000, 'x'));
  }
  SUBCASE("in front of the clusters, with everything moved") {
    for (const bool cues_in_front : {false, true}) {
      for (const unsigned width : {2U, 3U, 8U}) {
        Shape shape = with_front(encoder);
        shape.behind_seek_head = 0;
        shape.position_width = width;
        shape.cues_in_front = cues_in_front;
        shape.cluster_positions = true;
        shape.clusters = 20;
        shape.open_segment = true;
        CHECK_FALSE(in_place(movie(shape)));
        checked(movie(shape));
      }
    }
  }
}

TEST_CASE("mkv: positions that no longer fit their bytes get more") {
  // The first cluster moves from below to above 65535, so that SeekHead and Cues grow, too.
  Shape shape;
  shape.before_clusters = padding(60000);
  shape.seek_head = true;
  shape.behind_seek_head = 0;
  shape.position_width = 2;
  shape.cues_in_front = true;
  shape.clusters = 12;
  const ByteBuffer bytes = movie(shape);
  checked(bytes, std::string(70000, 'x'));
}

TEST_CASE("mkv: random shapes keep what their indexes lead to") {
  Random random(9559);
  for (int round = 0; round < 400; ++round) {
    Shape shape;
    const auto some_tags = [&]() -> ByteBuffer {
      if (random.below(3) == 0) return {};
      ByteBuffer content = tag(simple_tag("ENCODER", std::string(random.below(300), 'e')));
      if (random.below(2) == 0) content = content + tag(simple_tag("AIGC", "before"));
      ByteBuffer made = tags(content);
      if (random.below(2) == 0) made = made + padding(2 + random.below(400));
      return made;
    };
    shape.before_clusters = some_tags();
    shape.at_end = some_tags();
    shape.open_segment = random.below(3) == 0;
    shape.open_clusters = random.below(3) == 0;
    shape.seek_head = random.below(4) != 0;
    shape.position_width = 2 + static_cast<unsigned>(random.below(7));
    shape.behind_seek_head = random.below(3) == 0 ? 0 : 2 + random.below(100);
    shape.segment_width = 2 + static_cast<unsigned>(random.below(7));
    shape.cues = random.below(3) != 0;
    shape.cues_in_front = random.below(2) == 0;
    shape.cluster_positions = random.below(2) == 0;
    shape.clusters = static_cast<int>(random.below(30));
    shape.behind = ByteBuffer(random.below(2) * 9, 'x');
    if (shape.open_segment) shape.behind.clear();
    CAPTURE(round);
    ByteBuffer bytes = movie(shape);
    for (int edit = 0; edit < 3; ++edit) {
      const std::string value =
          "value " + std::to_string(edit) + std::string(random.below(2000), 'v');
      Edit change = label(value);
      change.in_place = random.below(2) == 0;
      const ByteBuffer out = edited(mkv(), bytes, change);
      if (!change.in_place && shape.clusters > 0) REQUIRE(stands_in_front(out, value));
      REQUIRE(payload_of(mkv(), out, CarrierKind::AigcKey) == value);
      REQUIRE_FALSE(inspected(out).damage);
      REQUIRE(matroska::pointed_at(out) == matroska::pointed_at(bytes));
      bytes = out;
    }
  }
}

TEST_CASE("mkv: hostile files get a clean answer at once") {
  const auto started = testing::ComputingClock::now();
  const ByteBuffer header = element(0x1A45DFA3, element(0x4282, "matroska"));
  const auto damage = [](const ByteBuffer& bytes) {
    const Layout layout = inspected(bytes);
    REQUIRE(layout.damage);
    MemorySource source(bytes);
    const Edit edit = label();
    CHECK_FALSE(plan_edits(mkv(), source, layout, {&edit, 1}, Limits{}));
    return layout.damage->code;
  };
  SUBCASE("unknown sizes nested") {
    ByteBuffer inner = open_element(0x7373, {});
    for (int i = 0; i < 100; ++i) inner = open_element(0x67C8, inner);
    CHECK(damage(header + open_element(0x18538067, open_element(0x1254C367, inner))) ==
          ErrorCode::Malformed);
    CHECK(damage(header +
                 open_element(0x18538067, open_element(0x1F43B675, open_element(0xA0, inner)))) ==
          ErrorCode::Malformed);
  }
  SUBCASE("sizes of 2^56") {
    const ByteBuffer giant{0x12, 0x54, 0xC3, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE};
    CHECK(damage(header + open_element(0x18538067, giant)) == ErrorCode::Truncated);
    CHECK(damage(header + ByteBuffer{0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                     0xFF, 0xFE}) == ErrorCode::Truncated);
  }
  SUBCASE("a SeekHead that leads to itself, in a file that breaks off") {
    const ByteBuffer seek =
        element(0x4DBB, element(0x53AB, ByteBuffer{0x11, 0x4D, 0x9B, 0x74}) + number(0x53AC, 0, 1));
    ByteBuffer seeks;
    for (int i = 0; i < 1000; ++i) seeks = seeks + seek;
    CHECK(damage(header + open_element(0x18538067, element(0x114D9B74, seeks) + ByteBuffer{0})) ==
          ErrorCode::Malformed);
  }
  SUBCASE("deep nesting") {
    ByteBuffer deep = simple_tag("AIGC", kLabel);
    for (int i = 0; i < 5000; ++i) deep = element(0x67C8, deep);
    CHECK(damage(header + open_element(0x18538067, tags(tag(deep)))) == ErrorCode::LimitExceeded);
  }
  SUBCASE("too many elements") {
    ByteBuffer many;
    for (int i = 0; i < 250'000; ++i) many.insert(many.end(), {kVoid, 0x80});
    CHECK(damage(header + open_element(0x18538067, many)) == ErrorCode::LimitExceeded);
    // Blocks of a recording are many, but they have an end, too.
    CHECK_FALSE(
        inspected(header + open_element(0x18538067, open_element(0x1F43B675, many))).damage);
    Limits limits;
    limits.max_structures = 1000;
    CHECK(inspected(header + open_element(0x18538067, open_element(0x1F43B675, many)), limits)
              .damage->code == ErrorCode::LimitExceeded);
  }
  SUBCASE("longer identifiers than Matroska has") {
    const ByteBuffer wide =
        element(0x1A45DFA3, element(0x4282, "matroska") + number(0x42F2, 200, 1));
    CHECK(damage(wide + open_element(0x18538067, {})) == ErrorCode::Unsupported);
  }
  SUBCASE("no Segment") {
    CHECK(damage(header) == ErrorCode::Truncated);
    CHECK(damage(header + header) == ErrorCode::Malformed);
  }
  CHECK(testing::ComputingClock::now() - started < std::chrono::seconds(1));
}

TEST_CASE("mkv: the SeekHead leads to tags that a broken walk does not reach") {
  Shape shape;
  shape.at_end = tags(tag(simple_tag("AIGC", kLabel)));
  ByteBuffer bytes = movie(shape);
  const auto cluster = as_text(bytes).find("\x1F\x43\xB6\x75");
  bytes[cluster] = 0;
  const Layout layout = inspected(bytes);
  CHECK(layout.damage);
  CHECK(payload_of(mkv(), bytes, CarrierKind::AigcKey) == kLabel);
}

TEST_CASE("mkv: the checksum of a cluster that names its position gives way to a Void") {
  ByteBuffer cluster =
      number(0xE7, 0, 2) + number(0xA7, 4 + 8 + 10, 4) + element(0xA3, "\x81media");
  Shape shape;
  shape.seek_head = shape.cues = false;
  shape.clusters = 0;
  shape.at_end = matroska::sealed(0x1F43B675, cluster);
  ByteBuffer bytes = movie(shape);
  const auto at = as_text(bytes).find("\x1F\x43\xB6\x75");
  const auto start = as_text(bytes).find("\x18\x53\x80\x67") + 4 + 8;
  const auto field = as_text(bytes).find("\xA7\x84", at) + 2;
  for (unsigned i = 0; i < 4; ++i)
    bytes[field + i] = static_cast<std::uint8_t>((at - start) >> (24 - 8 * i));
  const ByteBuffer out = edited(mkv(), bytes, label());
  const auto moved = as_text(out).find("\x1F\x43\xB6\x75");
  CHECK(moved > at);
  CHECK(out[moved + 5] == kVoid);
  CHECK(load_be(out, field + moved - at, 4) == moved - start);
}

TEST_CASE("mkv: the checksum of a Segment gives way to a Void") {
  Shape shape = with_front(tags(tag(simple_tag("ENCODER", "x"))));
  shape.before_all = element(0xBF, ByteBuffer{1, 2, 3, 4});
  const ByteBuffer bytes = movie(shape);
  const auto crc = as_text(bytes).find(std::string_view("\xBF\x84\x01\x02", 4));
  REQUIRE(crc != std::string_view::npos);
  const ByteBuffer out = checked(bytes);
  CHECK(out[crc] == kVoid);
  CHECK(out.size() > bytes.size());
}

TEST_CASE("mkv: a second Segment behind the first stays what it is") {
  Shape shape = with_front(tags(tag(simple_tag("ENCODER", "x"))));
  const ByteBuffer second = movie(shape);
  shape.behind = second;
  const ByteBuffer out = checked(movie(shape));
  CHECK(to_buffer(slice(out, out.size() - second.size())) == second);
  shape.open_segment = true;
  const ByteBuffer open = checked(movie(shape));
  CHECK(to_buffer(slice(open, open.size() - second.size())) == second);
}

// SPDX-License-Identifier: Apache-2.0
// HEIF and AVIF: what is found where, what a write leaves alone, and hostile lists of items.
#include <doctest/doctest.h>

#include <chrono>

#include "formats/mp4.hpp"
#include "support/picture.hpp"
#include "support/support.hpp"
#include "wire/heif_items.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::string_view kOld = "<x:xmpmeta xmlns:x='adobe:ns:meta/'>the old one</x:xmpmeta>";
constexpr std::string_view kNew =
    "<x:xmpmeta xmlns:x='adobe:ns:meta/'>the new one, which is a good deal longer</x:xmpmeta>";

const Format& heif() {
  return *find_format("heif");
}
Layout inspected(Bytes bytes) {
  MemorySource source(bytes);
  return heif().inspect(source, Limits{}).value();
}
std::vector<std::string> paths(Bytes bytes) {
  std::vector<std::string> found;
  for (const Carrier& carrier : inspected(bytes).carriers) found.push_back(carrier.path);
  return found;
}
ByteBuffer with_xmp(Bytes bytes, std::string_view packet = kNew) {
  return edited(heif(), bytes, {CarrierKind::Xmp, "", std::nullopt, to_buffer(packet)});
}
Result<Splice> planned(Bytes bytes, const Edit& edit) {
  MemorySource source(bytes);
  const Layout layout = heif().inspect(source, Limits{}).value();
  return plan_edits(heif(), source, layout, {&edit, 1}, Limits{});
}
Result<Splice> planned_xmp(Bytes bytes) {
  return planned(bytes, {CarrierKind::Xmp, "", std::nullopt, to_buffer(kNew)});
}
Picture with_items(std::vector<Picture::Item> items) {
  Picture made;
  made.items = std::move(items);
  return made;
}
std::size_t position_of(const ByteBuffer& bytes, std::string_view text) {
  const std::size_t at = as_text(bytes).find(text);
  REQUIRE(at != std::string_view::npos);
  return at;
}
/// A picture whose `meta` holds these boxes besides its handler.
ByteBuffer with_meta(const ByteBuffer& boxes) {
  return box("ftyp", to_buffer(std::string_view("heic\0\0\0\0mif1", 12))) +
         full_box("meta", full_box("hdlr", number(0, 4) + to_buffer("pict") + ByteBuffer(13, 0)) +
                              full_box("pitm", number(1, 2)) + boxes) +
         box("mdat", ByteBuffer(100, 'x'));
}
ByteBuffer mime_entry(std::uint32_t id) {
  return full_box("infe",
                  number(id, 2) + number(0, 2) + to_buffer("mime") + number(0, 1) +
                      to_buffer("application/rdf+xml") + number(0, 1),
                  2);
}
ByteBuffer entries(std::uint64_t count, const ByteBuffer& items) {
  return full_box("iinf", number(count, 2) + items);
}

/// Any answer will do, but a quick one.
void must_answer(const ByteBuffer& bytes) {
  const auto started = testing::ComputingClock::now();
  (void)inspected(bytes);
  (void)planned_xmp(bytes);
  CHECK(testing::ComputingClock::now() - started < std::chrono::seconds(1));
}

}  // namespace

TEST_CASE("heif: the brands of ftyp tell HEIF, AVIF and films apart") {
  const auto id = [](std::string_view brands) -> std::string_view {
    const ByteBuffer bytes = box("ftyp", to_buffer(brands)) + box("free", {});
    MemorySource source(bytes);
    const Format* found = detect(source, "x");
    return found == nullptr ? "" : found->id;
  };
  CHECK(id({"heic\0\0\0\0mif1heic", 16}) == "heif");
  CHECK(id({"mif1\0\0\0\0mif1heic", 16}) == "heif");
  CHECK(id({"msf1\0\0\0\0hevc", 12}) == "heif");
  CHECK(id({"mif1\0\0\0\0mif1avif", 16}) == "avif");
  CHECK(id({"miaf\0\0\0\0avis", 12}) == "avif");
  CHECK(id({"avif\0\0\0\0mif1heic", 16}) == "avif");
  CHECK(id({"avis\0\0\0\0msf1", 12}) == "avif");
  CHECK(id({"isom\0\0\0\0mp41", 12}) == "mp4");
  CHECK(id({"crx \0\0\0\1isom", 12}).empty());
}

TEST_CASE("heif: items and boxes are found, the packet of a thumbnail is not the picture's") {
  Picture::Item thumbnail = coded_picture(7);
  thumbnail.refers_to = {{"thmb", 1}};
  const ByteBuffer bytes =
      picture(with_items({coded_picture(), xmp_item(9, "<of the thumbnail/>", 7), thumbnail,
                          xmp_item(3, kOld), exif_item(5)}));
  CHECK(paths(bytes) == std::vector<std::string>{"heif:meta.item9[application/rdf+xml]",
                                                 "heif:meta.item[xmp]",
                                                 "heif:meta.item[exif].ImageDescription",
                                                 "heif:meta.item[exif].Software"});
  CHECK(payload_of(heif(), bytes, CarrierKind::Xmp) == kOld);
  const ByteBuffer out = with_xmp(bytes);
  CHECK(payload_of(heif(), out, CarrierKind::Xmp) == kNew);
  CHECK(items_of(out).at(9) == "<of the thumbnail/>");
}

TEST_CASE("heif: a packet about an auxiliary picture alone is no home for the label") {
  Picture::Item depth = coded_picture(2);
  depth.refers_to = {{"auxl", 1}};
  const ByteBuffer bytes = picture(with_items({coded_picture(), depth, xmp_item(3, kOld, 2)}));
  const ByteBuffer out = with_xmp(bytes);
  const auto items = items_of(out);
  CHECK(items.at(3) == kOld);
  CHECK(items.at(4) == kNew);
  CHECK(payload_of(heif(), out, CarrierKind::Xmp) == kNew);
}

TEST_CASE("heif: a write moves every item and leaves its bytes alone") {
  for (const Specimen& specimen : specimens()) {
    if (specimen.format != "heif" && specimen.format != "avif") continue;
    CAPTURE(specimen.what);
    const Format& format = *find_format(specimen.format);
    auto before = items_of(specimen.bytes);
    const ByteBuffer out =
        edited(format, specimen.bytes, {CarrierKind::Xmp, "", std::nullopt, to_buffer(kNew)});
    auto after = items_of(out);
    std::size_t carrying = 0;
    for (const auto& [id, bytes] : after) {
      if (bytes == kNew) {
        ++carrying;
      } else {
        CHECK(bytes == before[id]);
      }
    }
    const bool in_box = specimen.what == "XMP in a uuid box";
    CHECK(carrying == (in_box ? 0 : 1));
    CHECK(pointed_at(out) == pointed_at(specimen.bytes));
  }
}

TEST_CASE("heif: nothing of the old packet stays behind") {
  for (const int pieces : {1, 3}) {
    for (const bool in_idat : {false, true}) {
      Picture::Item xmp = xmp_item(2, kOld);
      xmp.pieces = pieces;
      xmp.in_idat = in_idat;
      const ByteBuffer out = with_xmp(picture(with_items({coded_picture(), xmp, exif_item(3)})));
      CHECK(as_text(out).find("the old") == std::string_view::npos);
      CHECK(as_text(out).find("old one") == std::string_view::npos);
    }
  }
}

TEST_CASE("heif: a packet of equal length is written where the old one stands") {
  const ByteBuffer bytes = picture(with_items({coded_picture(), xmp_item(2, kOld)}));
  std::string other(kOld);
  other.replace(other.find("old"), 3, "odd");
  const Edit edit{CarrierKind::Xmp, "", std::nullopt, to_buffer(other)};
  const auto plan = planned(bytes, edit);
  REQUIRE(plan);
  CHECK(plan->fits_in_place(bytes.size()));
  CHECK(payload_of(heif(), testing::apply(bytes, *plan), CarrierKind::Xmp) == other);
}

TEST_CASE("heif: a new item describes the primary item") {
  const ByteBuffer out = with_xmp(picture(with_items({coded_picture(4), coded_picture(1)})));
  MemorySource source(out);
  const auto map = mp4::map_file(source, Limits{}).value();
  wire::BoxBudget budget{Limits{}};
  const wire::Box& box = map.boxes[1];
  const auto meta =
      wire::read_heif_meta(source, box, {box.body.offset + 4, box.body.size - 4}, Limits{}, budget);
  REQUIRE(meta);
  REQUIRE(meta->references.size() == 1);
  CHECK(meta->references[0].type == wire::fourcc("cdsc"));
  CHECK(meta->references[0].from == 5);
  CHECK(meta->references[0].to == std::vector<std::uint32_t>{1});
  REQUIRE(meta->item(5) != nullptr);
  CHECK(meta->item(5)->content_type == "application/rdf+xml");
}

TEST_CASE("heif: an EXIF text is replaced inside its item") {
  const ByteBuffer bytes =
      picture(with_items({coded_picture(), exif_item(2), xmp_item(3, kOld), coded_picture(4)}));
  REQUIRE(inspected(bytes).carriers.at(0).key == "ImageDescription");
  const std::string text = "a description that is much longer than the one that was there before";
  const ByteBuffer out =
      edited(heif(), bytes, {CarrierKind::ExifText, "ImageDescription", 0, to_buffer(text)});
  CHECK(payload_of(heif(), out, CarrierKind::ExifText, "ImageDescription") == text);
  CHECK(payload_of(heif(), out, CarrierKind::ExifText, "Software") == "a program");
  auto before = items_of(bytes), after = items_of(out);
  before.erase(2);
  after.erase(2);
  CHECK(after == before);
}

TEST_CASE("heif: a packet that shares its bytes with the picture is not rewritten") {
  ByteBuffer bytes = picture(with_items({coded_picture(), xmp_item(2, kOld)}));
  // Item 1 grows over item 2: its length is the last number of its entry.
  const std::size_t iloc = position_of(bytes, "iloc");
  const std::size_t length = iloc + 4 + 4 + 2 + 2 + 2 + 2 + 2 + 2 + 4;
  REQUIRE(*load_be(bytes, length, 4) == coded_picture().bytes.size());
  store_be(bytes, length, coded_picture().bytes.size() + 5, 4);
  const auto plan = planned_xmp(bytes);
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::Unsupported);
}

TEST_CASE("heif: a packet made from another item is told and not rewritten") {
  ByteBuffer bytes = picture(with_items({xmp_item(2, kOld)}));
  const std::size_t iloc = position_of(bytes, "iloc");
  store_be(bytes, iloc + 4 + 4 + 2 + 2 + 2, 2, 2);  // construction method
  const Layout layout = inspected(bytes);
  CHECK(layout.carriers.empty());
  REQUIRE(layout.oddities.size() == 1);
  CHECK(layout.oddities[0].rule == "heif-item");
}

TEST_CASE("heif: hostile counts") {
  const ByteBuffer nothing;
  // Counts without what they count.
  must_answer(with_meta(entries(0xFFFF, nothing)));
  must_answer(with_meta(entries(1, mime_entry(1)) +
                        full_box("iloc", number(0x4400, 2) + number(UINT32_MAX, 4), 2)));
  // Extents without bytes: 65535 per item, at no cost in the file.
  ByteBuffer locations = number(0, 2) + number(0xFFFF, 2);
  for (std::uint32_t id = 0; id < 0xFFFF; ++id) {
    append_be(locations, id, 2);
    append_be(locations, 0, 2);
    append_be(locations, 0xFFFF, 2);
  }
  const ByteBuffer zero_width =
      with_meta(entries(1, mime_entry(1)) + full_box("iloc", locations, 0));
  must_answer(zero_width);
  REQUIRE(inspected(zero_width).damage);
  CHECK(inspected(zero_width).damage->code == ErrorCode::LimitExceeded);
}

TEST_CASE("heif: a list that would swallow one more entry gets none") {
  const ByteBuffer coded =
      full_box("infe", number(1, 2) + number(0, 2) + to_buffer("hvc1") + number(0, 1), 2);
  const ByteBuffer reference = box("cdsc", number(2, 2) + number(1, 2) + number(1, 2));
  const auto with_references = [&](const ByteBuffer& list) {
    return planned_xmp(with_meta(entries(1, coded) +
                                 full_box("iloc", number(0x4400, 2) + number(0, 2), 0) +
                                 full_box("iref", list)));
  };
  const auto good = with_references(reference);
  CHECK_MESSAGE(good, (good ? "" : good.error().message));
  ByteBuffer open = reference + ByteBuffer(4, 0);
  store_be(open, 0, 0, 4);
  for (const ByteBuffer& list :
       {open, reference + ByteBuffer(8, 0), reference + ByteBuffer(3, 0)}) {
    const auto plan = with_references(list);
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == ErrorCode::Unsupported);
  }
}

TEST_CASE("heif: many items, each the whole file in many pieces") {
  ByteBuffer all, locations = number(0x4400, 2) + number(3000, 2);
  for (std::uint32_t id = 1; id <= 3000; ++id) {
    append(all, Bytes(mime_entry(id)));
    append_be(locations, id, 2);
    append_be(locations, 0, 2);
    append_be(locations, 60, 2);
    for (int i = 0; i < 60; ++i) {
      append_be(locations, 0, 4);
      append_be(locations, 100'000, 4);
    }
  }
  const ByteBuffer bytes = with_meta(entries(3000, all) + full_box("iloc", locations, 0));
  must_answer(bytes);
  CHECK(inspected(bytes).damage);
}

TEST_CASE("heif: positions and lengths of 2^63 and beyond") {
  for (const std::uint64_t huge :
       std::vector<std::uint64_t>{1ULL << 63, UINT64_MAX, UINT64_MAX - 8, 1ULL << 32}) {
    for (const std::uint64_t base : std::vector<std::uint64_t>{0, 1, 1ULL << 63}) {
      for (const int construction : {0, 1, 2}) {
        const ByteBuffer entry = number(1, 2) +
                                 number(static_cast<std::uint64_t>(construction), 2) +
                                 number(0, 2) + number(base, 8) + number(1, 2);
        const ByteBuffer head = number(0x8880, 2) + number(1, 2) + entry;
        for (const ByteBuffer& extent :
             {number(huge, 8) + number(10, 8), number(10, 8) + number(huge, 8),
              number(huge, 8) + number(huge, 8)}) {
          must_answer(with_meta(entries(1, mime_entry(1)) + full_box("iloc", head + extent, 1) +
                                box("idat", ByteBuffer(20, 'i'))));
        }
      }
    }
  }
}

TEST_CASE("heif: a cut file keeps what was found and is not written") {
  ByteBuffer bytes = picture(with_items({coded_picture(), exif_item(2), coded_picture(3)}));
  bytes.resize(bytes.size() - 5);
  const Layout layout = inspected(bytes);
  CHECK(layout.damage);
  CHECK(layout.carriers.size() == 2);
  CHECK_FALSE(planned_xmp(bytes));
}

TEST_CASE("iloc: widths, versions and folded base offsets") {
  const ByteBuffer body = number(0x4444, 2) + number(1, 2) + number(7, 2) + number(1, 2) +
                          number(0, 2) + number(1000, 4) + number(2, 2) + number(1, 4) +
                          number(10, 4) + number(20, 4) + number(2, 4) + number(50, 4) +
                          number(60, 4);
  const auto read_back = [](const ByteBuffer& bytes) {
    MemorySource source(bytes);
    const wire::Box iloc = wire::read_box(source, {0, bytes.size()}).value();
    return wire::read_location_table(source, iloc, Limits{});
  };
  auto table = read_back(full_box("iloc", body, 1)).value();
  REQUIRE(table.items.size() == 1);
  CHECK(table.items[0].construction == wire::kInIdat);
  CHECK(table.items[0].extents[1].index == 2);
  CHECK(table.items[0].extents[1].offset.value == 1050);
  table.offset_width = 8;
  const auto second = read_back(table.encode()).value();
  REQUIRE(second.items.size() == 1);
  CHECK(second.items[0].extents[0].offset.value == 1010);
  CHECK(second.items[0].extents[1].index == 2);
  CHECK(second.items[0].extents[1].length == 60);
}

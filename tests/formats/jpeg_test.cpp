// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "support/jpeg_builder.hpp"
#include "support/support.hpp"
#include "support/tiff_builder.hpp"
#include "wire/tiff_ifd.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace std::string_view_literals;

namespace {

const Format& jpeg() {
  const Format* format = find_format("jpeg");
  REQUIRE(format != nullptr);
  return *format;
}

Layout inspected(Bytes bytes) {
  MemorySource source(bytes);
  auto layout = jpeg().inspect(source, Limits{});
  REQUIRE(layout);
  return *layout;
}

std::vector<std::string> paths(const Layout& layout) {
  std::vector<std::string> all;
  for (const Carrier& carrier : layout.carriers) all.push_back(carrier.path);
  return all;
}

std::string payload(Bytes bytes, std::string_view path) {
  MemorySource source(bytes);
  for (const Carrier& carrier : inspected(bytes).carriers) {
    if (carrier.path != path) continue;
    const auto read = jpeg().extract(source, carrier, Limits{});
    REQUIRE(read);
    return to_string(*read);
  }
  return "(none)";
}

ByteBuffer specimen(std::string_view what) {
  for (const Specimen& specimen : specimens()) {
    if (specimen.format == "jpeg" && specimen.what.starts_with(what)) return specimen.bytes;
  }
  FAIL("no such specimen");
  return {};
}

/// Index of the carrier with that path.
std::size_t index_of(Bytes bytes, std::string_view path) {
  const auto all = paths(inspected(bytes));
  return static_cast<std::size_t>(std::find(all.begin(), all.end(), path) - all.begin());
}

ByteBuffer replaced(Bytes bytes, CarrierKind kind, std::string_view path, std::string_view value) {
  return edited(jpeg(), bytes, {kind, "", index_of(bytes, path), to_buffer(value)});
}

/// Counts views, as a file with a cold cache would feel them.
class CountingSource final : public Source {
 public:
  explicit CountingSource(Bytes bytes) : bytes_(bytes) {}
  std::uint64_t size() const noexcept override { return bytes_.size(); }
  Result<Bytes> view(Range range) override {
    ++views;
    furthest = std::max(furthest, range.end());
    return bytes_.view(range);
  }
  int views = 0;
  std::uint64_t furthest = 0;

 private:
  MemorySource bytes_;
};

}  // namespace

TEST_CASE("jpeg: every carrier of a head is found, in order") {
  const ByteBuffer bytes = specimen("EXIF");
  const Layout layout = inspected(bytes);
  CHECK_FALSE(layout.damage);
  CHECK(layout.oddities.empty());
  CHECK(paths(layout) ==
        std::vector<std::string>{"jpeg:APP1[exif].ImageDescription", "jpeg:APP1[exif].Model",
                                 "jpeg:APP1[exif].UserComment", "jpeg:APP1[exif].IFD1.Software",
                                 "jpeg:APP9", "jpeg:APP1[xmp]", "jpeg:COM",
                                 "jpeg:APP13[iptc].SpecialInstructions",
                                 "jpeg:APP13[iptc].Caption-Abstract"});
  CHECK(payload(bytes, "jpeg:APP1[exif].UserComment") == "ASCII\0\0\0{\"AIGC\":{}}"sv);
  CHECK(payload(bytes, "jpeg:APP9") == "AIGC{\"Label\":\"1\"}");
  CHECK(payload(bytes, "jpeg:COM") == "a comment");
  CHECK(payload(bytes, "jpeg:APP13[iptc].SpecialInstructions") == "made by AI.");
  CHECK(payload(bytes, "jpeg:APP13[iptc].Caption-Abstract") == "caption");
  CHECK(payload(bytes, "jpeg:APP1[xmp]") == "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>");
}

TEST_CASE("jpeg: extended XMP is joined by offset") {
  CHECK(payload(specimen("extended"), "jpeg:APP1[xmp-extension]") ==
        "<rdf:RDF>an extended packet in two parts</rdf:RDF>");
}

TEST_CASE("jpeg: a C2PA store is joined to exactly the JUMBF bytes") {
  const ByteBuffer store = jumbf_store(100);
  for (const std::size_t size : {25U, 60U, 1000U}) {
    const ByteBuffer bytes = jpeg_picture(jumbf_segments(store, size));
    CHECK(payload(bytes, "jpeg:APP11[c2pa]") == as_text(store));
    CHECK(inspected(bytes).oddities.empty());
    CHECK(inspected(bytes).carriers[0].whole.offset == 20);
  }
}

TEST_CASE("jpeg: JUMBF of another kind is left alone, text in APP11 is not") {
  ByteBuffer other = jumbf_store(100);
  other[16] = other[33] = 'x';  // another UUID and label
  ByteBuffer segments = jumbf_segments(other, 60, 1);
  append(segments, jumbf_segments(jumbf_store(30), 60, 2));
  append(segments, jpeg_segment(0xEB, "AIGC{\"Label\":\"1\"}"));
  const ByteBuffer bytes = jpeg_picture(segments);
  CHECK(paths(inspected(bytes)) == std::vector<std::string>{"jpeg:APP11", "jpeg:APP11[c2pa]"});
  CHECK(payload(bytes, "jpeg:APP11[c2pa]") == as_text(jumbf_store(30)));
}

TEST_CASE("jpeg: a gap in or the end of a C2PA store is told") {
  const ByteBuffer store = jumbf_store(100);
  const ByteBuffer all = jumbf_segments(store, 60);
  const std::size_t first = 4 + 16 + 60;
  ByteBuffer gap = to_buffer(slice(all, 0, first));
  append(gap, jpeg_segment(0xFE, "between"));
  append(gap, slice(all, first));
  CHECK(inspected(jpeg_picture(gap)).oddities.size() == 1);
  CHECK(payload(jpeg_picture(gap), "jpeg:APP11[c2pa]") == as_text(store));
  CHECK(inspected(jpeg_picture(slice(all, 0, first))).oddities.size() == 1);
  ByteBuffer skipped = to_buffer(slice(all, 0, first));
  append(skipped, slice(all, 2 * first));
  CHECK(inspected(jpeg_picture(skipped)).oddities.size() == 2);
}

TEST_CASE("jpeg: hostile APP11: a box of 2^64 bytes, a box of none, an empty continuation") {
  for (const std::string_view size : {"\0\0\0\1\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"sv, "\0\0\0\0"sv}) {
    ByteBuffer body = to_buffer("JP\0\1\0\0\0\1"sv);
    append(body, size.substr(0, 4));
    append(body, "jumb"sv);
    append(body, size.substr(4));
    append(body, slice(jumbf_store(5), 8));
    ByteBuffer segments = jpeg_segment(0xEB, body);
    append(segments, jpeg_segment(0xEB, "JP\0\1\0\0\0\2\0\0\0\0jumb"sv));
    const ByteBuffer bytes = jpeg_picture(segments);
    REQUIRE(inspected(bytes).carriers.size() == 1);
    CHECK(payload(bytes, "jpeg:APP11[c2pa]").size() >= 8 + 30 + 5);
  }
}

TEST_CASE("jpeg: XMP goes behind APP0 and EXIF, in front of everything else") {
  const ByteBuffer value = to_buffer("<x:xmpmeta/>");
  const ByteBuffer plain =
      edited(jpeg(), specimen("plain"), {CarrierKind::Xmp, "", std::nullopt, value});
  CHECK(inspected(plain).carriers[0].whole.offset == 20);
  ByteBuffer exif = to_buffer("Exif\0\0"sv);
  append(exif, make_tiff({}, {{{ascii(0x010F, "maker")}, {}}}));
  ByteBuffer segments = jpeg_segment(0xE1, exif);
  append(segments, jpeg_segment(0xE2, "ICC_PROFILE\0\1\1"sv));
  const ByteBuffer out =
      edited(jpeg(), jpeg_picture(segments), {CarrierKind::Xmp, "", std::nullopt, value});
  CHECK(inspected(out).carriers[1].whole.offset == 20 + 4 + exif.size());
  CHECK(out.size() == jpeg_picture(segments).size() + 4 + 29 + value.size());
}

TEST_CASE("jpeg: a packet that fits in no segment is a clear error") {
  const ByteBuffer bytes = specimen("plain");
  MemorySource source(bytes);
  for (const std::size_t size : {65504U, 65505U}) {
    const Edit edit{CarrierKind::Xmp, "", std::nullopt, ByteBuffer(size, 'x')};
    const auto splice = plan_edits(jpeg(), source, Layout{}, {&edit, 1}, Limits{});
    CHECK(splice.has_value() == (size == 65504));
    if (!splice) CHECK(splice.error().code == ErrorCode::LimitExceeded);
  }
}

TEST_CASE("jpeg: the Multi-Picture index stays true when XMP comes, grows or goes before it") {
  ByteBuffer bytes = specimen("Multi");
  const ByteBuffer second = to_buffer(slice(bytes, bytes.size() - specimen("plain").size()));
  for (const std::size_t size : {40U, 4000U, 10U}) {
    bytes = edited(jpeg(), bytes, {CarrierKind::Xmp, "", std::nullopt, ByteBuffer(size, 'x')});
    const std::string_view text = as_text(bytes);
    const std::size_t base = text.find("MPF\0"sv) + 4;
    MemorySource source(bytes);
    const auto header = wire::read_tiff_header(source, {base, bytes.size() - base});
    REQUIRE(header);
    const auto index = wire::read_first_ifd(source, *header, Limits{});
    REQUIRE(index);
    const std::uint64_t entries = index->find(0xB002)->value.offset;
    const std::uint64_t first_size = *load_be(bytes, entries + 4, 4);
    const std::uint64_t offset = *load_be(bytes, entries + 16 + 8, 4);
    CHECK(first_size == bytes.size() - second.size());
    CHECK(to_buffer(slice(bytes, base + offset)) == second);
  }
}

TEST_CASE("jpeg: an XMP segment behind the Multi-Picture index moves the second picture") {
  ByteBuffer bytes = specimen("Multi");
  const std::size_t base = as_text(bytes).find("MPF\0"sv) + 4;
  const std::uint64_t end = base - 4 + *load_be(bytes, base - 6, 2) - 2;
  const ByteBuffer xmp = jpeg_segment(0xE1, "http://ns.adobe.com/xap/1.0/\0<x/>"sv);
  bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(end), xmp.begin(), xmp.end());
  MemorySource source(bytes);
  const auto before = wire::read_tiff_header(source, {base, end - base});
  const std::uint64_t entries =
      wire::read_first_ifd(source, *before, Limits{})->find(0xB002)->value.offset;
  const std::uint64_t old_offset = *load_be(bytes, entries + 24, 4);
  const ByteBuffer out =
      edited(jpeg(), bytes, {CarrierKind::Xmp, "", std::nullopt, to_buffer("<longer/>")});
  CHECK(*load_be(out, entries + 24, 4) == old_offset + 5);
}

TEST_CASE("jpeg: a label in an odd place is replaced where it stands") {
  const ByteBuffer bytes = specimen("EXIF");
  const std::vector<std::string> before = paths(inspected(bytes));
  const std::pair<CarrierKind, std::string_view> places[] = {
      {CarrierKind::AppSegment, "jpeg:APP9"},
      {CarrierKind::TextChunk, "jpeg:COM"},
      {CarrierKind::ExifComment, "jpeg:APP1[exif].UserComment"},
      {CarrierKind::ExifText, "jpeg:APP1[exif].ImageDescription"},
      {CarrierKind::ExifText, "jpeg:APP1[exif].Model"},
  };
  for (const auto& [kind, path] : places) {
    for (const std::size_t size : {3U, 20U, 3000U}) {
      const std::string prefix =
          std::string(kind == CarrierKind::ExifComment ? "ASCII\0\0\0"sv : ""sv);
      const std::string value = prefix + "AIGC" + std::string(size, 'v');
      const ByteBuffer out = replaced(bytes, kind, path, value);
      CHECK(payload(out, path) == value);
      CHECK(paths(inspected(out)) == before);
      CHECK(replaced(out, kind, path, value) == out);
      for (const std::string& other : before) {
        if (other != path) CHECK(payload(out, other) == payload(bytes, other));
      }
    }
  }
  const ByteBuffer huge(70'000, 'v');
  MemorySource source(bytes);
  const Edit edit{CarrierKind::ExifComment, "", index_of(bytes, "jpeg:APP1[exif].UserComment"),
                  huge, 0};
  CHECK_FALSE(plan_edits(jpeg(), source, inspected(bytes), {&edit, 1}, Limits{}));
}

TEST_CASE("jpeg: damage is told, and what stood before it is kept") {
  const ByteBuffer bytes = specimen("EXIF");
  const Layout cut = inspected(slice(bytes, 0, bytes.size() - 170));
  REQUIRE(cut.damage);
  CHECK(cut.damage->code == ErrorCode::Truncated);
  CHECK(cut.carriers.size() > 4);
  ByteBuffer garbled = specimen("plain");
  garbled[20] = 0x12;
  REQUIRE(inspected(garbled).damage);
  CHECK(inspected(garbled).damage->code == ErrorCode::Malformed);
  ByteBuffer short_length = specimen("plain");
  short_length[23] = 1;
  short_length[22] = 0;
  CHECK(inspected(short_length).damage);
  ByteBuffer fill = to_buffer("\xFF\xD8"sv);
  fill.resize(1 << 20, 0xFF);
  REQUIRE(inspected(fill).damage);
  CHECK(inspected(fill).damage->code == ErrorCode::LimitExceeded);
}

TEST_CASE("jpeg: the head costs few views and the scan is never touched") {
  ByteBuffer bytes = specimen("EXIF");
  const std::size_t head = bytes.size();
  bytes.resize(56 * 1024, 0x55);
  CountingSource source(bytes);
  REQUIRE(jpeg().inspect(source, Limits{}));
  CHECK(source.views <= 24);
  CHECK(source.furthest <= std::max<std::size_t>(head, 8192));
}

TEST_CASE("jpeg: real samples are read without damage") {
  const std::string folder = samples_folder();
  if (folder.empty()) {
    MESSAGE("skipped: the samples are not there");
    return;
  }
  const std::pair<std::string_view, std::string_view> expected[] = {
      {"/files/xai/grok-1.jpg", "jpeg:APP1[exif].ImageDescription"},
      {"/files/sd/sd-webui.jpg", "jpeg:APP1[exif].UserComment"},
      {"/files/sd/swarmui.jpg", "jpeg:APP1[exif].UserComment"},
      {"/files/negative/gimp.jpg", "jpeg:COM"},
      {"/files/c2pa/flux-1.jpg", "jpeg:APP11[c2pa]"},
      {"/files/c2pa/genai-picture-validate-protected.jpg", "jpeg:APP11[c2pa]"},
      {"/c2pa/public-testfiles/adobe-20220124-CACAICAICICA.jpg", "jpeg:APP11[c2pa]"},
      {"/c2pa/public-testfiles/nikon-20221019-building.jpeg", "jpeg:APP11[c2pa]"},
  };
  for (const auto& [name, path] : expected) {
    CAPTURE(name);
    const ByteBuffer bytes = read_file(folder + std::string(name));
    if (bytes.empty()) continue;
    const Layout layout = inspected(bytes);
    CHECK_FALSE(layout.damage);
    const auto all = paths(layout);
    CHECK(std::find(all.begin(), all.end(), path) != all.end());
    if (path == "jpeg:APP11[c2pa]") {
      const std::string store = payload(bytes, path);
      CHECK(*load_be(as_bytes(store), 0, 4) == store.size());
    }
  }
}

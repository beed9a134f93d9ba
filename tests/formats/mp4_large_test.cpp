// SPDX-License-Identifier: Apache-2.0
// Films past 4 GiB, which exist only as a few bytes and a promise of zeros.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/movie.hpp"
#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::uint64_t kGap = 5ULL << 30;

/// `head`, then zeros, then `tail`. A view into the zeros is a fault of the module: it must not
/// read the media.
class SparseSource final : public Source {
 public:
  SparseSource(ByteBuffer head, std::uint64_t zeros, ByteBuffer tail)
      : head_(std::move(head)), tail_(std::move(tail)), tail_at_(head_.size() + zeros) {}
  std::uint64_t size() const noexcept override { return tail_at_ + tail_.size(); }
  Result<Bytes> view(Range range) override {
    if (range.end() > size()) return truncated(range, size());
    if (range.end() <= head_.size()) return slice(head_, range.offset, range.size);
    if (range.offset >= tail_at_) return slice(tail_, range.offset - tail_at_, range.size);
    largest_zeros = std::max(largest_zeros, range.size);
    window_.assign(static_cast<std::size_t>(range.size), 0);
    for (std::uint64_t i = range.offset; i < range.end(); ++i) {
      auto& byte = window_[static_cast<std::size_t>(i - range.offset)];
      if (i < head_.size()) byte = head_[static_cast<std::size_t>(i)];
      if (i >= tail_at_) byte = tail_[static_cast<std::size_t>(i - tail_at_)];
    }
    return Bytes(window_);
  }
  std::uint64_t largest_zeros = 0;

 private:
  ByteBuffer head_, tail_, window_;
  std::uint64_t tail_at_;
};

ByteBuffer ftyp() {
  return box("ftyp", to_buffer("isom") + number(512, 4) + to_buffer("isommp42"));
}
ByteBuffer movie(const ByteBuffer& table) {
  return box("moov", full_box("mvhd", ByteBuffer(96, 0)) +
                         box("trak", box("mdia", box("minf", box("stbl", table)))));
}
ByteBuffer stco(const std::vector<std::uint64_t>& positions) {
  ByteBuffer body = number(positions.size(), 4);
  for (const std::uint64_t position : positions) append_be(body, position, 4);
  return full_box("stco", body);
}
ByteBuffer large_mdat(std::uint64_t media) {
  return number(1, 4) + to_buffer("mdat") + number(16 + media, 8);
}

Result<Splice> planned(Source& source, CarrierKind kind, std::string_view value) {
  const Format& format = *find_format("mp4");
  const Layout layout = format.inspect(source, Limits{}).value();
  REQUIRE_FALSE(layout.damage);
  const Edit edit{kind, "", std::nullopt, to_buffer(value)};
  return plan_edits(format, source, layout, {&edit, 1}, Limits{});
}

/// Type and positions of the first chunk offset table of a file whose moov stands behind ftyp.
std::pair<std::string, std::vector<std::uint64_t>> table_of(Source& source) {
  wire::BoxBudget budget{Limits{}};
  wire::Box at{.type = 0, .uuid = {}, .whole = {}, .body = {0, source.size()}};
  for (const wire::FourCc type : {wire::fourcc("moov"), wire::fourcc("trak"), wire::fourcc("mdia"),
                                  wire::fourcc("minf"), wire::fourcc("stbl")}) {
    at = wire::find_box(source, at.body, type, budget).value().value();
  }
  wire::BoxWalker walker(source, at.body, budget);
  const wire::Box table = walker.next().value().value();
  const unsigned width = table.is(wire::fourcc("co64")) ? 8 : 4;
  std::vector<std::uint64_t> positions;
  const std::uint64_t count = read_be(source, table.body.offset + 4, 4).value();
  for (std::uint64_t i = 0; i < count; ++i) {
    positions.push_back(read_be(source, table.body.offset + 8 + i * width, width).value());
  }
  return {wire::to_string(table.type), positions};
}

}  // namespace

TEST_CASE("mp4: five gigabytes before moov are neither read nor moved") {
  SparseSource source(ftyp() + large_mdat(kGap), kGap, movie(stco({48})));
  const auto splice = planned(source, CarrierKind::AigcKey, "{}");
  REQUIRE(splice);
  CHECK(splice->fits_in_place(source.size()));
  CHECK(source.largest_zeros <= 64);
  SplicedSource out(source, *splice);
  const Layout layout = find_format("mp4")->inspect(out, Limits{}).value();
  CHECK_FALSE(layout.damage);
  CHECK(layout.carriers.size() == 1);
  CHECK(layout.carriers.front().payload.offset > kGap);
}

TEST_CASE("mp4: positions that no longer fit into 32 bits get a wider table") {
  const std::uint64_t near_end = UINT32_MAX - 100;
  for (const std::vector<std::uint64_t>& positions :
       {std::vector<std::uint64_t>{1000, near_end}, std::vector<std::uint64_t>{1000, 2000}}) {
    SparseSource source(ftyp() + movie(stco(positions)) + large_mdat(kGap), kGap, {});
    const auto splice = planned(source, CarrierKind::AigcKey, "{}");
    REQUIRE(splice);
    CHECK(source.largest_zeros <= 64);
    SplicedSource out(source, *splice);
    const std::uint64_t moved = out.size() - source.size();
    const auto [type, found] = table_of(out);
    CHECK(type == (positions[1] == near_end ? "co64" : "stco"));
    CHECK(found == std::vector<std::uint64_t>{positions[0] + moved, positions[1] + moved});
    const Layout layout = find_format("mp4")->inspect(out, Limits{}).value();
    CHECK_FALSE(layout.damage);
    CHECK(layout.carriers.size() == 1);
  }
}

TEST_CASE("mp4: widening one table can make another one overflow") {
  // The first table is so long that widening it pushes the second one over the border too.
  std::vector<std::uint64_t> many(5000, 200'000);
  many.back() = UINT32_MAX - 100;
  const std::uint64_t close = UINT32_MAX - 4096 - 20'000 + 600;
  SparseSource source(
      ftyp() +
          box("moov", box("trak", box("mdia", box("minf", box("stbl", stco({close}))))) +
                          box("trak", box("mdia", box("minf", box("stbl", stco(many)))))) +
          large_mdat(kGap),
      kGap, {});
  const auto splice = planned(source, CarrierKind::AigcKey, "{}");
  REQUIRE(splice);
  SplicedSource out(source, *splice);
  const auto [type, found] = table_of(out);
  CHECK(type == "co64");
  CHECK(found == std::vector<std::uint64_t>{close + out.size() - source.size()});
  CHECK_FALSE(find_format("mp4")->inspect(out, Limits{}).value().damage);
}

TEST_CASE("mp4: an open box past 4 GiB stays last") {
  SparseSource source(ftyp() + movie(stco({1000})) + number(0, 4) + to_buffer("mdat"), kGap, {});
  CHECK(planned(source, CarrierKind::AigcKey, "{}"));
  const auto refused = planned(source, CarrierKind::Xmp, "<x/>");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Unsupported);
}

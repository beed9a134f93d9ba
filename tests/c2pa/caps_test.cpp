// SPDX-License-Identifier: Apache-2.0
// Caps (docs/c2pa.md): input that is made to hit each of them gets its answer in bounded time and
// memory.
#include <doctest/doctest.h>

#include "bmff_support.hpp"
#include "c2pa/jumbf.hpp"
#include "c2pa/store.hpp"
#include "c2pa/validated.hpp"
#include "support/cost.hpp"
#include "support/jpeg_builder.hpp"
#include "support/movie.hpp"
#include "support/tiff_builder.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr double kSecond = kCostsMore ? 10 : 1;

void check_cost(const std::function<void()>& work) {
  const Cost cost = cost_of(work);
  CHECK(cost.seconds < kSecond);
  CHECK(cost.bytes < 64 * kMiB);
}

/// "limit-exceeded", or "read".
std::string outcome(Bytes store) {
  const auto read = c2pa::Store::read(store, Limits{});
  return read ? "read" : std::string(to_string(read.error().code));
}

/// A store that is `depth` boxes deep.
ByteBuffer nested(int depth) {
  ByteBuffer inner = testing::superbox("c2as", "x", {});
  for (int i = 2; i < depth; ++i) inner = testing::superbox("c2as", "x", inner);
  return make_store({inner});
}

ByteBuffer repeated(const ByteBuffer& one, std::size_t times) {
  ByteBuffer all;
  all.reserve(one.size() * times);
  for (std::size_t i = 0; i < times; ++i) append(all, Bytes(one));
  return all;
}

}  // namespace

TEST_CASE("JUMBF: 32 levels are read, more are not") {
  CHECK(outcome(nested(31)) == "read");
  CHECK(outcome(nested(34)) == "limit-exceeded");
  const ByteBuffer deep = nested(20'000);
  CHECK(outcome(deep) == "limit-exceeded");
  check_cost([&] { (void)outcome(deep); });
}

TEST_CASE("JUMBF: 100,000 boxes are read, more are not; 256 manifests, no more") {
  const ByteBuffer free = testing::box("free", {});
  CHECK(outcome(make_store({repeated(free, 99'000)})) == "read");
  const ByteBuffer many = make_store({repeated(free, 100'001)});
  CHECK(outcome(many) == "limit-exceeded");
  check_cost([&] { (void)outcome(many); });
  const ByteBuffer manifest = testing::superbox("c2ma", "m", {});
  CHECK(outcome(make_store({repeated(manifest, 256)})) == "read");
  CHECK(outcome(make_store({repeated(manifest, 257)})) == "limit-exceeded");
}

TEST_CASE("CBOR: depth, and counts without their items") {
  const auto code = [](const ByteBuffer& bytes) {
    const auto item = wire::read_cbor(bytes, Limits{});
    return item ? "read" : std::string(to_string(item.error().code));
  };
  const ByteBuffer deep(1'000'000, 0x81);
  CHECK(code(deep) == "limit-exceeded");
  ByteBuffer many{0x9A, 0x00, 0x10, 0x00, 0x00};  // a list of 1,048,576 zeros
  many.resize(many.size() + 0x100000, 0);
  CHECK(code(many) == "limit-exceeded");
  ByteBuffer nothing{0x9B};
  append_be(nothing, UINT64_MAX, 8);
  CHECK(code(nothing) == "truncated");
  check_cost([&] {
    (void)code(deep);
    (void)code(many);
    (void)code(nothing);
  });
}

TEST_CASE("Brotli: what grows past 16 MiB is not kept") {
  // 64 MiB of zeros.
  static constexpr std::uint8_t kBomb[] = {
      0xcf, 0xff, 0xf7, 0xff, 0x82, 0x70, 0x0e, 0x2b, 0x14, 0x02, 0x0f, 0x7f, 0xe9,
      0xff, 0xff, 0xff, 0xf0, 0x4f, 0x00, 0xc4, 0x61, 0x01, 0x80, 0xee, 0xfd, 0x3f,
      0xff, 0xff, 0xff, 0xe1, 0x9f, 0x00, 0x88, 0xc3, 0x22, 0x00, 0xdd, 0xfb, 0xff,
      0xfc, 0xff, 0xfc, 0x73, 0xf0, 0x11, 0x08, 0x70, 0x50, 0x0b, 0xaf, 0x7f, 0xf};
  const ByteBuffer store =
      make_store({repeated(testing::superbox("c2cm", "m", testing::box("brob", kBomb)), 200)});
  const auto read = c2pa::Store::read(store, Limits{});
  REQUIRE(read);
  CHECK_FALSE(read->active()->inflates);
  check_cost([&] { (void)outcome(store); });
}

namespace {

/// Zeros without end, in one window.
class Zeros final : public Source {
 public:
  Zeros(ByteBuffer head, std::uint64_t size) : head_(std::move(head)), size_(size) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  [[nodiscard]] Result<Bytes> view(Range range) override {
    if (range.offset > size_ || range.size > size_ - range.offset) return truncated(range, size_);
    window_.assign(static_cast<std::size_t>(range.size), 0);
    for (std::uint64_t at = range.offset; at < std::min(range.end(), head_.size()); ++at) {
      window_[at - range.offset] = head_[at];
    }
    return Bytes(window_);
  }

 private:
  ByteBuffer head_, window_;
  std::uint64_t size_;
};

}  // namespace

TEST_CASE("Merkle trees: half a million leaves are hashed in the memory of one") {
  constexpr std::uint64_t kBlock = 64, kLeaves = 1 << 19;
  ByteBuffer head = box("ftyp", to_buffer("isom")) + box("moov", box("udta", {}));
  const std::uint64_t at = head.size();
  append_be(head, kBlock * kLeaves + 16, 4);
  head = head + to_buffer("mdat");
  ByteBuffer node = testing::sha256(ByteBuffer(kBlock, 0));
  for (std::uint64_t level = 1; level < kLeaves; level *= 2) node = testing::sha256(node + node);
  const ByteBuffer moov = to_buffer(slice(head, 12, at - 12));
  const ByteBuffer hash = testing::sha256(number(12, 8) + moov + number(at, 8) +
                                          to_buffer(slice(head, at)) + ByteBuffer(8, 0));
  const wire::CborItem tree = map({{"uniqueId", item(1)},
                                   {"localId", item(1)},
                                   {"count", item(kLeaves)},
                                   {"fixedBlockSize", item(kBlock)},
                                   {"hashes", list({item(node)})}});
  const wire::CborItem content =
      bmff::assertion(bmff::with_mdat(), {{"hash", item(hash)}, {"merkle", list({tree})}});
  const auto run = [&] {
    Zeros source(head, at + 16 + kBlock * kLeaves);
    const Layout layout;
    c2pa::StatusList status;
    c2pa::check_hard_binding({source, nullptr, &layout, nullptr, {}},
                             {bmff::kLabel, "x", content, "sha256"}, Limits{}, status);
    return codes(status);
  };
  CHECK(run() == bmff::kMatch);
  const Cost cost = cost_of([&] { (void)run(); });
  CHECK(cost.seconds < 3 * kSecond);
  CHECK(cost.bytes < 8 * kMiB);
}

TEST_CASE("Merkle trees: many trees over one beginning hash it once for each algorithm") {
  const ByteBuffer init =
      box("ftyp", to_buffer("isom")) + box("moov", box("udta", {})) + box("data", padding(kMiB));
  ByteBuffer covered;
  for (const wire::Box& each : bmff::roots(init)) {
    if (each.is(wire::fourcc("ftyp"))) continue;
    append_be(covered, each.whole.offset, 8);
    append(covered, slice(init, each.whole.offset, each.whole.size));
  }
  std::vector<wire::CborItem> trees;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const bool wide = i % 2 == 1;
    const auto algorithm = wide ? DigestAlgorithm::Sha512 : DigestAlgorithm::Sha256;
    trees.push_back(map({{"uniqueId", item(i)},
                         {"localId", item(i)},
                         {"count", item(1)},
                         {"alg", item(wide ? "sha512" : "sha256")},
                         {"initHash", item(digest_of(algorithm, covered))},
                         {"hashes", list({item(ByteBuffer(wide ? 64 : 32))})}}));
  }
  const wire::CborItem content = bmff::assertion(bmff::usual(), {{"merkle", list(trees)}});
  const ByteBuffer segment = box("moof", {}) + box("mdat", {});
  CHECK(check(bmff::kLabel, init, content, {segment}) == bmff::kMismatch);
  check_cost([&] { (void)check(bmff::kLabel, init, content, {segment}); });
}

TEST_CASE("exclusions of boxes: many conditions over many boxes are not all asked") {
  const ByteBuffer file = box("ftyp", to_buffer("isom")) + repeated(box("free", {}), 150'000);
  std::vector<wire::CborItem> data(256,
                                   map({{"offset", item(4)}, {"value", item(to_buffer("free"))}}));
  data.back() = map({{"offset", item(4)}, {"value", item(to_buffer("none"))}});
  const std::vector<wire::CborItem> all(256, bmff::exclusion("/free", {{"data", list(data)}}));
  const wire::CborItem content = bmff::assertion(all, {{"hash", item(ByteBuffer(32))}});
  CHECK(check(bmff::kLabel, file, content) == "general.error");
  check_cost([&] { (void)check(bmff::kLabel, file, content); });
}

TEST_CASE("boxes by name: a hundred thousand restart intervals, and as many scans") {
  const auto names = [](std::vector<wire::CborItem> all) {
    return map({{"names", list(std::move(all))}, {"hash", item(ByteBuffer(32))}});
  };
  const ByteBuffer start{0xFF, 0xD8};
  const ByteBuffer scan = to_buffer(std::string_view("\xFF\xDA\0\x02", 4));
  const ByteBuffer restarts =
      start + scan + repeated(ByteBuffer{0xFF, 0xD0}, 150'000) + ByteBuffer{0xFF, 0xD9};
  const wire::CborItem to_end =
      map({{"boxes", list({names({item("SOI"), item("SOS")}), names({item("EOI")})})}});
  CHECK(check("c2pa.hash.boxes", restarts, to_end) == "assertion.boxesHash.mismatch");
  // Nothing but the second group's name leads past the restart intervals.
  const wire::CborItem named =
      map({{"boxes", list({names({item("SOI"), item("SOS"), item("EOI")})})}});
  CHECK(check("c2pa.hash.boxes", restarts, named) == "assertion.boxesHash.mismatch");
  const ByteBuffer scans = start + repeated(scan, 20'000) + ByteBuffer{0xFF, 0xD9};
  std::vector<wire::CborItem> groups = {names({item("SOI")})};
  for (int i = 0; i < 20'000; ++i) {
    groups.push_back(map({{"names", list({item("SOS")})}, {"hash", item(sha256(scan))}}));
  }
  groups.front() = map({{"names", list({item("SOI")})}, {"hash", item(sha256(start))}});
  const wire::CborItem each = map({{"boxes", list(groups)}});
  CHECK(check("c2pa.hash.boxes", scans, each) == "assertion.boxesHash.unknownBox");
  check_cost([&] {
    (void)check("c2pa.hash.boxes", restarts, named);
    (void)check("c2pa.hash.boxes", scans, each);
  });
}

TEST_CASE("boxes by name: entries of a TIFF that all claim the whole file") {
  std::vector<TiffField> fields;
  for (std::uint16_t i = 0; i < 2000; ++i) {
    fields.push_back(undefined(static_cast<std::uint16_t>(40'000 + i), std::string(16, 'x')));
  }
  ByteBuffer file = make_tiff({}, {{fields, {}}});
  file.resize(2 * kMiB);
  std::vector<wire::CborItem> names = {item("TIFh")};
  for (std::uint16_t i = 0; i < 2000; ++i) {
    const std::size_t entry = 10 + std::size_t{i} * 12;
    for (const auto& [at, value] :
         {std::pair<std::size_t, std::uint64_t>{4, file.size()}, {8, 0}}) {
      for (unsigned byte = 0; byte < 4; ++byte) {
        file[entry + at + byte] = static_cast<std::uint8_t>(value >> (8 * byte));
      }
    }
    names.push_back(item(std::to_string(40'000 + i)));
  }
  const wire::CborItem content =
      map({{"boxes", list({map({{"names", list(names)}, {"hash", item(ByteBuffer(32))}})})}});
  CHECK(check("c2pa.hash.boxes", file, content) == "general.error");
  check_cost([&] { (void)check("c2pa.hash.boxes", file, content); });
}

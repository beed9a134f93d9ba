// SPDX-License-Identifier: Apache-2.0
// The laws of docs/architecture.md, over every row of formats() and every specimen. A new container
// gets all of them by listing its row and registering a specimen.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "support/support.hpp"
#include "support/values.hpp"

using namespace colophon;
using colophon::testing::key_for;
using colophon::testing::Specimen;
using colophon::testing::value_for;

namespace {

Layout inspected(const Format& format, Bytes bytes) {
  MemorySource source(bytes);
  auto layout = format.inspect(source, Limits{});
  REQUIRE_MESSAGE(layout, (layout ? "" : layout.error().message));
  return *layout;
}

/// inspect, extract and edit on hostile bytes: any answer is fine, a crash or a hang is not.
void must_survive(const Format& format, Bytes bytes) {
  MemorySource source(bytes);
  const auto started = testing::ComputingClock::now();
  (void)format.sniff(source);
  Limits limits;
  limits.max_inflated = 1 << 20;
  const auto layout = format.inspect(source, limits);
  if (layout) {
    for (const Carrier& carrier : layout->carriers) {
      CHECK(carrier.whole.end() <= bytes.size());
      CHECK(carrier.payload.end() <= bytes.size());
      for (const Range& part : carrier.parts) CHECK(part.end() <= bytes.size());
      (void)format.extract(source, carrier, limits);
    }
    for (const CarrierKind kind : format.can.write) {
      const Edit edit{kind, key_for(kind), std::nullopt, value_for(kind, 0)};
      const auto splice = plan_edits(format, source, *layout, {&edit, 1}, limits);
      if (!splice) continue;
      SplicedSource spliced(source, *splice);
      CHECK(spliced.size() == splice->output_size());
      (void)format.inspect(spliced, limits);
    }
  }
  const auto took = testing::ComputingClock::now() - started;
  CHECK(took < std::chrono::seconds(1));
}

template <typename Visit>
void for_each_specimen(const Visit& visit) {
  const char* only = std::getenv("COLOPHON_ONLY");  // one format id, to save time by hand
  for (const Specimen& specimen : testing::specimens()) {
    if (only != nullptr && specimen.format != only) continue;
    const Format* format = find_format(specimen.format);
    REQUIRE_MESSAGE(format != nullptr, specimen.format);
    CAPTURE(specimen.format);
    CAPTURE(specimen.what);
    visit(*format, specimen);
  }
}

template <typename Visit>
void for_each_edit(const Visit& visit) {
  for_each_specimen([&](const Format& format, const Specimen& specimen) {
    for (const CarrierKind kind : format.can.write) {
      CAPTURE(to_string(kind));
      visit(format, specimen, kind);
    }
  });
}

/// Carries out the plan inside the file, phase by phase; false when it does not fit there.
bool patched(const Format& format, ByteBuffer& bytes, std::span<const Edit> edits) {
  MemorySource source(bytes);
  const auto splice = plan_edits(format, source, inspected(format, bytes), edits, Limits{});
  REQUIRE(splice);
  if (!splice->fits_in_place(bytes.size())) return false;
  ByteBuffer out = bytes;
  for (int phase = 0; phase < 16; ++phase) {
    std::uint64_t at = 0;
    for (const Piece& piece : splice->pieces) {
      if (const auto* put = std::get_if<Put>(&piece)) {
        if (put->phase == phase) {
          out.resize(std::max<std::size_t>(out.size(), at + put->bytes.size()));
          std::copy(put->bytes.begin(), put->bytes.end(),
                    out.begin() + static_cast<std::ptrdiff_t>(at));
        }
        at += put->bytes.size();
      } else {
        at += std::get<Range>(piece).size;
      }
    }
    CAPTURE(phase);
    CHECK_FALSE(inspected(format, out).damage);
  }
  bytes = out;
  return true;
}

}  // namespace

TEST_CASE("every row is complete and has a specimen") {
  const auto all = testing::specimens();
  for (const Format* format : formats()) {
    CAPTURE(format->id);
    CHECK_FALSE(format->name.empty());
    CHECK_FALSE(format->media_types.empty());
    CHECK((format->sniff != nullptr));
    CHECK((format->inspect != nullptr));
    CHECK((format->extract != nullptr));
    const auto labels = std::count_if(format->can.write.begin(), format->can.write.end(),
                                      [](auto kind) { return kind != CarrierKind::C2paStore; });
    CHECK((format->edit != nullptr) == (labels > 0));
    CHECK((format->put_store != nullptr) == format->can_write(CarrierKind::C2paStore));
    CHECK((labels == 0 || format->can.write.front() != CarrierKind::C2paStore));
    CHECK(std::any_of(all.begin(), all.end(),
                      [&](const Specimen& specimen) { return specimen.format == format->id; }));
  }
}

TEST_CASE("no row plans a change of a damaged file, or of a place it cannot write") {
  MemorySource source(Bytes{});
  Layout damaged;
  damaged.damage = Error{ErrorCode::LimitExceeded, "cut", "", 0};
  Layout foreign;
  foreign.carriers.emplace_back().kind = CarrierKind::StealthAlpha;
  const Edit edit{CarrierKind::StealthAlpha, "", 0, to_buffer("{}")};
  for (const Format* format : formats()) {
    CAPTURE(format->id);
    REQUIRE_FALSE(format->can_replace(CarrierKind::StealthAlpha));
    const auto refused = plan_edits(*format, source, damaged, {}, Limits{});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::Malformed);
    const auto impossible = plan_edits(*format, source, foreign, {&edit, 1}, Limits{});
    REQUIRE_FALSE(impossible);
    CHECK(impossible.error().code == ErrorCode::Unsupported);
  }
}

TEST_CASE("every specimen is recognised, by content or by its extension") {
  for_each_specimen([](const Format& format, const Specimen& specimen) {
    MemorySource source(specimen.bytes);
    const std::string name =
        format.can.by_extension ? "x." + std::string(format.extensions.front()) : "x";
    const Format* found = detect(source, name);
    REQUIRE(found != nullptr);
    CHECK(found->id == format.id);
  });
}

TEST_CASE("inspect stays inside the file") {
  for_each_specimen([](const Format& format, const Specimen& specimen) {
    const Layout layout = inspected(format, specimen.bytes);
    CHECK_FALSE(layout.damage);
    for (const Carrier& carrier : layout.carriers) {
      CHECK(carrier.whole.end() <= specimen.bytes.size());
      CHECK(carrier.payload.end() <= specimen.bytes.size());
      CHECK_FALSE(carrier.path.empty());
    }
  });
}

TEST_CASE("edit then read gives the value") {
  for_each_edit([](const Format& format, const Specimen& specimen, CarrierKind kind) {
    for (const int variant : {0, 1}) {
      const ByteBuffer value = value_for(kind, variant);
      const ByteBuffer out =
          testing::edited(format, specimen.bytes, {kind, key_for(kind), std::nullopt, value});
      CHECK(testing::payload_of(format, out, kind, key_for(kind)) == as_text(value));
      CHECK_FALSE(inspected(format, out).damage);
      MemorySource source(out), before(specimen.bytes);
      CHECK((format.sniff(source) || !format.sniff(before)));  // else its extension decides
    }
  });
}

TEST_CASE("edit twice equals edit once, and an equal value changes no byte") {
  for_each_edit([](const Format& format, const Specimen& specimen, CarrierKind kind) {
    const Edit edit{kind, key_for(kind), std::nullopt, value_for(kind, 0)};
    const ByteBuffer once = testing::edited(format, specimen.bytes, edit);
    CHECK(testing::edited(format, once, edit) == once);
  });
}

TEST_CASE("an edit keeps every other carrier") {
  for_each_edit([](const Format& format, const Specimen& specimen, CarrierKind kind) {
    const auto others = [&](Bytes bytes) {
      std::vector<std::string> found;
      MemorySource source(bytes);
      const auto layout = format.inspect(source, Limits{});
      REQUIRE(layout);
      for (const Carrier& carrier : layout->carriers) {
        if (carrier.kind == kind && (key_for(kind).empty() || carrier.key == key_for(kind)))
          continue;
        if (carrier.kind == CarrierKind::PlainText) continue;
        // A page has a store or a link to one, not both.
        if (kind == CarrierKind::C2paStore && carrier.key == "c2pa-manifest") continue;
        const auto payload = format.extract(source, carrier, Limits{});
        REQUIRE(payload);
        found.push_back(carrier.path + "=" + to_string(*payload));
      }
      std::sort(found.begin(), found.end());
      return found;
    };
    const ByteBuffer out = testing::edited(format, specimen.bytes,
                                           {kind, key_for(kind), std::nullopt, value_for(kind, 1)});
    CHECK(others(out) == others(specimen.bytes));
  });
}

TEST_CASE("a value that grows and shrinks again still reads back") {
  for_each_edit([](const Format& format, const Specimen& specimen, CarrierKind kind) {
    ByteBuffer bytes = specimen.bytes;
    for (const int variant : {0, 1, 0, 1, 0}) {
      const ByteBuffer value = value_for(kind, variant);
      bytes = testing::edited(format, bytes, {kind, key_for(kind), std::nullopt, value});
      REQUIRE(testing::payload_of(format, bytes, kind, key_for(kind)) == as_text(value));
    }
  });
}

TEST_CASE("an in-place plan is readable after each of its phases") {
  for_each_edit([](const Format& format, const Specimen& specimen, CarrierKind kind) {
    if (!format.can.in_place) return;
    const Edit edit{kind, key_for(kind), std::nullopt, value_for(kind, 0)};
    ByteBuffer bytes = specimen.bytes;
    if (!patched(format, bytes, {&edit, 1})) return;
    CHECK(testing::payload_of(format, bytes, kind, key_for(kind)) == as_text(edit.value));
  });
}

namespace {

/// Visits every specimen that can hold a store, with the label edit of its home place, if any.
template <typename Visit>
void for_each_store(const Visit& visit) {
  for_each_specimen([&](const Format& format, const Specimen& specimen) {
    if (!format.can_write(CarrierKind::C2paStore)) return;
    std::vector<Edit> labels;
    if (const CarrierKind home = format.can.write.front(); home != CarrierKind::C2paStore) {
      labels.push_back({home, key_for(home), std::nullopt, value_for(home, 1)});
    }
    visit(format, specimen.bytes, labels);
  });
}

/// Label first, store last.
std::vector<Edit> with(std::vector<Edit> labels, Edit store) {
  labels.push_back(std::move(store));
  return labels;
}

Edit store_edit(std::uint8_t fill) {
  return {CarrierKind::C2paStore, "", std::nullopt, testing::store_of(700, fill)};
}

Splice planned(const Format& format, Bytes bytes, std::span<const Edit> edits) {
  MemorySource source(bytes);
  const auto splice = plan_edits(format, source, inspected(format, bytes), edits, Limits{});
  REQUIRE_MESSAGE(splice, (splice ? "" : splice.error().message));
  return *splice;
}

/// Sizes and kept ranges, without the bytes that are put.
std::vector<std::string> shape_of(const Splice& splice) {
  std::vector<std::string> shape;
  for (const Piece& piece : splice.pieces) {
    if (const auto* kept = std::get_if<Range>(&piece)) {
      shape.push_back("keep " + std::to_string(kept->offset) + "+" + std::to_string(kept->size));
    } else {
      shape.push_back("put " + std::to_string(std::get<Put>(piece).bytes.size()));
    }
  }
  return shape;
}

const Carrier& only_store(const Layout& layout) {
  CHECK_FALSE(layout.damage);
  const auto stores = stores_of(layout);
  REQUIRE(stores.size() == 1);
  return *stores.front();
}

}  // namespace

TEST_CASE("a file has one C2PA store, and takes only what is one") {
  for_each_store([](const Format& format, Bytes bytes, const auto&) {
    const Edit wanted = store_edit(1);
    const ByteBuffer out = testing::edited(format, bytes, wanted);
    const Layout layout = inspected(format, out);
    (void)only_store(layout);
    MemorySource source(out);
    for (const ByteBuffer& value : {ByteBuffer{}, to_buffer("store"),
                                    ByteBuffer(wanted.value.begin(), wanted.value.end() - 1)}) {
      const Edit wrong{CarrierKind::C2paStore, "", std::nullopt, value};
      CHECK_FALSE(plan_edits(format, source, layout, {&wrong, 1}, Limits{}));
    }
    const Edit two[] = {store_edit(1), store_edit(2)};
    CHECK_FALSE(plan_edits(format, source, layout, two, Limits{}));
  });
}

TEST_CASE("a label and a C2PA store are planned in one go") {
  for_each_store([](const Format& format, Bytes bytes, const std::vector<Edit>& labels) {
    const std::vector<Edit> both = with(labels, store_edit(1));
    const Splice splice = planned(format, bytes, both);
    const ByteBuffer out = testing::apply(bytes, splice);
    for (const Edit& edit : both) {
      CHECK(testing::payload_of(format, out, edit.kind, edit.key) == as_text(edit.value));
    }
    (void)only_store(inspected(format, out));
    ByteBuffer in_place = to_buffer(bytes);
    CHECK((!format.can.in_place || !patched(format, in_place, both) || in_place == out));
    ByteBuffer one_by_one = to_buffer(bytes);
    for (const Edit& edit : both) one_by_one = testing::edited(format, one_by_one, edit);
    CHECK(out == one_by_one);
  });
}

TEST_CASE("two stores of one size give plans of one shape") {
  for_each_store([](const Format& format, Bytes bytes, const std::vector<Edit>& labels) {
    const auto check = [&](Bytes file) {
      const auto a = with(labels, store_edit(1)), b = with(labels, store_edit(0xFF));
      const Splice first = planned(format, file, a), second = planned(format, file, b);
      CHECK(shape_of(first) == shape_of(second));
      const ByteBuffer one = testing::apply(file, first), two = testing::apply(file, second);
      REQUIRE(one.size() == two.size());
      const Layout layout_one = inspected(format, one), layout_two = inspected(format, two);
      const Carrier& store = only_store(layout_one);
      CHECK(store.whole == only_store(layout_two).whole);
      CHECK(store.payload == only_store(layout_two).payload);
      CHECK(store.parts == only_store(layout_two).parts);
      std::size_t outside = 0;
      for (std::size_t i = 0; i < one.size(); ++i) {
        const bool inside = i >= store.whole.offset && i < store.whole.end();
        if (!inside && one[i] != two[i]) ++outside;
      }
      CHECK(outside <= 8);  // two checksums, in ZIP and in fonts
    };
    check(bytes);
    check(testing::edited(format, bytes, store_edit(3)));  // a store of this size is replaced
  });
}

TEST_CASE("every truncation gives a clean answer") {
  for_each_specimen([](const Format& format, const Specimen& specimen) {
    const std::size_t step = std::max<std::size_t>(1, specimen.bytes.size() / 4096);
    for (std::size_t size = 0; size < specimen.bytes.size(); size += step) {
      must_survive(format, slice(specimen.bytes, 0, size));
    }
  });
}

TEST_CASE("seeded mutations give a clean answer") {
  // The full count runs in the sanitizer build; see ./dev fuzz.
  const char* set = std::getenv("COLOPHON_MUTATIONS");
  const int rounds = set != nullptr ? std::atoi(set) : 400;
  for_each_specimen([&](const Format& format, const Specimen& specimen) {
    testing::Random random(specimen.bytes.size() + specimen.format.size());
    for (int round = 0; round < rounds; ++round) {
      ByteBuffer bytes = testing::mutate(specimen.bytes, random);
      if (random.below(2) == 0) bytes = testing::mutate(bytes, random);
      must_survive(format, bytes);
    }
  });
}

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
      const Edit edit{kind, key_for(kind), std::nullopt, value_for(kind, 0), 0};
      if (format.edit == nullptr) continue;
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
    if (format.edit == nullptr) return;
    for (const CarrierKind kind : format.can.write) {
      if (kind == CarrierKind::C2paStore) continue;
      CAPTURE(to_string(kind));
      visit(format, specimen, kind);
    }
  });
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
    CHECK((format->edit != nullptr) == !format->can.write.empty());
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
  const Edit edit{CarrierKind::StealthAlpha, "", 0, to_buffer("{}"), 0};
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
          testing::edited(format, specimen.bytes, {kind, key_for(kind), std::nullopt, value, 0});
      CHECK(testing::payload_of(format, out, kind, key_for(kind)) == as_text(value));
      CHECK_FALSE(inspected(format, out).damage);
      MemorySource source(out);
      CHECK(format.sniff(source));
    }
  });
}

TEST_CASE("edit twice equals edit once, and an equal value changes no byte") {
  for_each_edit([](const Format& format, const Specimen& specimen, CarrierKind kind) {
    const Edit edit{kind, key_for(kind), std::nullopt, value_for(kind, 0), 0};
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
        const auto payload = format.extract(source, carrier, Limits{});
        REQUIRE(payload);
        found.push_back(carrier.path + "=" + to_string(*payload));
      }
      std::sort(found.begin(), found.end());
      return found;
    };
    const ByteBuffer out = testing::edited(
        format, specimen.bytes, {kind, key_for(kind), std::nullopt, value_for(kind, 1), 0});
    CHECK(others(out) == others(specimen.bytes));
  });
}

TEST_CASE("a value that grows and shrinks again still reads back") {
  for_each_edit([](const Format& format, const Specimen& specimen, CarrierKind kind) {
    ByteBuffer bytes = specimen.bytes;
    for (const int variant : {0, 1, 0, 1, 0}) {
      const ByteBuffer value = value_for(kind, variant);
      bytes = testing::edited(format, bytes, {kind, key_for(kind), std::nullopt, value, 0});
      REQUIRE(testing::payload_of(format, bytes, kind, key_for(kind)) == as_text(value));
    }
  });
}

TEST_CASE("an in-place plan is readable after each of its phases") {
  for_each_edit([](const Format& format, const Specimen& specimen, CarrierKind kind) {
    if (!format.can.in_place) return;
    MemorySource source(specimen.bytes);
    const auto layout = format.inspect(source, Limits{});
    REQUIRE(layout);
    const Edit edit{kind, key_for(kind), std::nullopt, value_for(kind, 0), 0};
    const auto splice = plan_edits(format, source, *layout, {&edit, 1}, Limits{});
    REQUIRE(splice);
    if (!splice->fits_in_place(specimen.bytes.size())) return;
    ByteBuffer bytes = specimen.bytes;
    for (int phase = 0; phase < 8; ++phase) {
      std::uint64_t at = 0;
      for (const Piece& piece : splice->pieces) {
        if (const auto* put = std::get_if<Put>(&piece)) {
          if (put->phase == phase) {
            bytes.resize(std::max<std::size_t>(bytes.size(), at + put->bytes.size()));
            std::copy(put->bytes.begin(), put->bytes.end(),
                      bytes.begin() + static_cast<std::ptrdiff_t>(at));
          }
          at += put->bytes.size();
        } else if (const auto* range = std::get_if<Range>(&piece)) {
          at += range->size;
        }
      }
      CAPTURE(phase);
      CHECK_FALSE(inspected(format, bytes).damage);
    }
    CHECK(testing::payload_of(format, bytes, kind, key_for(kind)) == as_text(edit.value));
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

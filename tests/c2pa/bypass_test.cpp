// SPDX-License-Identifier: Apache-2.0
// The known ways around a validator, and input that is meant to hurt it.
#include <doctest/doctest.h>

#include <algorithm>

#include "c2pa/c2pa.hpp"
#include "c2pa/validated.hpp"

using namespace colophon;
using c2pa::State;
using c2pa::Validation;
using testing::child_of;
using testing::ingredient;
using testing::Json;
using testing::kAi;
using testing::label;
using testing::MadeManifest;
using testing::report;
using testing::Signing;
using testing::state;
using testing::usual;
using testing::validated;

TEST_CASE("a signature over a payload of its own does not sign the claim") {
  if (Signing::get() == nullptr) return;
  MadeManifest manifest = usual();
  manifest.attached_payload = to_buffer("another claim, well signed");
  const Validation validation = validated(manifest);
  CHECK(validation.state == State::Invalid);
  CHECK(validation.status.failed("claimSignature.mismatch"));
}

TEST_CASE("what stands only in gathered assertions is nobody's word") {
  if (Signing::get() == nullptr) return;
  MadeManifest manifest = usual();
  manifest.assertions[1].created = false;
  const ByteBuffer store = testing::make_store({testing::make_manifest(manifest)});
  const Validation validation = validated(store);
  CHECK(state(validation) == "Trusted");
  CHECK(validation.source_types.empty());
  CHECK(validation.gathered_source_types == std::vector<std::string>{kAi});
  Evidence evidence = read_c2pa_statement({}, store, {});
  c2pa::add_validation(evidence, validation);
  CHECK(evidence.integrity == Integrity::Trusted);
  CHECK(evidence.says->origin == Origin::Generated);
  CHECK(std::count(evidence.details.begin(), evidence.details.end(),
                   std::pair<std::string, std::string>("vouched", "no")) == 1);
}

TEST_CASE("a changed ingredient cannot record its own change as known") {
  if (Signing::get() == nullptr) return;
  const MadeManifest grand = usual();
  const ByteBuffer grand_box = testing::make_manifest(grand);
  MadeManifest parent = child_of(grand, grand_box);
  parent.label = label(2);
  const ByteBuffer parent_box = testing::make_manifest(parent);
  const ByteBuffer child_box = testing::make_manifest(child_of(parent, parent_box));
  CHECK(state(validated(testing::make_store({grand_box, parent_box, child_box}))) == "Trusted");
  Json hidden = report();
  for (const char* code : {"ingredient.manifest.mismatch", "claimSignature.mismatch",
                           "assertion.hashedURI.mismatch", "assertion.undeclared"}) {
    hidden["activeManifest"]["failure"].push_back({{"code", code}});
  }
  MadeManifest forged = child_of(grand, grand_box, hidden);
  forged.label = parent.label;
  const ByteBuffer forged_box = testing::make_manifest(forged);
  const Validation validation = validated(testing::make_store({grand_box, forged_box, child_box}));
  CHECK(state(validation) == "Invalid (ingredient.manifest.mismatch)");
}

TEST_CASE("ingredients in a circle, and too many of them") {
  if (Signing::get() == nullptr) return;
  MadeManifest a = usual(), b = usual();
  a.label = label(3);
  b.label = label(4);
  a.assertions.push_back(ingredient(b, as_bytes("what cannot be known before")));
  b.assertions.push_back(ingredient(a, as_bytes("what cannot be known before")));
  const Validation circle =
      validated(testing::make_store({testing::make_manifest(a), testing::make_manifest(b)}));
  CHECK(circle.state == State::Invalid);
  CHECK(circle.status.failed("assertion.ingredient.malformed"));

  std::vector<ByteBuffer> boxes;
  MadeManifest last = usual();
  last.label = label(1000);
  boxes.push_back(testing::make_manifest(last));
  for (int i = 1; i < 200; ++i) {
    MadeManifest next = child_of(last, boxes.back());
    next.label = label(1000 + i);
    boxes.push_back(testing::make_manifest(next));
    last = next;
  }
  const auto start = testing::ComputingClock::now();
  const Validation deep = validated(testing::make_store(boxes));
  CHECK(testing::ComputingClock::now() - start < std::chrono::seconds(1));
  CHECK(deep.state == State::Invalid);
  CHECK(deep.status.failed("assertion.ingredient.malformed"));
}

TEST_CASE("a compressed manifest that grows without end") {
  // 64 MiB of zeros as Brotli.
  static constexpr std::uint8_t kBomb[] = {
      0xcf, 0xff, 0xf7, 0xff, 0x82, 0x70, 0x0e, 0x2b, 0x14, 0x02, 0x0f, 0x7f, 0xe9,
      0xff, 0xff, 0xff, 0xf0, 0x4f, 0x00, 0xc4, 0x61, 0x01, 0x80, 0xee, 0xfd, 0x3f,
      0xff, 0xff, 0xff, 0xe1, 0x9f, 0x00, 0x88, 0xc3, 0x22, 0x00, 0xdd, 0xfb, 0xff,
      0xfc, 0xff, 0xfc, 0x73, 0xf0, 0x11, 0x08, 0x70, 0x50, 0x0b, 0xaf, 0x7f, 0xf};
  const ByteBuffer bomb = testing::superbox("c2cm", label(5), testing::box("brob", kBomb));
  const std::vector<ByteBuffer> many(200, bomb);
  const auto start = testing::ComputingClock::now();
  const Validation validation = validated(testing::make_store(many));
  CHECK(testing::ComputingClock::now() - start < std::chrono::seconds(1));
  CHECK(validation.state == State::Invalid);
  CHECK(validation.status.failed("manifest.compressed.invalid"));
}

TEST_CASE("boxes in boxes in boxes") {
  ByteBuffer deep = testing::box("cbor", as_bytes("\xA0"));
  for (int i = 0; i < 2000; ++i) deep = testing::superbox("c2as", "x", deep);
  const Validation validation = validated(testing::make_store({deep}));
  CHECK(validation.state == State::Invalid);
  CHECK(validation.status.failed("claim.missing"));
  CHECK(validated(Bytes{}).state == State::Invalid);
}

TEST_CASE("no byte of a store can be another one") {
  if (Signing::get() == nullptr) return;
  const MadeManifest made = usual();
  ByteBuffer store = testing::make_store({testing::make_manifest(made)});
  REQUIRE(validated(store).state == State::Trusted);
  // The manifest's own name: this one refers to its parts without it, so nothing is bound to it,
  // nor to its end.
  const std::size_t name = as_text(store).find(made.label);
  REQUIRE(name != std::string_view::npos);
  for (std::uint8_t& byte : store) {
    const auto at = static_cast<std::size_t>(&byte - store.data());
    if (at >= name && at <= name + made.label.size()) continue;
    byte ^= 1;
    CAPTURE(at);
    CHECK(validated(store).state == State::Invalid);
    byte ^= 1;
  }
}

TEST_CASE("a box of another type does not take the statement away") {
  if (Signing::get() == nullptr) return;
  ByteBuffer store = testing::make_store({testing::make_manifest(usual())});
  const std::string_view text(reinterpret_cast<const char*>(store.data()), store.size());
  for (const std::string kind : {"jumdc2ma", "jumdc2as", "jumdc2cl", "jumdc2cs"}) {
    CAPTURE(kind);
    const auto at = text.find(kind);
    REQUIRE(at != std::string_view::npos);
    store[at + 9] ^= 1;
    CHECK(validated(store).state == State::Invalid);
    CHECK(read_c2pa_statement({}, store, {}).says.has_value());
    store[at + 9] ^= 1;
  }
}

TEST_CASE("mutations of a store end cleanly") {
  if (Signing::get() == nullptr) return;
  const MadeManifest parent = usual();
  const ByteBuffer box = testing::make_manifest(parent);
  const ByteBuffer store =
      testing::make_store({box, testing::make_manifest(child_of(parent, box))});
  testing::Random random(7);
  for (int i = 0; i < 400; ++i) {
    const ByteBuffer mutant = testing::mutate(store, random);
    const auto start = testing::ComputingClock::now();
    const Validation validation = validated(mutant);
    CHECK(testing::ComputingClock::now() - start < std::chrono::seconds(1));
    Evidence evidence = read_c2pa_statement({}, mutant, {});
    c2pa::add_validation(evidence, validation);
  }
}

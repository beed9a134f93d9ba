// SPDX-License-Identifier: Apache-2.0
// Signing: every row that can hold a store, every algorithm, parents, time-stamps.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "c2pa/sealed.hpp"
#include "c2pa/store.hpp"
#include "crypto/digest.hpp"
#include "crypto/tools.hpp"
#include "wire/cbor.hpp"

namespace colophon::testing {
namespace {

using c2pa::State;

/// Visits the specimens of all rows that can hold a store.
template <typename Visit>
void for_each_signable(const Visit& visit) {
  for (const Specimen& specimen : specimens()) {
    const Format* format = find_format(specimen.format);
    if (!is_signable(*format, specimen)) continue;
    CAPTURE(specimen.format);
    CAPTURE(specimen.what);
    visit(*format, specimen.bytes);
  }
}

const Specimen& a_picture() {
  static const std::vector<Specimen> all = specimens();
  return *std::find_if(all.begin(), all.end(),
                       [](const Specimen& each) { return each.format == "png"; });
}

std::string failures(const c2pa::Validation& validation) {
  std::string text;
  for (const auto& entry : validation.status.failure) {
    text += entry.code + " " + entry.explanation + "; ";
  }
  return text;
}

bool inside(const std::vector<Range>& ranges, std::uint64_t at) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return at >= range.offset && at < range.end(); });
}

}  // namespace

TEST_CASE("what is signed is trusted, in every row that holds a store") {
  const TestSignatory* by = signatory();
  if (by == nullptr) return;
  for_each_signable([&](const Format& format, Bytes bytes) {
    const ByteBuffer out = sealed(format, bytes, by->signatory, usual_draft());
    const auto validation = validated_file(format, out, by->root);
    CHECK_MESSAGE(validation.state == State::Trusted, failures(validation));
    CHECK(validation.source_types == std::vector<std::string>{usual_draft().source_type});
    CHECK(validated_file(format, out, {}).state == State::Valid);
  });
}

TEST_CASE("one flipped bit outside what is left open makes a signed file invalid") {
  const TestSignatory* by = signatory();
  if (by == nullptr) return;
  Random random(41);
  for_each_signable([&](const Format& format, Bytes bytes) {
    const ByteBuffer out = sealed(format, bytes, by->signatory, usual_draft());
    const std::vector<Range> open = open_ranges(format, out);
    for (int i = 0, tried = 0; i < 30 && tried < 3000; ++tried) {
      const std::uint64_t at = random.below(out.size());
      if (inside(open, at)) continue;
      ++i;
      ByteBuffer changed = out;
      changed[at] ^= static_cast<std::uint8_t>(1U << random.below(8));
      CAPTURE(at);
      CHECK(validated_file(format, changed, by->root).state == State::Invalid);
    }
  });
}

TEST_CASE("every byte of the assertions, the claim and the signature counts") {
  const TestSignatory* by = signatory();
  if (by == nullptr) return;
  const Format& png = *find_format("png");
  const ByteBuffer out = sealed(png, a_picture().bytes, by->signatory, usual_draft());
  const ByteBuffer bytes = store_of(png, out);
  const auto store = c2pa::Store::read(bytes, Limits{});
  REQUIRE(store);
  const c2pa::Manifest& manifest = *store->active();
  std::vector<Range> covered = {
      manifest.claim->content("cbor")->payload,
      manifest.box->child("c2pa.signature")->content("cbor")->payload,
  };
  for (const c2pa::Assertion& assertion : manifest.assertions) {
    covered.push_back(assertion.box->payload);
  }
  MemorySource source(out);
  const auto layout = png.inspect(source, Limits{});
  REQUIRE(layout);
  for (const Range& range : covered) {
    for (std::uint64_t at = range.offset; at < range.end(); at += 3) {
      ByteBuffer changed = bytes;
      changed[at] ^= 1;
      c2pa::ValidateOptions options;
      options.now = by->root.front().not_before() + 1;
      CAPTURE(at);
      CHECK(
          c2pa::validate({source, &png, &*layout, stores_of(*layout).front(), {}}, changed, options)
              .state == State::Invalid);
    }
  }
}

TEST_CASE("every algorithm that C2PA allows signs") {
  for (const char* kind : {"es256", "es384", "es512", "ps256", "ps384", "ps512", "eddsa"}) {
    const TestSignatory* by = signatory(kind);
    if (by == nullptr) return;
    CAPTURE(kind);
    CHECK(c2pa::check_signatory(by->signatory, by->signatory.chain.front().not_before() + 1));
    const Format& png = *find_format("png");
    const ByteBuffer out = sealed(png, a_picture().bytes, by->signatory, usual_draft());
    CHECK(validated_file(png, out, by->root).state == State::Trusted);
    std::size_t chain = 0;
    for (const Certificate& each : by->signatory.chain) chain += each.der().size();
    CHECK(store_of(png, out).size() < 4096 + chain);
  }
}

TEST_CASE("a claim is deterministic CBOR, and actions are the signer's word") {
  const TestSignatory* by = signatory("eddsa");  // which signs alike every time
  if (by == nullptr) return;
  const Format& png = *find_format("png");
  const ByteBuffer out = sealed(png, a_picture().bytes, by->signatory, usual_draft());
  CHECK(out == sealed(png, a_picture().bytes, by->signatory, usual_draft()));
  const ByteBuffer bytes = store_of(png, out);
  const auto store = c2pa::Store::read(bytes, Limits{});
  REQUIRE(store);
  const c2pa::Manifest& manifest = *store->active();
  c2pa::StatusList status;
  REQUIRE((manifest.claim != nullptr));
  const auto claim = wire::read_cbor(manifest.content(*manifest.claim->content("cbor")), Limits{});
  REQUIRE(claim);
  CHECK(claim->find("gathered_assertions") == nullptr);
  CHECK(claim->find("created_assertions")->items.size() == 2);
  CHECK(claim->find("claim_generator_info")->find("name")->as_text() == "Colophon");
  std::vector<std::pair<std::size_t, std::string>> keys;
  for (std::size_t i = 0; i < claim->items.size(); i += 2) {
    keys.emplace_back(claim->items[i].text.size(), claim->items[i].text);
  }
  CHECK(std::is_sorted(keys.begin(), keys.end()));
}

TEST_CASE("a parent comes along as an ingredient, and its statement is repeated") {
  const TestSignatory* by = signatory();
  if (by == nullptr) return;
  for_each_signable([&](const Format& format, Bytes bytes) {
    const ByteBuffer once = sealed(format, bytes, by->signatory, usual_draft());
    const ByteBuffer old = store_of(format, once);
    c2pa::Draft draft = usual_draft();
    draft.label = "urn:c2pa:22222222-2222-4333-8444-555555555555";
    const auto parent =
        c2pa::make_parent(old, validated_file(format, once, {}), "image/x", Limits{});
    REQUIRE(parent);
    draft.parent = *parent;
    const ByteBuffer twice = sealed(format, once, by->signatory, draft);
    const auto validation = validated_file(format, twice, by->root);
    CHECK_MESSAGE(validation.state == State::Trusted, failures(validation));
    CHECK(validation.source_types.size() == 1);
    CHECK(validation.ingredient_source_types.size() == 1);
    const ByteBuffer bytes_now = store_of(format, twice);
    const auto store = c2pa::Store::read(bytes_now, Limits{});
    REQUIRE(store);
    CHECK(store->manifests().size() == 2);
    CHECK(store->active()->label == draft.label);
  });
}

TEST_CASE("a parent that was broken is recorded as broken") {
  const TestSignatory* by = signatory();
  if (by == nullptr) return;
  const Format& png = *find_format("png");
  ByteBuffer once = sealed(png, a_picture().bytes, by->signatory, usual_draft());
  once = edited(png, once, {CarrierKind::Xmp, {}, std::nullopt, to_buffer("<x:xmpmeta/>")});
  const auto before = validated_file(png, once, {});
  CHECK(before.status.failed("assertion.dataHash.mismatch"));
  c2pa::Draft draft = usual_draft();
  draft.label = "urn:c2pa:22222222-2222-4333-8444-555555555555";
  draft.parent = *c2pa::make_parent(store_of(png, once), before, "image/png", Limits{});
  const std::string ingredient(as_text(draft.parent->ingredient));
  CHECK(ingredient.find("assertion.dataHash.mismatch") != std::string::npos);
  const ByteBuffer twice = sealed(png, once, by->signatory, draft);
  CHECK(validated_file(png, twice, by->root).state == State::Trusted);
}

TEST_CASE("a time-stamp is asked for through the callback and has exactly its space") {
  const TestSignatory* by = signatory();
  if (by == nullptr) return;
  const TemporaryFolder folder;
  make_certificate(folder, {.name = "tsaroot", .extensions = kAuthority});
  make_certificate(folder, {.name = "tsa", .issuer = "tsaroot", .extensions = kSigner + kForTime});
  write_file(folder.file("tsa.cnf"), as_bytes("[t]\ndir=.\nserial=serial\ncrypto_device=builtin\n"
                                              "signer_digest=sha256\ndefault_policy=1.2.3\n"
                                              "digests=sha256\nordering=no\ntsa_name=no\n"
                                              "ess_cert_id_chain=no\ness_cert_id_alg=sha256\n"));
  write_file(folder.file("serial"), as_bytes("01\n"));
  c2pa::Signatory stamping = by->signatory;
  int asked = 0;
  stamping.stamp = [&](Bytes request) -> Result<ByteBuffer> {
    ++asked;
    write_file(folder.file("q"), request);
    openssl(folder,
            "ts -reply -config tsa.cnf -section t -queryfile q -signer tsa.pem -inkey "
            "tsa.key -out r");
    return read_file(folder.file("r"));
  };
  const Format& png = *find_format("png");
  const ByteBuffer out = sealed(png, a_picture().bytes, stamping, usual_draft());
  CHECK(asked >= 2);
  std::vector<Certificate> anchors = by->root;
  const auto validation = validated_file(png, out, anchors);
  CHECK_MESSAGE(validation.state == State::Trusted, failures(validation));
  CHECK(validation.signed_at.has_value());
  stamping.stamp = [](Bytes) -> Result<ByteBuffer> {
    return fail(ErrorCode::Io, "the authority does not answer");
  };
  CHECK_FALSE(c2pa::StoreWriter::make(usual_draft(), stamping));
}

TEST_CASE("plain text is signed in normalization form C, and refused where it has none") {
  const TestSignatory* by = signatory();
  if (by == nullptr) return;
  const Format& text = *find_format("text");
  const std::string apart = "cafe\xCC\x81, e\xCC\x81t";
  for (const std::string& each : {apart, "\xCC\x81" + apart + "\xCC\x81"}) {
    const ByteBuffer out = sealed(text, as_bytes(each), by->signatory, usual_draft());
    CHECK(validated_file(text, out, by->root).state == State::Trusted);
    ByteBuffer changed = out;
    changed[3] = 'x';  // a flipped bit may give another form of the same letter: U+0301, U+0341
    CHECK(validated_file(text, changed, by->root).state == State::Invalid);
  }
  MemorySource source(as_bytes("caf\xE9 in Latin-1"));
  const auto layout = text.inspect(source, Limits{});
  REQUIRE(layout);
  const auto writer = c2pa::StoreWriter::make(usual_draft(), by->signatory);
  REQUIRE(writer);
  const auto seal = c2pa::Seal::prepare(
      source, text,
      [&](Bytes store) {
        const Edit edit{CarrierKind::C2paStore, {}, std::nullopt, to_buffer(store)};
        return plan_edits(text, source, *layout, {&edit, 1}, Limits{});
      },
      *writer, Limits{});
  REQUIRE(seal);
  c2pa::ContentHash hash = seal->hash();
  MemorySink sink;
  REQUIRE(execute(source, seal->placeholder(), sink, [&](Bytes bytes) { hash.update(bytes); }));
  CHECK_FALSE(seal->finish(std::move(hash)));
}

TEST_CASE("a chain that no validator would accept does not sign") {
  const TestSignatory* by = signatory();
  if (by == nullptr) return;
  const std::int64_t now = by->root.front().not_before() + 1;
  c2pa::Signatory wrong = by->signatory;
  wrong.chain = {};
  CHECK(c2pa::check_signatory(wrong, now).error().code == ErrorCode::Usage);
  wrong.chain = signatory("es384")->signatory.chain;  // of another key
  CHECK(c2pa::check_signatory(wrong, now).error().code == ErrorCode::Usage);
  CHECK(c2pa::check_signatory(by->signatory, now - 86400).error().code == ErrorCode::Refused);
  CHECK(c2pa::check_signatory(by->signatory, INT64_MAX).error().code == ErrorCode::Refused);
}

}  // namespace colophon::testing

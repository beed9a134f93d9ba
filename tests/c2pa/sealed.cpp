// SPDX-License-Identifier: Apache-2.0
#include "c2pa/sealed.hpp"

#include <doctest/doctest.h>

#include <ctime>
#include <map>

#include "c2pa/bmff_hash.hpp"
#include "crypto/tools.hpp"
#include "formats/box_map.hpp"
#include "wire/zip.hpp"

namespace colophon::testing {
namespace {

std::string key_options(const std::string& kind) {
  if (kind == "es384") return "-algorithm EC -pkeyopt ec_paramgen_curve:P-384";
  if (kind == "es512") return "-algorithm EC -pkeyopt ec_paramgen_curve:P-521";
  if (kind == "eddsa") return "-algorithm ED25519";
  if (kind.starts_with("ps")) return "-algorithm RSA -pkeyopt rsa_keygen_bits:2048";
  return "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";
}

TestSignatory make_signatory(const std::string& kind) {
  const TemporaryFolder folder;
  make_certificate(folder, {.name = "root", .extensions = kAuthority});
  make_certificate(folder, {.name = "leaf",
                            .issuer = "root",
                            .extensions = kSigner + kForEmail,
                            .key = key_options(kind)});
  KeySource source;
  source.path = folder.file("leaf.key");
  source.algorithm = parse_signature_algorithm(kind == "eddsa"   ? "EdDSA"
                                               : kind == "ps256" ? "PS256"
                                               : kind == "ps384" ? "PS384"
                                               : kind == "ps512" ? "PS512"
                                               : kind == "es384" ? "ES384"
                                               : kind == "es512" ? "ES512"
                                                                 : "ES256");
  auto signer = open_signer(source);
  REQUIRE_MESSAGE(signer, (signer ? "" : signer.error().message));
  TestSignatory made;
  made.signatory.signer = *std::move(signer);
  made.signatory.chain = {certificate(folder, "leaf.pem"), certificate(folder, "root.pem")};
  made.root = {certificate(folder, "root.pem")};
  return made;
}

Layout inspected(const Format& format, Source& source) {
  const auto layout = format.inspect(source, Limits{});
  REQUIRE(layout);
  return *layout;
}

}  // namespace

const TestSignatory* signatory(const std::string& kind) {
  static std::map<std::string, TestSignatory> made;
  if (!have_openssl()) return nullptr;
  if (!made.contains(kind)) made.emplace(kind, make_signatory(kind));
  return &made.at(kind);
}

bool is_signable(const Format& format, const Specimen& specimen) {
  return format.can_write(CarrierKind::C2paStore) && format.id != "c2pa" &&
         specimen.what != "comment and gaps";
}

c2pa::Draft usual_draft() {
  c2pa::Draft draft;
  draft.label = "urn:c2pa:11111111-2222-4333-8444-555555555555";
  draft.instance = "xmp:iid:11111111-2222-4333-8444-555555555556";
  draft.generator_version = "1";
  draft.source_type = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
  return draft;
}

ByteBuffer sealed(const Format& format, Bytes file, const c2pa::Signatory& by, c2pa::Draft draft) {
  MemorySource source(file);
  const Layout layout = inspected(format, source);
  const auto plan = [&](Bytes store) {
    const Edit edit{CarrierKind::C2paStore, {}, std::nullopt, to_buffer(store)};
    return plan_edits(format, source, layout, {&edit, 1}, Limits{});
  };
  const auto writer = c2pa::StoreWriter::make(std::move(draft), by);
  REQUIRE_MESSAGE(writer, (writer ? "" : writer.error().message));
  const auto seal = c2pa::Seal::prepare(source, format, plan, *writer, Limits{});
  REQUIRE_MESSAGE(seal, (seal ? "" : seal.error().message));
  c2pa::ContentHash hash = seal->hash();
  MemorySink sink;
  REQUIRE(execute(source, seal->placeholder(), sink, [&](Bytes bytes) { hash.update(bytes); }));
  const auto wanted = seal->finish(std::move(hash));
  REQUIRE_MESSAGE(wanted, (wanted ? "" : wanted.error().message));
  REQUIRE(c2pa::patch(sink, seal->placeholder(), *wanted));
  CHECK(sink.bytes() == apply(file, *wanted));
  return sink.take();
}

ByteBuffer store_of(const Format& format, Bytes file) {
  return to_buffer(payload_of(format, file, CarrierKind::C2paStore));
}

c2pa::Validation validated_file(const Format& format, Bytes file,
                                const std::vector<Certificate>& anchors,
                                std::optional<std::int64_t> now) {
  MemorySource source(file);
  TrustStore trust;
  trust.anchors = anchors;
  c2pa::ValidateOptions options;
  options.trust = &trust;
  options.now = now.value_or(std::time(nullptr));
  const auto layout = format.inspect(source, Limits{});
  if (!layout) return {};
  const auto stores = stores_of(*layout);
  if (stores.size() != 1) return {};
  const auto store = format.extract(source, *stores.front(), Limits{});
  if (!store) return {};
  return c2pa::validate({source, &format, &*layout, stores.front(), {}}, *store, options);
}

std::vector<Range> open_ranges(const Format& format, Bytes file) {
  MemorySource source(file);
  const Layout layout = inspected(format, source);
  REQUIRE(stores_of(layout).size() == 1);
  const Carrier& store = *stores_of(layout).front();
  std::vector<Range> open;
  if (payload_of(format, file, CarrierKind::C2paStore).find("c2pa.hash.bmff") !=
      std::string::npos) {
    const auto map = c2pa::map_bmff(source, c2pa::mandatory_bmff_exclusions(), Limits{});
    REQUIRE(map);
    open = map->left_out();
  } else {
    open = {c2pa::unhashed_range(format, store)};
  }
  if (format.id == "font") {
    // The directory, the store's table and the check sum over it; every table has a hash.
    const auto map = format.boxes(source, layout, Limits{});
    REQUIRE(map);
    std::vector<Range> tables;
    for (const NamedBox& box : map->boxes) {
      if (box.name == kStoreBox) continue;
      const Range& zeroed = box.zeroed;
      if (zeroed.size == 0) {
        tables.push_back(box.whole);
      } else {
        tables.push_back({box.whole.offset, zeroed.offset - box.whole.offset});
        tables.push_back({zeroed.end(), box.whole.end() - zeroed.end()});
      }
    }
    c2pa::normalize(tables);
    open.clear();
    std::uint64_t at = 0;
    for (const Range& table : tables) {
      open.push_back({at, table.offset - at});
      at = table.end();
    }
    open.push_back({at, source.size() - at});
  }
  if (wire::looks_like_zip(source)) {
    open = {store.whole};
    const auto zip = wire::read_zip(source, Limits{});
    REQUIRE(zip);
    const auto* member = zip->find("META-INF/content_credential.c2pa");
    REQUIRE((member != nullptr));
    open.push_back({member->record.offset + 16, 4});
  }
  c2pa::normalize(open);
  return open;
}

}  // namespace colophon::testing

// SPDX-License-Identifier: Apache-2.0
// Signing whatever comes: a file that cannot be signed is refused in words, and one that was signed
// is trusted by our own validator.
#include "base/text.hpp"
#include "c2pa/seal.hpp"
#include "crypto_seeds.hpp"
#include "support/specimens.hpp"
#include "support/values.hpp"
#include "targets.hpp"

namespace colophon::fuzz {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;  // within the validity of the chain

Certificate certificate(std::string_view base64) {
  const auto read = read_certificate(base64_decode(base64).value_or(ByteBuffer()));
  must(read.has_value(), "the seeds are certificates");
  return *read;
}

const c2pa::Signatory& signatory() {
  static const c2pa::Signatory made = [] {
    KeySource key;
    key.pem =
        "-----BEGIN PRIVATE KEY-----\n" + std::string(kSignerKey) + "\n-----END PRIVATE KEY-----\n";
    auto signer = open_signer(key);
    must(signer.has_value(), "the seed is a key");
    return c2pa::Signatory{
        *std::move(signer), {certificate(kSignerLeaf), certificate(kSignerRoot)}, {}};
  }();
  return made;
}

/// A file as it was read.
struct Read {
  Source& source;
  const Format& format;
  Layout layout;

  /// Of its one store.
  [[nodiscard]] std::optional<c2pa::Validation> validation(ByteBuffer& store,
                                                           const TrustStore* trust) const {
    const auto stores = stores_of(layout);
    if (stores.size() != 1) return std::nullopt;
    auto bytes = format.extract(source, *stores.front(), {});
    if (!bytes) return std::nullopt;
    store = *std::move(bytes);
    c2pa::ValidateOptions options;
    options.trust = trust;
    options.now = kNow;
    return c2pa::validate({source, &format, &layout, stores.front(), {}}, store, options);
  }
};

c2pa::Draft draft_for(const Read& file) {
  c2pa::Draft draft;
  draft.label = "urn:c2pa:11111111-2222-4333-8444-555555555555";
  draft.instance = "xmp:iid:11111111-2222-4333-8444-555555555556";
  draft.generator_version = "1";
  draft.source_type = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
  ByteBuffer store;
  const auto validation = file.validation(store, nullptr);
  if (!validation) return draft;
  auto parent = c2pa::make_parent(store, *validation, file.format.media_types.front(), {});
  if (parent) draft.parent = *std::move(parent);
  return draft;
}

Result<ByteBuffer> sealed(const Read& file, std::vector<Edit> edits) {
  edits.push_back({CarrierKind::C2paStore, {}, std::nullopt, {}});
  const c2pa::PlanStore plan = [&](Bytes store) {
    edits.back().value = to_buffer(store);
    return plan_edits(file.format, file.source, file.layout, edits, {});
  };
  const auto writer = TRY(c2pa::StoreWriter::make(draft_for(file), signatory()));
  const c2pa::Seal seal = TRY(c2pa::Seal::prepare(file.source, file.format, plan, writer, {}));
  c2pa::ContentHash hash = seal.hash();
  MemorySink sink;
  TRY(execute(file.source, seal.placeholder(), sink, [&](Bytes bytes) { hash.update(bytes); }));
  const auto wanted = seal.finish(std::move(hash));
  const bool is_text = file.format.family == Family::Text;  // may turn out to be no UTF-8
  must(wanted.has_value() || is_text, "what was prepared is signed");
  if (!wanted) return Failure(wanted.error());
  TRY(c2pa::patch(sink, seal.placeholder(), *wanted));
  return sink.take();
}

void must_be_trusted(const Format& format, Bytes bytes) {
  MemorySource source(bytes);
  auto layout = format.inspect(source, {});
  must(layout && !layout->damage && stores_of(*layout).size() == 1,
       "a file that was signed is whole and holds one store");
  TrustStore trust;
  trust.anchors = {signatory().chain.back()};
  ByteBuffer store;
  const Read file{source, format, *std::move(layout)};
  const auto validation = file.validation(store, &trust);
  must(validation.has_value(), "the store that was written is read");
  if (validation->state == c2pa::State::Trusted) return;
  std::string why = "what we signed is not trusted by us: " + std::string(format.id);
  for (const auto& entry : validation->status.failure) {
    why += " " + entry.code + " (" + entry.explanation + ")";
  }
  must(false, why.c_str());
}

void seal(Bytes bytes) {
  MemorySource source(bytes);
  const Format* format = detect(source, "");
  if (format == nullptr || format->put_store == nullptr) return;
  const CarrierKind home = format->can.write.front();
  if (home == CarrierKind::C2paStore) return;
  auto layout = format->inspect(source, {});
  if (!layout) return;
  const Read file{source, *format, *std::move(layout)};
  const Edit label{home, testing::key_for(home), std::nullopt, testing::value_for(home, 0)};
  for (const auto& edits : {std::vector<Edit>{}, std::vector<Edit>{label}}) {
    const auto output = sealed(file, edits);
    if (output) {
      must_be_trusted(*format, *output);
    } else {
      must(!output.error().message.empty(), "a refusal is a sentence");
    }
  }
}

Seeds seal_seeds() {
  constexpr std::size_t kLargest = 20'000, kMost = 3;
  Seeds seeds;
  for (const Format* format : formats()) {
    std::size_t count = 0;
    for (const auto& make : testing::specimen_makers()) {
      for (const testing::Specimen& specimen : make()) {
        const bool fits = specimen.format == format->id && specimen.bytes.size() <= kLargest;
        if (fits && format->put_store != nullptr && count++ < kMost) {
          seeds.push_back(specimen.bytes);
        }
      }
    }
  }
  return seeds;
}

}  // namespace

void add_c2pa_sealing(std::vector<Target>& all) {
  all.push_back({"c2pa_seal", seal, seal_seeds});
}

}  // namespace colophon::fuzz

// SPDX-License-Identifier: Apache-2.0
#include "ops/sealing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "c2pa/uri.hpp"
#include "ops/carried.hpp"
#include "ops/network.hpp"
#include "ops/version.hpp"
#include "standards/digital_source_type.hpp"

namespace colophon {
namespace {

/// Above this the content is not hashed a second time to read the output back: its hash was made
/// from the very bytes that were written.
constexpr std::uint64_t kHashedTwice = 64 << 20;

Failure refused(std::string message) {
  return fail(ErrorCode::Refused, std::move(message));
}

/// A random UUID (RFC 9562 5.4).
std::string make_uuid(const Env& env) {
  std::array<std::uint8_t, 16> bytes{};
  env.random(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += fmt::format("{:02x}", bytes[i]);
  }
  return out;
}

/// The store that a file holds.
struct Held {
  ByteBuffer store;
  c2pa::Validation validation;
  Origin says = Origin::None;  ///< its own statement
};

class Sealer {
 public:
  Sealer(Source& source, const LabelJob& job, const Env& env, PlannedLabel& planned,
         std::span<const Edit> edits)
      : source_(source), job_(job), env_(env), planned_(planned), edits_(edits) {}

  Status run() {
    if (!format().can_write(CarrierKind::C2paStore)) {
      return refused(
          fmt::format("{} has no place for a C2PA manifest in this version; give --sidecar "
                      "to write label and manifest beside the file",
                      format().name));
    }
    TRY(check_statement());
    TRY(check_whole());
    TRY(c2pa::check_signatory(job_.manifest->signatory, env_.now()));
    std::optional<Held> held = TRY(read_held());
    if (held && stays(*held)) return {};
    if (held && job_.carried) {
      TRY(give_up(*held));
      held.reset();
    }
    if (held) TRY(check_held(*held));
    const c2pa::Draft draft = TRY(make_draft(held));
    const c2pa::Signatory signer = TRY(signatory());
    const auto writer = TRY(c2pa::StoreWriter::make(draft, signer));
    planned_.seal = std::make_shared<c2pa::Seal>(
        TRY(c2pa::Seal::prepare(source_, format(), plan_store(), writer, env_.limits)));
    planned_.plan.splice = planned_.seal->placeholder();
    planned_.plan.changes = true;
    planned_.plan.carriers.push_back(planned_.seal->carrier());
    planned_.plan.manifest_bytes = planned_.seal->manifest_size();
    for (const std::size_t index : stores()) planned_.edited.push_back(index);
    return {};
  }

  /// Whoever finds a store in the file looks no further, so there must be none.
  Status run_beside() {
    TRY(check_statement());
    TRY(check_whole());
    TRY(c2pa::check_signatory(job_.manifest->signatory, env_.now()));
    if (!stores().empty()) {
      return refused("the file holds a C2PA manifest, beside which no other counts");
    }
    if (job_.old_store) {
      Held held{*job_.old_store, {}, Origin::None};
      held.validation = validate(held.store, nullptr);
      if (stays(held)) return {};
      if (!job_.force) {
        return refused(
            fmt::format("there is a C2PA manifest beside the file already ({}); --force "
                        "replaces it",
                        store_name(job_.file_name)));
      }
      note("forced", {"the C2PA manifest beside the file was replaced because of --force",
                      "因 --force 替换了文件旁的 C2PA 清单"});
    }
    const c2pa::Draft draft = TRY(make_draft(std::nullopt));
    const c2pa::Signatory signer = TRY(signatory());
    const auto writer = TRY(c2pa::StoreWriter::make(draft, signer));
    ByteBuffer store = TRY(c2pa::sign_beside(source_, format(), writer, env_.limits));
    if (validate(store, nullptr).state == c2pa::State::Invalid) {
      return fail(ErrorCode::Mismatch, "the signed manifest was read back and is not valid");
    }
    // As embedded: without the manifests that were there before.
    planned_.plan.manifest_bytes =
        store.size() - (draft.parent ? draft.parent->manifests.size() : 0);
    planned_.plan.store = std::move(store);
    planned_.plan.changes = true;
    return {};
  }

 private:
  [[nodiscard]] const Format& format() const noexcept { return *planned_.before.format; }
  [[nodiscard]] const Layout& layout() const noexcept { return planned_.before.layout; }
  /// As it was before an explicit label was drawn: a manifest that is there speaks of that.
  [[nodiscard]] const Reading& was() const noexcept {
    return planned_.is_marked() ? planned_.marking->before() : planned_.before;
  }
  [[nodiscard]] Source& original() const noexcept {
    return planned_.is_marked() ? planned_.marking->original() : source_;
  }
  [[nodiscard]] Origin origin() const noexcept { return job_.wanted.origin; }
  void note(std::string rule, Text text) {
    planned_.plan.notes.push_back(
        {std::move(rule), Severity::Warning, std::move(text), std::nullopt});
  }

  /// A signature is a statement of fact by whoever signs.
  Status check_statement() {
    if (origin() != Origin::Generated && origin() != Origin::Edited) {
      return refused(
          "a C2PA manifest states as a fact what its signer knows: it has no term for \"possible\" "
          "or \"suspected\". Label without it (--c2pa \"\" overrides the configuration)");
    }
    if (job_.role == Role::Platform) {
      return refused(
          "a platform knows only what it was told about how content came to be, so it signs no "
          "C2PA manifest about that. Label without it (--c2pa \"\" overrides the configuration)");
    }
    return {};
  }

  [[nodiscard]] static std::vector<std::size_t> stores_in(const Layout& layout) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < layout.carriers.size(); ++i) {
      if (layout.carriers[i].kind == CarrierKind::C2paStore) found.push_back(i);
    }
    return found;
  }
  /// A signature over an initialisation segment says nothing of the film, and takes away what the
  /// segments' own signature says.
  Status check_whole() {
    const bool film = format().id == "mp4" || format().id == "mov";
    if (!film || !TRY(c2pa::only_initialises(source_, env_.limits))) return {};
    if (!job_.force) {
      return refused(
          "the file is the initialisation segment of a film whose media lies in other files: a "
          "C2PA "
          "signature over it would cover none of them. Sign the film in one file, label without "
          "--c2pa, or give --force to sign this segment alone");
    }
    note("forced",
         {"the signature covers the initialisation segment alone and nothing of the film; "
          "it was made because of --force",
          "签名只覆盖初始化分段，不覆盖影片内容；因 --force 而签"});
    return {};
  }

  [[nodiscard]] std::vector<std::size_t> stores() const { return stores_in(layout()); }

  Result<std::optional<Held>> read_held() {
    const Layout& layout = was().layout;
    const auto found = stores_in(layout);
    if (found.empty()) return std::optional<Held>();
    const Carrier& carrier = layout.carriers[found.back()];
    const auto store = format().extract(original(), carrier, env_.limits);
    const bool readable =
        store && found.size() == 1 && c2pa::make_parent(*store, {}, "", env_.limits);
    if (!readable) {
      if (!job_.force) {
        return refused(
            "the file carries a C2PA manifest store that cannot be read, or several, so that it "
            "cannot become an ingredient of the new manifest. Give --force to replace it");
      }
      note("c2pa-dropped", {"a C2PA manifest store that cannot be read was replaced, because of "
                            "--force",
                            "因 --force，替换了无法读取的 C2PA 清单"});
      return std::optional<Held>();
    }
    Held held{*store, {}, Origin::None};
    c2pa::ValidateOptions options;
    options.now = env_.now();
    options.limits = env_.limits;
    held.validation =
        c2pa::validate({original(), &format(), &layout, &carrier, {}}, *store, options);
    for (const Statement& statement : was().statements) {
      if (statement.carrier == found.back() && statement.evidence.says) {
        held.says = statement.evidence.says->origin;
      }
    }
    return std::optional<Held>(std::move(held));
  }

  [[nodiscard]] c2pa::Validation validate(Bytes store, const Carrier* carrier) const {
    c2pa::ValidateOptions options;
    options.now = env_.now();
    options.limits = env_.limits;
    return c2pa::validate({source_, &format(), &layout(), carrier, {}}, store, options);
  }

  /// Repeating the statement of the parent is right, exceeding it is not.
  Status check_held(const Held& held) {
    // Whatever was captured or edited can be edited with AI; it was not made by it.
    const bool weaker = held.says == Origin::NotGenerated || held.says == Origin::Edited;
    if (!weaker || origin() != Origin::Generated) return {};
    if (!job_.force) {
      return refused(fmt::format(
          "the C2PA manifest of the file says \"{}\", and signing \"{}\" would say more; give "
          "--origin edited, or --force if you know better",
          to_string(held.says), to_string(origin())));
    }
    note("forced", {"the new C2PA manifest says more about AI than the one before it, because of "
                    "--force",
                    "因 --force，新的 C2PA 清单所述超出原有清单"});
    return {};
  }

  /// A manifest has one parent, and that is the file that the labels come from.
  Status give_up(const Held&) {
    if (!job_.force) {
      return refused(
          "the file carries a C2PA manifest of its own, which a manifest that names the other file "
          "as its parent would replace; --force does that");
    }
    note("forced", {"a C2PA manifest of the file's own was replaced because of --force",
                    "因 --force 替换了文件自身的 C2PA 清单"});
    return {};
  }

  /// The file says all this already, signed with the same certificate, and is intact.
  [[nodiscard]] bool stays(const Held& held) const {
    if (planned_.plan.changes || job_.force || held.validation.state == c2pa::State::Invalid) {
      return false;
    }
    const auto& types = held.validation.source_types;
    if (std::find(types.begin(), types.end(), source_type_for(origin())->uri()) == types.end()) {
      return false;
    }
    const auto store = c2pa::Store::read(held.store, env_.limits);
    const c2pa::Manifest* active = store ? store->active() : nullptr;
    const JumbfBox* box = active == nullptr ? nullptr : active->box->child("c2pa.signature");
    const JumbfBox* content = box == nullptr ? nullptr : box->content("cbor");
    if (content == nullptr) return false;
    // Carried again: was it made from the same file, as it says?
    if (job_.carried && c2pa::parent_of(held.store, env_.limits) != job_.carried->parent_manifest) {
      return false;
    }
    const auto cose = c2pa::read_cose(active->content(*content), env_.limits);
    return cose && cose->chain.front() == job_.manifest->signatory.chain.front().der();
  }

  Result<c2pa::Draft> make_draft(const std::optional<Held>& held) {
    c2pa::Draft draft;
    draft.label = "urn:c2pa:" + make_uuid(env_);
    draft.instance = "xmp:iid:" + make_uuid(env_);
    draft.generator_version = kVersion;
    draft.source_type = source_type_for(origin())->uri();
    draft.edited = origin() == Origin::Edited;
    draft.labelled = planned_.is_marked();
    draft.system = job_.wanted.system;
    draft.system_version = job_.wanted.system_version;
    draft.disclosure = job_.manifest->disclosure;
    if (job_.carried) {
      draft.parent = job_.carried->parent;
      draft.actions = job_.carried->actions;
    } else if (held) {
      draft.parent = TRY(c2pa::make_parent(held->store, held->validation,
                                           format().media_types.front(), env_.limits));
    }
    return draft;
  }

  /// With the way to the authority, if there is one.
  [[nodiscard]] Result<c2pa::Signatory> signatory() const {
    c2pa::Signatory signatory = job_.manifest->signatory;
    const std::string& url = job_.manifest->time_stamp;
    if (url.empty()) return signatory;
    if (!env_.transport) {
      return fail(ErrorCode::Usage, "a time-stamp is asked for, but there is no network");
    }
    signatory.stamp = [transport = env_.transport, url](Bytes request) {
      return ask_authority(*transport, url, request);
    };
    return signatory;
  }

  [[nodiscard]] c2pa::PlanStore plan_store() const {
    std::vector<Edit> edits(edits_.begin(), edits_.end());
    edits.push_back({CarrierKind::C2paStore, {}, std::nullopt, {}});
    return [&source = source_, &format = format(), layout = layout(), edits = std::move(edits),
            limits = env_.limits](Bytes store) mutable {
      edits.back().value = to_buffer(store);
      return plan_edits(format, source, layout, edits, limits);
    };
  }

  Source& source_;
  const LabelJob& job_;
  const Env& env_;
  PlannedLabel& planned_;
  std::span<const Edit> edits_;
};

/// Takes everything and keeps nothing.
class NoSink final : public Sink {
 public:
  [[nodiscard]] Status write(Bytes) override { return {}; }
  [[nodiscard]] Status patch(std::uint64_t, Bytes) override { return {}; }
};

}  // namespace

Status prepare_seal(Source& source, const LabelJob& job, const Env& env, PlannedLabel& planned,
                    std::span<const Edit> edits) {
  return Sealer(source, job, env, planned, edits).run();
}

Status seal_beside(Source& source, const LabelJob& job, const Env& env, PlannedLabel& planned) {
  return Sealer(source, job, env, planned, {}).run_beside();
}

Status complete_seal(Source& source, PlannedLabel& planned) {
  if (!planned.seal) return {};
  c2pa::ContentHash hash = planned.seal->hash();
  NoSink nowhere;
  TRY(execute(source, planned.seal->placeholder(), nowhere,
              [&](Bytes bytes) { hash.update(bytes); }));
  planned.plan.splice = TRY(planned.seal->finish(std::move(hash)));
  return {};
}

namespace {

/// Nobody trusts a signer without anchors, which makes no manifest invalid.
std::string main_failure(const c2pa::Validation& validation) {
  const auto first_of = [](const c2pa::StatusList& status) {
    for (const c2pa::StatusEntry& entry : status.failure) {
      if (entry.code != "signingCredential.untrusted") {
        return entry.explanation.empty() ? entry.code : entry.code + ": " + entry.explanation;
      }
    }
    return std::string();
  };
  std::string found = first_of(validation.status);
  for (const auto& delta : validation.ingredient_deltas) {
    if (found.empty()) found = first_of(delta.status);
  }
  return found;
}

}  // namespace

Status check_seal(Source& output, const Env& env, Reading& after) {
  for (Statement& statement : after.statements) {
    if (!statement.carrier || !statement.evidence.c2pa) continue;
    const Carrier& carrier = after.layout.carriers[*statement.carrier];
    if (carrier.kind != CarrierKind::C2paStore) continue;
    const ByteBuffer store = TRY(after.format->extract(output, carrier, env.limits));
    c2pa::ValidateOptions options;
    options.now = env.now();
    options.limits = env.limits;
    options.content = output.size() <= kHashedTwice;
    const c2pa::Validation validation =
        c2pa::validate({output, after.format, &after.layout, &carrier, {}}, store, options);
    if (validation.state == c2pa::State::Invalid) {
      return fail(ErrorCode::Mismatch,
                  fmt::format("the signed result was read back and is not valid ({}); nothing was "
                              "changed. Please report this file",
                              main_failure(validation)));
    }
    c2pa::add_validation(statement.evidence, validation);
    return {};
  }
  return fail(ErrorCode::Mismatch,
              "the result was read back and holds no C2PA manifest; nothing was changed. Please "
              "report this file");
}

}  // namespace colophon

// SPDX-License-Identifier: Apache-2.0
// Brings the labels of one file to another that was made from it: what they say, whether the file
// was made from it, and then a labelling like any other.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "ops/carried.hpp"
#include "ops/compare.hpp"
#include "ops/delivery.hpp"
#include "ops/sealing.hpp"
#include "ops/statement_of.hpp"
#include "ops/stores.hpp"

namespace colophon {
namespace {

Failure refused(std::string message) {
  return fail(ErrorCode::Refused, std::move(message));
}

/// A carrying that has been looked into: the job that `label` does, and what to report of it.
struct Prepared {
  LabelJob job;
  Provenance provenance;
  std::vector<Finding> notes;
};

class Carrying {
 public:
  Carrying(Source& from, Source& to, const LabelJob& job, const Env& env)
      : from_(from), to_(to), env_(env) {
    prepared_.job = job;
    prepared_.provenance.from = job.from.file_name;
  }

  Result<Prepared> run(const Reading& before) {
    if (before.error) return Failure(*before.error);
    if (before.format == nullptr) {
      return fail(ErrorCode::Unsupported,
                  "this is none of the containers that are known here, so no label is written into "
                  "it");
    }
    TRY(check_action());
    TRY(read_from());
    const Said said = TRY(statement_of(reading_, job().force));
    prepared_.notes = said.notes;
    job().wanted = said.label;
    job().role = Role::Producer;
    job().signer = nullptr;
    TRY(compare_with(before));
    TRY(choose_vocabularies(said, *before.format));
    if (job().manifest) TRY(check_signed(said));
    job().carried = std::make_shared<const Carried>(TRY(ingredient()));
    return std::move(prepared_);
  }

 private:
  LabelJob& job() noexcept { return prepared_.job; }
  void note(std::string rule, Severity severity, Text text) {
    prepared_.notes.push_back({std::move(rule), severity, std::move(text), std::nullopt});
  }

  Status check_action() {
    const auto known = carry_actions();
    if (job().action.empty()) return {};
    if (std::find(known.begin(), known.end(), job().action) != known.end()) return {};
    return fail(ErrorCode::Usage,
                fmt::format("\"{}\" is no action that can follow c2pa.opened here", job().action));
  }

  Status read_from() {
    const CarryFrom& from = job().from;
    reading_ = read_statements(from_, from.format, from.file_name, from.sidecar, env_.limits);
    VerifyOptions options;
    options.file_name = from.file_name;
    validate_stores(from_, reading_, env_, options, from.file_name, from.store);
    if (reading_.format == nullptr && reading_.statements.empty()) {
      return fail(ErrorCode::Unsupported,
                  fmt::format("{} is none of the containers that are known here", from.file_name));
    }
    return {};
  }

  Status compare_with(const Reading& before) {
    Comparison comparison;
    if (reading_.format != nullptr) {
      comparison = compare_files(from_, *reading_.format, to_, *before.format, env_.limits);
    } else {
      comparison.why_not = "the first is no known container";
    }
    Provenance& provenance = prepared_.provenance;
    provenance.measured = comparison.measured;
    provenance.actions = comparison.actions;
    if (!comparison.derived) {
      if (!job().force) {
        return refused(
            fmt::format("nothing shows that the file was made from {}: {}. Give --force if you "
                        "know that it was",
                        job().from.file_name, comparison.why_not));
      }
      provenance.forced = true;
      note(
          "forced", Severity::Warning,
          {fmt::format("nothing shows that the file was made from {} ({}); its labels were carried "
                       "because of --force",
                       job().from.file_name, comparison.why_not),
           fmt::format("未能证实该文件由 {} 制成；因 --force 仍带入其标识", job().from.file_name)});
    }
    if (!job().action.empty()) provenance.actions = {job().action};
    // Something was done, or it would not be another file; nobody knows what.
    if (provenance.actions.empty()) provenance.actions = {"c2pa.unknown"};
    return {};
  }

  /// What was said goes into the same vocabulary where there is a place for it.
  Status choose_vocabularies(const Said& said, const Format& to) {
    std::vector<std::string>& standards = job().standards;
    standards.clear();
    if (said.has_gb45438) standards.emplace_back("gb45438");
    const bool html = to.can_write(CarrierKind::HtmlMeta);
    const bool beside = job().sidecar || to.can.write.empty();
    const bool only_signed = said.in_manifest && !said.declared && job().manifest != nullptr;
    if ((said.declared || said.in_manifest) && !only_signed && !beside) {
      if (to.can_write(CarrierKind::Xmp)) {
        standards.emplace_back("iptc");
      } else if (html) {
        standards.emplace_back("html-disclosure");
      } else if (said.declared || !said.has_gb45438) {
        note("carry-place", Severity::Warning,
             {fmt::format("{} has no place for the AI source type (IPTC), so it is left out",
                          to.name),
              fmt::format("{} 没有可写数字来源类型（IPTC）的位置，未写入", to.name)});
      }
    }
    if (said.in_manifest && !job().manifest) {
      note("carry-unsigned", Severity::Warning,
           {"the C2PA manifest cannot be carried without a key (--c2pa): what it says of AI is "
            "worth no more than an unsigned label here",
            "没有密钥（--c2pa）无法带入 C2PA 清单：其中关于 AI 的声明在此仅相当于未签名的标识"});
    }
    if (!standards.empty() || job().manifest) return {};
    return fail(ErrorCode::Unsupported,
                fmt::format("{} has no place for what {} says", to.name, job().from.file_name));
  }

  /// Repeating under a signature what nothing but a broken one says would make it more than it is.
  Status check_signed(const Said& said) {
    if (said.only_invalid) {
      if (!job().force) {
        return refused(
            "what the file says of AI stands only in a C2PA manifest that is not valid, so it is "
            "not signed again; carry without --c2pa, or give --force if you know better");
      }
      note("forced", Severity::Warning,
           {"what only an invalid C2PA manifest says was signed because of --force",
            "因 --force 对仅见于无效 C2PA 清单的声明重新签名"});
    } else if (!said.signed_well) {
      note("carry-declared", Severity::Warning,
           {"the new manifest repeats, under your signature, what the other file declares without "
            "one",
            "新清单以您的签名重复了另一文件未签名的声明"});
    }
    return {};
  }

  Result<Carried> ingredient() {
    Carried carried;
    carried.actions = prepared_.provenance.actions;
    const std::string_view media_type = reading_.format != nullptr
                                            ? reading_.format->media_types.front()
                                            : std::string_view("application/octet-stream");
    carried.parent = c2pa::make_bare_parent(media_type);
    if (!job().manifest) return carried;
    const auto store = TRY(store_of_from());
    if (!store) return carried;
    c2pa::ValidateOptions options;
    options.now = env_.now();
    options.limits = env_.limits;
    const c2pa::Validation validation = c2pa::validate(
        {from_, reading_.format, &reading_.layout, embedded_, {}, {}}, *store, options);
    auto parent = c2pa::make_parent(*store, validation, media_type, env_.limits);
    if (parent) {
      carried.parent = std::move(*parent);
      carried.parent_manifest = validation.active_manifest;
    } else {
      note("c2pa-dropped", Severity::Warning,
           {"the C2PA manifest store of the other file cannot be read, so it is no part of the new "
            "one",
            "无法读取另一文件的 C2PA 清单，新清单未包含它"});
    }
    return carried;
  }

  Result<std::optional<ByteBuffer>> store_of_from() {
    const auto stores = stores_of(reading_.layout);
    if (stores.empty()) {
      if (!job().from.store) return std::optional<ByteBuffer>();
      return std::optional(job().from.store->bytes);
    }
    embedded_ = stores.back();
    auto store = reading_.format->extract(from_, *embedded_, env_.limits);
    return store ? std::optional(std::move(*store)) : std::optional(ByteBuffer());
  }

  Source& from_;
  Source& to_;
  const Env& env_;
  Prepared prepared_;
  Reading reading_;
  const Carrier* embedded_ = nullptr;
};

/// C2PA 2.4, table of 18.15.2, without those that begin a history, that need an ingredient of their
/// own, or further parameters.
constexpr std::string_view kActions[] = {"c2pa.addedText",
                                         "c2pa.adjustedColor",
                                         "c2pa.changedSpeed",
                                         "c2pa.color_adjustments",
                                         "c2pa.cropped",
                                         "c2pa.deleted",
                                         "c2pa.drawing",
                                         "c2pa.dubbed",
                                         "c2pa.edited",
                                         "c2pa.edited.metadata",
                                         "c2pa.enhanced",
                                         "c2pa.filtered",
                                         "c2pa.orientation",
                                         "c2pa.published",
                                         "c2pa.repackaged",
                                         "c2pa.resized",
                                         "c2pa.resized.proportional",
                                         "c2pa.transcoded",
                                         "c2pa.trimmed",
                                         "c2pa.unknown",
                                         "c2pa.watermarked"};

Report finished(Report report, Prepared prepared) {
  report.findings.insert(report.findings.end(), prepared.notes.begin(), prepared.notes.end());
  prepared.provenance.carried = prepared.job.standards;
  if (prepared.job.manifest) prepared.provenance.carried.emplace_back("c2pa");
  report.provenance = std::move(prepared.provenance);
  return report;
}

}  // namespace

std::span<const std::string_view> carry_actions() noexcept {
  return kActions;
}

Result<Report> carry(Source& from, Source& to, Sink& sink, const LabelJob& job, const Env& env) {
  Reading before = read_statements(to, job.format, job.file_name, job.old_sidecar, env.limits);
  Prepared prepared = TRY(Carrying(from, to, job, env).run(before));
  PlannedLabel planned = TRY(plan_from(std::move(before), to, prepared.job, env));
  Report report = TRY(deliver(to, sink, prepared.job, env, planned));
  return finished(std::move(report), std::move(prepared));
}

Result<Report> carry_file(const std::string& from, const std::string& to,
                          const Destination& destination, LabelJob job, const Env& env) {
  const auto start = std::chrono::steady_clock::now();
  if (from == "-" && to == "-") {
    return fail(ErrorCode::Usage, "only one of the two files can be standard input");
  }
  if (to == "-" && destination.kind == Destination::Kind::InPlace) {
    return fail(ErrorCode::Usage, "standard input cannot be changed in place; give -o");
  }
  if (job.from.file_name.empty()) job.from.file_name = from;
  if (job.file_name.empty()) job.file_name = to;
  const auto origin = TRY(from == "-" ? spool(0, "standard input") : FileSource::open(from));
  const auto old = [&](const std::string& name) -> std::optional<ByteBuffer> {
    auto bytes = read_small_file(name, env.limits.max_payload);
    return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
  };
  job.from.sidecar = old(sidecar_name(from));
  job.from.store = find_store(from, env.limits);
  const auto source = TRY(Place::open(to, destination));
  job.old_sidecar = old(sidecar_name(to));
  job.old_store = old(store_name(to));
  Reading before = read_statements(*source, job.format, job.file_name, job.old_sidecar, env.limits);
  Place place = TRY(Place::choose(to, destination));
  if (destination.kind == Destination::Kind::File && is_same_place(destination.path, from)) {
    return fail(ErrorCode::Usage, "the result would replace the file that the labels come from");
  }
  job.in_place = place.way() == Place::Way::InPlace && !place.keeps_backup();
  Prepared prepared = TRY(Carrying(*origin, *source, job, env).run(before));
  PlannedLabel planned = TRY(plan_from(std::move(before), *source, prepared.job, env));
  Report report = TRY(deliver(*source, place, prepared.job, env, planned));
  report = finished(std::move(report), std::move(prepared));
  const auto took = std::chrono::steady_clock::now() - start;
  report.milliseconds = std::chrono::duration<double, std::milli>(took).count();
  return report;
}

}  // namespace colophon

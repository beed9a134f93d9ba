// SPDX-License-Identifier: Apache-2.0
// From a job and what a file already says to the edits that make it so.
#include "ops/plan.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ops/carried.hpp"
#include "ops/drafts.hpp"
#include "ops/sealing.hpp"
#include "ops/signing.hpp"
#include "standards/gb45438.hpp"

namespace colophon {
namespace {

Failure refused(std::string message) {
  return fail(ErrorCode::Refused, std::move(message));
}

bool writes(const LabelJob& job, StandardId id) {
  return std::find(job.standards.begin(), job.standards.end(), to_string(id)) !=
         job.standards.end();
}

/// One planning: what is known so far while the vocabularies are placed one after the other.
struct Planner {
  Source& source;
  const LabelJob& job;
  const Env& env;
  PlannedLabel& planned;
  Drafts drafts;
  std::string fresh_id = {};        ///< one for the whole file
  bool forced = false;              ///< --force was needed
  bool labelled_elsewhere = false;  ///< other records of the file have labels
  bool stands_in = false;           ///< a platform's code stands for a producer that nobody knows
  bool own_claim = false;           ///< a platform says "generated" by itself

  [[nodiscard]] const Reading& before() const noexcept { return planned.before; }
  [[nodiscard]] const Format& format() const noexcept { return *planned.before.format; }

  void note(std::string rule, Severity severity, Text text) {
    planned.plan.notes.push_back({std::move(rule), severity, std::move(text), std::nullopt});
  }
  void placed(const Standard& standard, std::string where) {
    planned.plan.standards.emplace_back(standard.name);
    auto& carriers = planned.plan.carriers;
    if (std::find(carriers.begin(), carriers.end(), where) == carriers.end()) {
      carriers.push_back(std::move(where));
    }
  }

  [[nodiscard]] std::vector<const Statement*> statements(StandardId id) const {
    std::vector<const Statement*> found;
    for (const Statement& statement : before().statements) {
      if (statement.evidence.standard == id && statement.evidence.layer == Layer::Implicit) {
        found.push_back(&statement);
      }
    }
    return found;
  }

  Status speak_as_platform(Label& wanted);
  void note_overruled();
  Result<Label> merged(const Label& old);
  Result<Label> merged_unsigned(const Label& old);
  Status decide_label();
  Status place_gb45438();
  Status place_iptc();
  Status place_html_disclosure();
  Status place_schema_org();
  Status finish();
};

/// A platform's label on a file that has none (Measures Art. 6): "possible" when its user declared
/// it, "suspected" when there are traces; "is generated" only repeats what metadata say. Nobody
/// knows the producer, so the platform stands on both sides (docs/gb45438.md).
Status Planner::speak_as_platform(Label& wanted) {
  wanted.producer.clear();
  wanted.produce_id.clear();
  stands_in = true;
  if (wanted.origin < Origin::Edited || says_generated(before())) return {};
  if (!job.force) {
    return refused(
        "the file carries no label, and a platform does not say by itself that something is "
        "generated (Measures for labelling, Article 6): give --origin possible when its user "
        "declared it, or --origin suspected when traces of AI were found; --force overrides this");
  }
  own_claim = true;
  return {};
}

/// The wanted label merged into one that stands already (roles and refusals: standards/merge.hpp).
Result<Label> Planner::merged_unsigned(const Label& old) {
  if (job.carried) return carried_into(old, job, forced);
  Label wanted = job.wanted;
  // Whoever stands in the label already keeps the id that stands there; anybody else needs one.
  const bool platform = job.role == Role::Platform;
  if (platform && old == Label{}) TRY(speak_as_platform(wanted));
  std::string& id = platform ? wanted.propagate_id : wanted.produce_id;
  const bool stands_already =
      platform ? old.propagator == wanted.propagator : old.producer == wanted.producer;
  if (id.empty() && !stands_already) {
    if (fresh_id.empty()) fresh_id = make_ulid(env);
    id = fresh_id;
  }
  const auto willingly = merge(old, wanted, job.role, false);
  if (willingly || !job.force) return willingly;
  forced = true;
  return merge(old, wanted, job.role, true);
}

Result<Label> Planner::merged(const Label& old) {
  Label label = TRY(merged_unsigned(old));
  if (job.signer) TRY(job.signer->sign(label, job.role));
  return label;
}

Status Planner::decide_label() {
  if (!writes(job, StandardId::Gb45438)) {
    planned.plan.labels = {job.wanted};
    return {};
  }
  TRY(respect_existing(before(), job.force, forced));
  const auto existing = statements(StandardId::Gb45438);
  const bool labelled = !existing.empty() && existing.front()->evidence.says;
  planned.plan.labels = {TRY(merged(labelled ? *existing.front()->evidence.says : Label{}))};
  return {};
}

/// Every label that stands keeps its own production half, whichever it is.
Status Planner::place_gb45438() {
  if (!writes(job, StandardId::Gb45438)) return {};
  const Standard& standard = *find_standard(StandardId::Gb45438);
  bool placed_any = labelled_elsewhere;
  for (const Statement* statement : statements(StandardId::Gb45438)) {
    if (!statement->carrier) continue;
    const Carrier& carrier = before().layout.carriers[*statement->carrier];
    if (!format().can_replace(carrier.kind)) {
      return fail(
          ErrorCode::Unsupported,
          fmt::format("the existing label stands in {}, a place that this version reads but "
                      "does not rewrite; a second label beside it would break the rule of "
                      "one label per file (GB 45438-2025 6.1 c)",
                      carrier.path));
    }
    const Label label = TRY(merged(statement->evidence.says.value_or(Label{})));
    TRY(drafts.write(standard, label, carrier.kind, carrier.key, statement->carrier));
    auto& labels = planned.plan.labels;
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) labels.push_back(label);
    placed(standard, carrier.path);
    placed_any = true;
  }
  // A platform adds no label to records that nobody labelled, when others are labelled.
  if (placed_any && (!format().can.per_record || job.role == Role::Platform)) return {};
  const Label fresh = placed_any ? TRY(merged(Label{})) : planned.plan.labels.front();
  TRY(drafts.write_home(standard, fresh, format().can.write.front(), placed_any));
  if (placed_any) {
    auto& labels = planned.plan.labels;
    if (std::find(labels.begin(), labels.end(), fresh) == labels.end()) labels.push_back(fresh);
  } else {
    placed(standard, fmt::format("{}:{}", format().id, to_string(format().can.write.front())));
  }
  return {};
}

Status Planner::place_iptc() {
  if (!writes(job, StandardId::Iptc)) return {};
  if (!format().can_write(CarrierKind::Xmp)) {
    note("iptc-place", Severity::Info,
         {fmt::format("{} has no XMP place here, so the IPTC properties are left out",
                      format().name),
          fmt::format("{} 没有可写的 XMP 位置，未写入 IPTC 属性", format().name)});
    return {};
  }
  const Origin origin = planned.plan.labels.front().origin;
  if (origin != Origin::Generated && origin != Origin::Edited) {
    note("iptc-term", Severity::Info,
         {"IPTC has no term for \"possible\" or \"suspected\", so none is written",
          "IPTC 没有“可能”或“疑似”的术语，未写入"});
    return {};
  }
  std::optional<std::size_t> carrier;
  for (const Statement* statement : statements(StandardId::Iptc)) {
    if (statement->carrier) carrier = statement->carrier;
    if (statement->evidence.says->origin == Origin::NotGenerated && !job.force) {
      return refused(
          fmt::format("{} says that this was not generated by AI; overwriting that needs --force",
                      statement->evidence.carrier));
    }
  }
  const Standard& standard = *find_standard(StandardId::Iptc);
  TRY(drafts.write(standard, planned.plan.labels.front(), CarrierKind::Xmp, {}, carrier));
  placed(standard, fmt::format("{}:xmp", format().id));
  return {};
}

Status Planner::place_html_disclosure() {
  if (!writes(job, StandardId::HtmlDisclosure) || !format().can_write(CarrierKind::HtmlMeta)) {
    return {};
  }
  for (const Statement* statement : statements(StandardId::HtmlDisclosure)) {
    if (statement->evidence.says && statement->evidence.says->origin >= Origin::Suspected) {
      return {};  // the page already discloses AI in its author's own words
    }
  }
  const Origin origin = planned.plan.labels.front().origin;
  if (origin != Origin::Generated && origin != Origin::Edited) return {};
  const Standard& standard = *find_standard(StandardId::HtmlDisclosure);
  TRY(drafts.write(standard, planned.plan.labels.front(), CarrierKind::HtmlMeta, "ai-disclosure",
                   std::nullopt));
  placed(standard, "html:meta[ai-disclosure]");
  return {};
}

/// As JSON-LD, for profiles that ask for it; none that is built in does (docs/decisions.md).
Status Planner::place_schema_org() {
  if (!writes(job, StandardId::SchemaOrg) || !format().can_write(CarrierKind::JsonLd)) return {};
  const Origin origin = planned.plan.labels.front().origin;
  if (origin != Origin::Generated && origin != Origin::Edited) return {};
  const Standard& standard = *find_standard(StandardId::SchemaOrg);
  TRY(drafts.write(standard, planned.plan.labels.front(), CarrierKind::JsonLd, {}, std::nullopt));
  placed(standard, fmt::format("{}:json-ld", format().id));
  return {};
}

/// What the report must say about roles and --force.
void Planner::note_overruled() {
  if (forced) {
    note("forced", Severity::Warning,
         {"an existing label was overwritten because of --force", "因 --force 覆盖了已有标识"});
  }
  if (own_claim) {
    note("forced", Severity::Warning,
         {"a platform says \"generated\" of a file without a label, because of --force; Article 6 "
          "of "
          "the Measures leaves it \"possible\" and \"suspected\"",
          "因 "
          "--"
          "force，传播平台将无标识的文件标为“属于”生成合成内容；《办法》第六条仅规定“可能”与“疑似"
          "”"});
  }
  if (stands_in) {
    note("producer-unknown", Severity::Info,
         {"nobody is known as the producer, so the platform's own code and id stand in both halves "
          "of the label",
          "生成者未知，标识的生成要素与传播要素均为本平台的编码与编号"});
  }
}

Status Planner::finish() {
  LabelPlan& plan = planned.plan;
  if (plan.standards.empty() && !job.manifest) {
    return fail(ErrorCode::Unsupported,
                fmt::format("none of the asked vocabularies has a place in {}; nothing to write",
                            format().name));
  }
  if (planned.is_marked()) {
    const std::vector<Mark>& marks = planned.marking->plan().marks;
    if (!marks.empty() && marks.front().medium == MarkMedium::Picture) {
      TRY(drafts.describe(marks.front().text));
    }
  }
  drafts.set_in_place(job.in_place);
  plan.splice = TRY(plan_edits(format(), source, before().layout, drafts.edits(), env.limits));
  plan.notes.insert(plan.notes.end(), plan.splice.notes.begin(), plan.splice.notes.end());
  plan.changes = !plan.splice.is_identity(source.size()) || planned.is_marked();
  planned.edited = drafts.edited();
  if (before().layout.incomplete && !planned.edited.empty()) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("the file holds more than {} labels, so not all of them can be seen "
                            "and changed together; split the file",
                            env.limits.max_carriers));
  }
  const bool remote = std::any_of(
      before().statements.begin(), before().statements.end(), [](const Statement& statement) {
        return statement.evidence.c2pa && statement.evidence.c2pa->state == "RemoteOnly";
      });
  if (plan.changes && remote) {
    note("c2pa-remote", Severity::Warning,
         {"the file names a C2PA manifest elsewhere, which was not looked at; if it covers these "
          "bytes, it no longer matches them",
          "文件指向外部的 C2PA 清单（未查看）；如其覆盖本文件内容，则不再一致"});
  }
  if (job.manifest) return prepare_seal(source, job, env, planned, drafts.edits());
  const bool signed_store =
      std::any_of(before().layout.carriers.begin(), before().layout.carriers.end(),
                  [](const Carrier& carrier) { return carrier.kind == CarrierKind::C2paStore; });
  if (!plan.changes || !signed_store) return {};
  if (!job.force) {
    return refused(
        "the file carries a C2PA manifest whose signature covers these bytes; this write would "
        "make "
        "it look tampered. Sign again after labelling, or give --force to break it");
  }
  note("c2pa-broken", Severity::Warning,
       {"the C2PA manifest of this file no longer matches it, because of --force",
        "因 --force，文件的 C2PA 清单不再与内容一致"});
  return {};
}

}  // namespace

Result<PlannedLabel> plan_with_reading(Source& source, const LabelJob& job, const Env& env) {
  return plan_from(read_statements(source, job.format, job.file_name, job.old_sidecar, env.limits),
                   source, job, env);
}

Result<PlannedLabel> plan_stretch(Reading before, Source& stretch, const LabelJob& job,
                                  const Env& env, AllRecords& all) {
  PlannedLabel planned;
  planned.before = std::move(before);
  planned.plan.format = planned.before.format;
  planned.plan.splice = identity(stretch.size());
  if (planned.before.error) return Failure(*planned.before.error);
  Planner planner{
      stretch,      job,   env,         planned, Drafts(stretch, planned.before, env.limits),
      all.fresh_id, false, all.labelled};
  const bool unlabelled = planner.statements(StandardId::Gb45438).empty();
  if (unlabelled && all.labelled && job.role == Role::Platform) return planned;
  TRY(planner.decide_label());
  TRY(planner.place_gb45438());
  TRY(planner.place_iptc());  // notes that there is no place for it
  all.fresh_id = planner.fresh_id;
  planned.plan.standards = {"gb45438"};
  const Status finished = planner.finish();
  if (!finished && unlabelled && finished.error().code == ErrorCode::Unsupported) {
    planned.plan.standards.clear();  // no object among these records
    planned.plan.splice = identity(stretch.size());
    planned.plan.changes = false;
    return planned;
  }
  TRY(finished);
  planner.note_overruled();
  return planned;
}

Result<PlannedLabel> plan_from(Reading before, Source& source, const LabelJob& job, const Env& env,
                               std::shared_ptr<const Marking> marking) {
  PlannedLabel planned;
  planned.before = std::move(before);
  planned.marking = std::move(marking);
  if (planned.before.error) return Failure(*planned.before.error);
  if (planned.before.format == nullptr) {
    return fail(
        ErrorCode::Unsupported,
        source.size() == 0
            ? "the file is empty"
            : "this is none of the containers that are known here, so no label is written into it");
  }
  const Format& format = *planned.before.format;
  planned.plan.format = &format;
  Planner planner{source, job, env, planned, Drafts(source, planned.before, env.limits)};
  TRY(planner.decide_label());
  const bool no_place = format.can.write.empty() || format.edit == nullptr;
  const bool beside = format.family == Family::Text || signs_inside(planned.before, job);
  if (no_place && !job.sidecar && !beside) {
    return refused(fmt::format("{} has no place for a label; give --sidecar to write {} beside it",
                               format.name, sidecar_name(job.file_name)));
  }
  if (no_place || job.sidecar) {
    if (job.carried) TRY(check_carried_beside(job, format));
    TRY(plan_sidecar(source, job, env, planned));
    planner.note_overruled();
    return planned;
  }
  if (planned.before.grouped) {
    return fail(ErrorCode::LimitExceeded,
                "the file holds more records than one plan can take; label it as a whole",
                std::string(format.id));
  }
  TRY(planner.place_gb45438());
  TRY(planner.place_iptc());
  TRY(planner.place_html_disclosure());
  TRY(planner.place_schema_org());
  const Status finished = planner.finish();
  const bool unsuited = !finished && finished.error().code == ErrorCode::Unsupported;
  if (unsuited && format.family == Family::Text && writes(job, StandardId::Gb45438)) {
    // A JSON array, a Markdown file with other front matter: no place in this very document.
    TRY(plan_sidecar(source, job, env, planned));
    planner.note_overruled();
    return planned;
  }
  TRY(finished);
  planner.note_overruled();
  return planned;
}

Result<LabelPlan> plan_label(Source& source, const LabelJob& job, const Env& env) {
  return TRY(plan_with_reading(source, job, env)).plan;
}

}  // namespace colophon

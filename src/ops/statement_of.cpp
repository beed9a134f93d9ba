// SPDX-License-Identifier: Apache-2.0
#include "ops/statement_of.hpp"

#include <algorithm>

#include "ops/carried.hpp"
#include "standards/standards.hpp"

namespace colophon {
namespace {

bool is_ai(const Evidence& evidence) {
  return evidence.says && evidence.says->origin >= Origin::Suspected;
}

bool is_damaged(const Evidence& evidence) {
  return evidence.integrity == Integrity::Damaged;
}

bool same_field(const Label& a, const Label& b) {
  return a.origin == b.origin && a.producer == b.producer && a.produce_id == b.produce_id &&
         a.propagator == b.propagator && a.propagate_id == b.propagate_id &&
         a.reserved1 == b.reserved1 && a.reserved2 == b.reserved2;
}

class Collector {
 public:
  explicit Collector(bool force) : force_(force) {}

  Result<Said> run(const Reading& reading) {
    for (const Statement& statement : reading.statements) add(statement.evidence);
    std::vector<Finding> found;
    const Verdict verdict = decide(reading.evidence(), {}, found);
    if (verdict.assurance == Assurance::Conflict || differ_) TRY(settle_conflict());
    if (damaged_) TRY(tell_damage());
    if (!said_.has_gb45438 && !said_.declared && !said_.in_manifest) return nothing(reading);
    said_.only_invalid = said_.in_manifest && !said_.signed_well && !vouched_ &&
                         !said_.has_gb45438 && !said_.declared;
    finish_label();
    if (!said_.has_gb45438 && !said_.declared && !said_.in_manifest) {
      return fail(ErrorCode::Malformed,
                  "the GB 45438 label cannot be written as the standard demands: " + unwritable_,
                  "label");
    }
    return std::move(said_);
  }

 private:
  void note(std::string rule, Text text) {
    said_.notes.push_back({std::move(rule), Severity::Warning, std::move(text), std::nullopt});
  }

  void add(const Evidence& evidence) {
    if (evidence.layer == Layer::Trace) {
      traces_ = traces_ || is_ai(evidence);
      return;
    }
    if (evidence.standard == StandardId::Gb45438) return add_gb45438(evidence);
    if (!is_ai(evidence)) return;
    if (evidence.standard == StandardId::C2pa) {
      said_.in_manifest = true;
      const Integrity integrity = evidence.integrity;
      said_.signed_well =
          said_.signed_well || integrity == Integrity::Valid || integrity == Integrity::Trusted;
      // Intact, though its certificate ran out: somebody did sign this.
      vouched_ = vouched_ || integrity == Integrity::Expired;
    } else {
      said_.declared = true;
    }
    origin_ = std::max(origin_, evidence.says->origin);
    edited_ = edited_ || evidence.says->origin == Origin::Edited;
    const auto keep = [](std::string& ours, const std::string& theirs) {
      if (ours.empty()) ours = theirs;
    };
    keep(extra_.system, evidence.says->system);
    keep(extra_.system_version, evidence.says->system_version);
    keep(extra_.prompt_writer, evidence.says->prompt_writer);
    if (evidence.standard == StandardId::Iptc) keep(extra_.prompt, evidence.prompt);
  }

  void add_gb45438(const Evidence& evidence) {
    if (evidence.layer != Layer::Implicit) return;
    if (is_damaged(evidence) || !evidence.says) {
      damaged_ = true;
    } else if (evidence.says->origin == Origin::None ||
               evidence.says->origin == Origin::NotGenerated) {
      damaged_ = damaged_ || evidence.says->origin == Origin::None;
    } else if (!said_.has_gb45438) {
      said_.has_gb45438 = true;
      said_.label = *evidence.says;
    } else {
      differ_ = differ_ || !same_field(said_.label, *evidence.says);
    }
  }

  Status settle_conflict() {
    if (!force_) {
      return fail(ErrorCode::Conflict,
                  "the labels of the file that they come from contradict each other, so none is "
                  "carried. Settle which one is right, or give --force to carry the first");
    }
    note("forced", {"the labels of the other file contradict each other; the first was carried "
                    "because of --force",
                    "另一文件的标识互相矛盾；因 --force 带入了第一个"});
    return {};
  }

  Status tell_damage() {
    if (!said_.has_gb45438 && !said_.declared && !said_.in_manifest) {
      return fail(ErrorCode::Malformed,
                  "the label of the file that it comes from is damaged, and nothing in it can be "
                  "carried",
                  "label");
    }
    note("carry-damaged", {"a damaged label of the other file was not carried; what could be read "
                           "beside it was",
                           "另一文件中有损坏的标识未带入；可读取的部分已带入"});
    return {};
  }

  [[nodiscard]] Result<Said> nothing(const Reading& reading) const {
    if (reading.error) return Failure(*reading.error);
    return fail(ErrorCode::NotFound,
                traces_ ? "the file has no label to carry: there are traces of a generator, which "
                          "are no statement of anybody; label the new file instead"
                        : "the file has no label that says it is made by AI, so there is nothing "
                          "to carry",
                "label");
  }

  /// What the annex calls note 1: whoever spreads it first is the producer.
  void finish_label() {
    Label& label = said_.label;
    label.system = extra_.system;
    label.system_version = extra_.system_version;
    label.prompt = extra_.prompt;
    label.prompt_writer = extra_.prompt_writer;
    if (!said_.has_gb45438) {
      label.origin = edited_ && origin_ != Origin::Generated ? Origin::Edited : origin_;
      return;
    }
    // GB 45438 has one word for both.
    if (label.origin == Origin::Generated && origin_ == Origin::Edited) {
      label.origin = Origin::Edited;
    }
    if (label.propagator.empty() && label.propagate_id.empty()) {
      label.propagator = label.producer;
      label.propagate_id = label.produce_id;
    }
    const auto written = find_standard(StandardId::Gb45438)->write(label, CarrierKind::AigcKey, {});
    if (written) return;
    said_.has_gb45438 = false;
    unwritable_ = written.error().message;
    note("carry-unwritable", {"the GB 45438 label was not carried, because it cannot be written as "
                              "the standard demands: " +
                                  unwritable_,
                              "GB 45438 标识不符合标准的书写要求，未带入"});
  }

  bool force_;
  Said said_;
  Label extra_;
  Origin origin_ = Origin::None;
  std::string unwritable_;
  bool edited_ = false, traces_ = false, damaged_ = false, differ_ = false, vouched_ = false;
};

}  // namespace

Result<Said> statement_of(const Reading& reading, bool force) {
  return Collector(force).run(reading);
}

Result<Label> carried_into(const Label& old, const LabelJob& job, bool& forced) {
  if (old == Label{}) return job.wanted;
  Label standing = old;
  if (standing.origin == Origin::Generated && job.wanted.origin == Origin::Edited) {
    standing.origin = Origin::Edited;
  }
  if (same_field(standing, job.wanted)) return job.wanted;
  const auto willingly = merge(old, job.wanted, Role::Producer, false);
  if (willingly || !job.force) return willingly;
  forced = true;
  return job.wanted;
}

Status check_carried_beside(const LabelJob& job, const Format& format) {
  const auto& standards = job.standards;
  if (std::find(standards.begin(), standards.end(), "gb45438") != standards.end()) return {};
  return fail(ErrorCode::Unsupported,
              "a sidecar holds a GB 45438 label alone, and the other file has none",
              std::string(format.id));
}

}  // namespace colophon

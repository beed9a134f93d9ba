// SPDX-License-Identifier: Apache-2.0
#include "ops/marking.hpp"
#include "ops/plan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace colophon {
namespace {

/// What stands in the way of a mark alone, not of the labelling.
bool is_about_the_mark(ErrorCode code) noexcept {
  return code == ErrorCode::Unsupported || code == ErrorCode::NotFound ||
         code == ErrorCode::Malformed || code == ErrorCode::Truncated ||
         code == ErrorCode::LimitExceeded;
}

std::uint64_t bytes_of(const Splice& splice) noexcept {
  std::uint64_t size = 0;
  for (const Piece& piece : splice.pieces) {
    if (const auto* put = std::get_if<Put>(&piece)) size += put->bytes.size();
  }
  return size;
}

using Carried = std::pair<CarrierKind, std::uint64_t>;

/// The labels and signatures, with a hash of what they say.
std::vector<Carried> labels_of(const Reading& reading) {
  std::vector<Carried> all;
  for (std::size_t i = 0; i < reading.layout.carriers.size(); ++i) {
    const CarrierKind kind = reading.layout.carriers[i].kind;
    if (kind != CarrierKind::AigcKey && kind != CarrierKind::C2paStore) continue;
    all.emplace_back(kind, reading.payload_hashes[i]);
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

Result<std::shared_ptr<const Marking>> Marking::make(Source& original, Reading before,
                                                     const LabelJob& job, const Env& env) {
  // make_shared cannot reach the constructor.
  std::shared_ptr<Marking> marking(new Marking(original, std::move(before)));
  TRY(marking->draw(job, env));
  return std::shared_ptr<const Marking>(std::move(marking));
}

/// A platform speaks around what it spreads, not in it (Measures Art. 6), and a label that is
/// carried was drawn before, or never.
Status Marking::draw(const LabelJob& job, const Env& env) {
  const bool asked = job.wishes.label == MarkWishes::Label::Asked;
  const Format* format = before_.format;
  if (format == nullptr || before_.error || job.carried ||
      job.wishes.label == MarkWishes::Label::Never || (!asked && job.role == Role::Platform)) {
    return {};
  }
  const auto medium = medium_of(*format);
  if (!medium) {
    const Error none{ErrorCode::Unsupported,
                     fmt::format("{} shows and plays nothing", format->name),
                     {},
                     std::nullopt};
    if (asked) return Failure(none);
    notes_.push_back(
        {"explicit-none",
         Severity::Info,
         {fmt::format("{} shows and plays nothing, so it has no explicit label", format->name),
          fmt::format("{} 不供观看或收听，无显式标识", format->name)},
         std::nullopt});
    return {};
  }
  const auto demand = TRY(demand_of(job.profiles, *medium, job.wanted.origin, job.wishes, notes_));
  if (!demand) return {};
  const Status drawn = draw_as(*demand, job, env);
  if (drawn || asked || !is_about_the_mark(drawn.error().code)) return drawn;
  plan_ = {};
  tell_why_not(drawn.error());
  return {};
}

Result<PlannedLabel> plan_marked(Reading before, Source& source, LabelJob job, const Env& env) {
  if (job.wishes.label == MarkWishes::Label::Never) {
    return plan_from(std::move(before), source, job, env);
  }
  // What refuses the label does so before a film is encoded.
  if (!job.manifest && !job.signer) (void)TRY(plan_from(before, source, job, env));
  auto marking = TRY(Marking::make(source, std::move(before), job, env));
  if (!marking->changes()) return plan_from(marking->before(), source, job, env, marking);
  job.in_place = false;
  Source& content = marking->content();
  Reading marked = read_statements(content, marking->before().format, job.file_name,
                                   job.old_sidecar, env.limits);
  TRY(check_labels_kept(marking->before(), marked));
  return plan_from(std::move(marked), content, job, env, marking);
}

Status Marking::draw_as(const MarkDemand& demand, const LabelJob& job, const Env& env) {
  const MarkEnv mark_env{env.limits, env.progress, !before_.statements.empty()};
  demand_ = demand;
  file_name_ = job.file_name;
  plan_ = TRY(plan_mark(*original_, *before_.format, job.file_name, demand, mark_env));
  notes_.insert(notes_.end(), plan_.notes.begin(), plan_.notes.end());
  if (!plan_.changes) return {};
  content_ = std::make_unique<SplicedSource>(plan_.made ? *plan_.made : *original_, plan_.splice);
  return {};
}

void Marking::tell_why_not(const Error& error) {
  notes_.push_back(
      {"explicit-none",
       Severity::Warning,
       {fmt::format("no explicit label was put: {}. What the profiles demand of it is not met",
                    error.message),
        fmt::format("未添加显式标识：{}。配置对显式标识的要求未满足", error.message)},
       error.offset});
}

Status Marking::execute(const Splice& rest, Sink& sink) const {
  if (!content_) return colophon::execute(*original_, rest, sink);
  return colophon::execute(plan_.made ? *plan_.made : *original_, compose(plan_.splice, rest),
                           sink);
}

std::uint64_t Marking::bytes_put() const noexcept {
  if (!plan_.changes) return 0;
  return bytes_of(plan_.splice) + (plan_.made ? plan_.made->size() : 0);
}

Status Marking::check(Source& output, const Env& env) const {
  if (!plan_.changes || plan_.marks.empty() || plan_.marks.front().medium != MarkMedium::Text) {
    return {};
  }
  const auto again =
      plan_mark(output, *before_.format, file_name_, *demand_, {env.limits, nullptr});
  if (again && !again->changes) return {};
  return fail(ErrorCode::Mismatch,
              "the result was read back and its explicit label is not found; nothing was changed. "
              "Please report this file");
}

Status check_labels_kept(const Reading& before, const Reading& marked) {
  const auto was = labels_of(before);
  const auto is = labels_of(marked);
  if (!marked.error && marked.format == before.format &&
      std::includes(is.begin(), is.end(), was.begin(), was.end())) {
    return {};
  }
  return fail(ErrorCode::Mismatch,
              "the file with its explicit label was read back and has lost a label or its "
              "structure; nothing was changed. Please report this file");
}

}  // namespace colophon

// SPDX-License-Identifier: Apache-2.0
// Labels that stand beside their file, and where the manifest goes then.
#include <algorithm>

#include "ops/plan.hpp"
#include "ops/sealing.hpp"

namespace colophon {
namespace {

bool has_store(const Reading& reading) {
  return std::ranges::any_of(reading.layout.carriers, [](const Carrier& carrier) {
    return carrier.kind == CarrierKind::C2paStore;
  });
}

}  // namespace

/// Nobody expects thousands of invisible characters in a text, and programs and tables break by
/// them: there a manifest goes inside only where one is already.
bool signs_inside(const Reading& before, const LabelJob& job) {
  const Format& format = *before.format;
  return job.manifest && !job.sidecar && format.id != "c2pa" &&
         format.can_write(CarrierKind::C2paStore) &&
         (format.family != Family::Text || has_store(before));
}

Status plan_sidecar(Source& source, const LabelJob& job, const Env& env, PlannedLabel& planned) {
  LabelPlan& plan = planned.plan;
  const Bytes old = job.old_sidecar ? Bytes(*job.old_sidecar) : Bytes{};
  plan.splice = identity(source.size());
  plan.sidecar = TRY(make_sidecar(source, job.file_name, plan.labels.front(), old));
  plan.changes = as_text(*plan.sidecar) != as_text(old) || planned.is_marked();
  plan.standards = {"gb45438"};
  plan.carriers = {"sidecar"};
  plan.notes.push_back(
      {"sidecar", Severity::Info,
       job.sidecar ? Text{"the label stands in a sidecar file beside it, which must travel with it",
                          "标识写在旁边的附属文件中，须随文件一起传播"}
                   : Text{"this kind of file has no place for a label: it stands in a sidecar file "
                          "beside it, which must travel with it",
                          "此类文件内部没有标识位置：标识写在旁边的附属文件中，须随文件一起传播"},
       std::nullopt});
  if (!job.manifest) return {};
  return signs_inside(planned.before, job) ? prepare_seal(source, job, env, planned, {})
                                           : seal_beside(source, job, env, planned);
}

Status finish_sidecar(Source& output, const LabelJob& job, PlannedLabel& planned) {
  LabelPlan& plan = planned.plan;
  if (!planned.seal || !plan.sidecar) return {};
  plan.sidecar = TRY(make_sidecar(output, job.file_name, plan.labels.front(), *plan.sidecar));
  return {};
}

}  // namespace colophon

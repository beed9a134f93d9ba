// SPDX-License-Identifier: Apache-2.0
// The public C++ face: requests in words, answers as plain values.
#include <colophon/colophon.hpp>

#include "capi/answers.hpp"
#include "io/transport.hpp"
#include "ops/request.hpp"
#include "ops/version.hpp"
#include "standards/http_disclosure.hpp"

namespace colophon {
namespace {

/// The request itself is wrong, whatever the error's own code says: an unknown profile is "not
/// found", but not a file that failed.
Answer wrong_request(const Error& error, const std::string& file) {
  Answer answer = to_answer(error, file);
  answer.code = 2;
  return answer;
}

JsonOptions json_options(const VerifyRequest& request) {
  return {request.language, request.show_prompts, false};
}

Answer label_to(const std::string& path, const Destination& destination,
                const LabelRequest& request) {
  const auto job = label_job(request);
  if (!job) return wrong_request(job.error(), path);
  const auto report = label_file(path, destination, *job, env_for(request));
  return report ? to_answer(*report, {request.language, false, false})
                : to_answer(report.error(), path);
}

Labelled to_labelled(const Report& report, MemorySink& sink, const std::string& language) {
  Labelled labelled{to_answer(report, {language, false, false}), sink.take(), {}, {}};
  if (report.written->sidecar) labelled.sidecar = *report.written->sidecar;
  if (report.written->store) labelled.manifest = *report.written->store;
  return labelled;
}

Inspected to_inspected(const Inspection& inspection, const VerifyRequest& request) {
  return {inspection.error ? 3 : 0, inspection.error, to_json(inspection, json_options(request))};
}

Inspected unable_to_inspect(const Error& error, const std::string& file) {
  const Answer answer = wrong_request(error, file);
  return {answer.code, answer.error, answer.json};
}

}  // namespace

Answer to_answer(const Report& report, const JsonOptions& json) {
  Answer answer;
  answer.code = report.error ? 3 : report.written ? 0 : exit_code(report.verdict, report.evidence);
  answer.error = report.error;
  if (report.format != nullptr) {
    answer.format = report.format->id;
    answer.media_type = report.format->media_types.front();
  }
  answer.verdict = report.verdict;
  answer.evidence = report.evidence;
  answer.findings = report.findings;
  answer.json = to_json(report, json);
  return answer;
}

Answer to_answer(const Error& error, const std::string& file) {
  Report report;
  report.file = file;
  report.error = error;
  report.verdict = decide({}, {}, report.findings);
  Answer answer = to_answer(report, {});
  if (error.code == ErrorCode::Usage) answer.code = 2;
  if (is_nothing_to_carry(error)) answer.code = 1;
  return answer;
}

Answer verify(const std::string& path, const VerifyRequest& request) {
  const auto options = verify_options(request);
  if (!options) return wrong_request(options.error(), path);
  return to_answer(verify_file(path, env_for(request), *options), json_options(request));
}

Answer verify(std::span<const std::uint8_t> bytes, const VerifyRequest& request) {
  const auto options = verify_options(request);
  if (!options) return wrong_request(options.error(), request.name);
  MemorySource source(bytes);
  return to_answer(verify(source, env_for(request), *options), json_options(request));
}

Answer label(const std::string& path, const std::string& output, const LabelRequest& request) {
  return label_to(path, {Destination::Kind::File, output, "", request.keep_times}, request);
}

Answer label_in_place(const std::string& path, const LabelRequest& request) {
  return label_to(path, {Destination::Kind::InPlace, "", "", request.keep_times}, request);
}

Labelled label(std::span<const std::uint8_t> bytes, const LabelRequest& request) {
  const auto job = label_job(request);
  if (!job) return {wrong_request(job.error(), request.name), {}, {}, {}};
  MemorySource source(bytes);
  MemorySink sink;
  const auto report = label(source, sink, *job, env_for(request));
  if (!report) return {to_answer(report.error(), request.name), {}, {}, {}};
  return to_labelled(*report, sink, request.language);
}

Answer carry(const std::string& from, const std::string& to, const std::string& output,
             const CarryRequest& request) {
  const auto job = carry_job(request);
  if (!job) return wrong_request(job.error(), to);
  const Destination destination{Destination::Kind::File, output, "", request.keep_times};
  const auto report = carry_file(from, to, destination, *job, env_for(request));
  return report ? to_answer(*report, {request.language, false, false})
                : to_answer(report.error(), to);
}

Labelled carry(std::span<const std::uint8_t> from, std::span<const std::uint8_t> to,
               const CarryRequest& request) {
  const auto job = carry_job(request);
  if (!job) return {wrong_request(job.error(), request.name), {}, {}, {}};
  MemorySource origin(from), source(to);
  MemorySink sink;
  const auto report = carry(origin, source, sink, *job, env_for(request));
  if (!report) return {to_answer(report.error(), request.name), {}, {}, {}};
  return to_labelled(*report, sink, request.language);
}

Inspected inspect(const std::string& path, const VerifyRequest& request) {
  const auto options = verify_options(request);
  if (!options) return unable_to_inspect(options.error(), path);
  return to_inspected(inspect_file(path, env_for(request), *options), request);
}

Inspected inspect(std::span<const std::uint8_t> bytes, const VerifyRequest& request) {
  const auto options = verify_options(request);
  if (!options) return unable_to_inspect(options.error(), request.name);
  MemorySource source(bytes);
  return to_inspected(inspect(source, env_for(request), *options), request);
}

std::optional<Evidence> verify_http_field(std::string_view name, std::string_view value) {
  return read_http_field(name, value);
}

std::shared_ptr<Transport> http_transport() {
  return curl_transport();
}

std::string_view version() noexcept {
  return kVersion;
}

}  // namespace colophon

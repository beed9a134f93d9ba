// SPDX-License-Identifier: Apache-2.0
#include "watermark/detect.hpp"

#include <fmt/core.h>

namespace colophon::watermark {
namespace {

using Places = std::vector<tokenizers::Token>;

/// The ids of a document; `places` only when it is text.
Status take_ids(Document& document, const DetectJob& job, tokenizers::Encoder* encoder,
                Places& places) {
  if (!document.is_text) {
    if (!job.tokenizer) return {};
    for (std::size_t i = 0; i < document.ids.size(); ++i) {
      if (document.ids[i] < job.tokenizer->size()) continue;
      return fail(ErrorCode::Malformed,
                  fmt::format("token {} at index {} is not in the vocabulary of {}",
                              document.ids[i], i, job.tokenizer->size()),
                  {}, document.offset + i * document.id_size);
    }
    return {};
  }
  if (encoder == nullptr) {
    return fail(ErrorCode::Usage, "text needs the model's vocabulary: --tokenizer FILE", {},
                document.offset);
  }
  places = TRY(encoder->encode(document.text, {.special = job.special}));
  for (const tokenizers::Token& token : places) document.ids.push_back(token.id);
  return {};
}

/// The library counts tokens; whoever looks for the place counts bytes of the file.
void place_in_file(const Document& document, const Places& places, Error& error) {
  if (error.where != "tokens") return;
  const std::uint64_t index = error.offset.value_or(0);
  error.where.clear();
  error.offset = document.offset + index * document.id_size;
  if (document.offset == 0 && index < places.size()) {
    error.offset = places[static_cast<std::size_t>(index)].begin;
  }
}

Status detect(const textmark::Detector& detector, const DetectJob& job, const Places& places,
              Outcome& outcome) {
  const auto& ids = outcome.document.ids;
  if (job.all_keys) outcome.keys = TRY(detector.detect_keys(ids));
  outcome.detection = TRY(detector.detect(ids));
  if (!job.spans || outcome.detection.verdict == textmark::Verdict::NotEnoughText) return {};
  for (const textmark::Span& span : TRY(detector.find_spans(ids))) {
    MarkedSpan marked{span, 0, 0};
    if (!places.empty() && span.begin < span.end) {
      marked.begin = places[span.begin].begin;
      marked.end = places[span.end - 1].end;
    }
    outcome.spans.push_back(marked);
  }
  return {};
}

}  // namespace

Result<Examiner> Examiner::make(DetectJob job) {
  TRY(check_keys(job.settings, job.keys));
  std::vector<textmark::Key> keys;
  for (const NamedKey& key : job.keys) keys.push_back(key.words);
  auto detector = TRY(textmark::Detector::make(job.settings, std::move(keys)));
  for (const auto& ids : job.ignore) TRY(detector.ignore(ids));
  return Examiner(std::move(job), std::move(detector));
}

std::optional<tokenizers::Encoder> Examiner::encoder() const {
  if (!job_.tokenizer) return std::nullopt;
  return tokenizers::Encoder(*job_.tokenizer);
}

Outcome Examiner::examine(Document document, tokenizers::Encoder* encoder) const {
  Outcome outcome;
  outcome.document = std::move(document);
  outcome.error = std::move(outcome.document.error);
  outcome.document.error.reset();
  Places places;
  if (!outcome.error) {
    auto done = take_ids(outcome.document, job_, encoder, places);
    // An offset in a text of its own file is one in the file; in a JSON string it is not.
    if (!done && outcome.document.is_text && outcome.document.offset > 0) {
      done.error().offset = outcome.document.offset;
    }
    if (done) {
      done = detect(detector_, job_, places, outcome);
      if (!done) place_in_file(outcome.document, places, done.error());
    }
    if (!done) outcome.error = std::move(done).error();
  }
  outcome.document.ids = {};
  outcome.document.text = {};
  return outcome;
}

}  // namespace colophon::watermark

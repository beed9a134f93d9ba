// SPDX-License-Identifier: Apache-2.0
// One question to many documents: does any of these keys show?
#pragma once

#include "text/text.hpp"
#include "tokenizers/tokenizer.hpp"
#include "watermark/documents.hpp"
#include "watermark/keys.hpp"

namespace colophon::watermark {

struct DetectJob {
  textmark::Settings settings;
  std::vector<NamedKey> keys;
  std::optional<tokenizers::Tokenizer> tokenizer;
  bool special = true;  ///< control tokens in texts are tokens
  bool spans = false, all_keys = false;
  std::vector<std::vector<std::uint32_t>> ignore;  ///< token ids that many texts share
};

struct MarkedSpan {
  textmark::Span tokens;
  std::uint64_t begin = 0, end = 0;  ///< bytes of the text, when it was one
};

struct Outcome {
  Document document;  ///< ids and text are gone
  textmark::Detection detection;
  std::vector<textmark::Detection> keys;  ///< of every key, when asked for
  std::vector<MarkedSpan> spans;
  std::optional<Error> error;  ///< offset: in the file
};

/// Safe to share among threads; each brings its own encoder.
class Examiner {
 public:
  [[nodiscard]] static Result<Examiner> make(DetectJob job);
  [[nodiscard]] std::optional<tokenizers::Encoder> encoder() const;
  [[nodiscard]] Outcome examine(Document document, tokenizers::Encoder* encoder) const;
  [[nodiscard]] const DetectJob& job() const noexcept { return job_; }

 private:
  Examiner(DetectJob job, textmark::Detector detector)
      : job_(std::move(job)), detector_(std::move(detector)) {}
  DetectJob job_;
  textmark::Detector detector_;
};

}  // namespace colophon::watermark

// SPDX-License-Identifier: Apache-2.0
// `verify --effort full`: the keys of the configuration, looked for in the words of a text.
#include <fmt/format.h>

#include <cmath>

#include "cli/watermark.hpp"
#include "io/io.hpp"
#include "ops/ops.hpp"

namespace colophon::cli {
namespace {

using textmark::Verdict;

/// The words of no more keys than this are told apart in a finding.
Finding nothing_found(const textmark::Detection& found) {
  const bool enough = found.verdict == Verdict::NotFound;
  Finding finding;
  finding.rule = enough ? "watermark-none" : "watermark-short";
  finding.severity = Severity::Info;
  finding.message =
      enough
          ? Text{fmt::format("no watermark of the {} configured keys shows ({} tokens scored); "
                             "that does not mean that a person wrote it",
                             found.keys, found.scored),
                 fmt::format("未检出已配置的 {} 个密钥的水印（计分词元 {} 个）；这并不表示由人撰写",
                             found.keys, found.scored)}
          : Text{fmt::format("not enough text to say whether a watermark is there: {} tokens "
                             "scored, {} are needed",
                             found.scored, found.minimum),
                 fmt::format("文本不足，无法判断是否有水印：计分词元 {} 个，需要 {} 个",
                             found.scored, found.minimum)};
  return finding;
}

class Configured final : public TextWatermarks {
 public:
  explicit Configured(watermark::Examiner examiner) : examiner_(std::move(examiner)) {}

  Result<Found> look(const std::string& text) const override {
    watermark::Document document;
    document.is_text = true;
    document.text = text;
    auto encoder = examiner_.encoder();
    const watermark::Outcome outcome =
        examiner_.examine(std::move(document), encoder ? &*encoder : nullptr);
    if (outcome.error) return Failure(*outcome.error);
    Found found;
    if (outcome.detection.verdict == Verdict::Found) {
      found.evidence.push_back(evidence_of(outcome.detection, text.size()));
    } else {
      found.findings.push_back(nothing_found(outcome.detection));
    }
    return found;
  }

 private:
  [[nodiscard]] Evidence evidence_of(const textmark::Detection& found, std::size_t size) const {
    const auto& job = examiner_.job();
    const watermark::NamedKey& key = job.keys[found.key];
    const std::string scheme(textmark::name_of(job.settings.scheme));
    Evidence evidence;
    evidence.layer = Layer::Watermark;
    evidence.standard = StandardId::TextWatermark;
    evidence.carrier = fmt::format("tokens[{}]", scheme);
    evidence.where = {0, size};
    evidence.says = Label{};
    evidence.says->origin = Origin::Generated;
    evidence.log10_p = found.log10_p_all;
    evidence.details = {{"scheme", scheme},
                        {"key", watermark::name_of(job.settings.scheme, key)},
                        {"fingerprint", watermark::fingerprint(job.settings.scheme, key.words)},
                        {"keys", fmt::format("{}", found.keys)},
                        {"scored", fmt::format("{}", found.scored)},
                        {"p", fmt::format("1e{:.1f}", found.log10_p_all)}};
    return evidence;
  }

  watermark::Examiner examiner_;
};

/// A number as the configuration has it, as text.
Result<double> number_in(const std::string& text, const char* name) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (!text.empty() && *end == '\0' && std::isfinite(value)) return value;
  return fail(ErrorCode::Usage, fmt::format("\"{}\" is no number", text), name);
}

Result<textmark::Settings> settings_for(const Options& options) {
  std::optional<textmark::Scheme> scheme;
  for (int i = 0; i < textmark::kSchemes; ++i) {
    const auto each = static_cast<textmark::Scheme>(i);
    if (textmark::name_of(each) == options.watermark_scheme) scheme = each;
  }
  if (!scheme) {
    return fail(ErrorCode::Usage,
                fmt::format("there is no scheme \"{}\"", options.watermark_scheme),
                "watermark_scheme");
  }
  textmark::Settings settings = textmark::defaults_of(*scheme);
  if (!options.watermark_width.empty()) {
    const double width = TRY(number_in(options.watermark_width, "watermark_width"));
    settings.context_width = width >= 0 && width <= 64 ? static_cast<std::uint32_t>(width) : 65;
  }
  if (!options.watermark_gamma.empty()) {
    settings.gamma = TRY(number_in(options.watermark_gamma, "watermark_gamma"));
  }
  return settings;
}

}  // namespace

Result<std::shared_ptr<const TextWatermarks>> configured_watermarks(const Options& options) {
  if (options.watermark_keys.empty()) return nullptr;
  if (options.watermark_tokenizer.empty()) {
    return fail(ErrorCode::Usage,
                "watermark keys need the model's vocabulary: --watermark-tokenizer FILE, or "
                "watermark_tokenizer in colophon.toml");
  }
  watermark::DetectJob job;
  job.settings = TRY(settings_for(options));
  job.keys = TRY(watermark::read_keys(options.watermark_keys));
  job.tokenizer = TRY(tokenizer_at(options.watermark_tokenizer));
  job.settings.vocabulary = static_cast<std::uint32_t>(job.tokenizer->size());
  auto examiner = TRY(watermark::Examiner::make(std::move(job)));
  return std::make_shared<const Configured>(std::move(examiner));
}

}  // namespace colophon::cli

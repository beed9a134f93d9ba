// SPDX-License-Identifier: Apache-2.0
#include "cli/watermark.hpp"

#include "io/io.hpp"
#include "watermark/parameters.hpp"

namespace colophon::cli {
namespace {

using textmark::Scheme;
using textmark::Settings;

Scheme scheme_of(const std::string& name) {
  for (int i = 0; i < textmark::kSchemes; ++i) {
    if (textmark::name_of(static_cast<Scheme>(i)) == name) return static_cast<Scheme>(i);
  }
  return Scheme::Gumbel;
}

}  // namespace

Result<Settings> text_settings(const Options& options) {
  const WatermarkOptions& given = options.watermark;
  Settings settings = textmark::defaults_of(scheme_of(given.scheme));
  const auto number = [](long value, std::uint32_t otherwise) {
    return value < 0 ? otherwise : static_cast<std::uint32_t>(std::min(value, 0x7FFFFFFFL));
  };
  settings.context_width = number(given.width, settings.context_width);
  settings.history = number(given.history, settings.history);
  settings.vocabulary = number(given.vocabulary, 0);
  settings.end_token = given.end_token;
  settings.gamma = given.gamma;
  settings.delta = given.delta;
  settings.false_positive_rate = given.false_positives;
  settings.entropy = given.entropy;
  settings.skip_first = given.skip_first;
  settings.repeats = given.repeats == "reference" ? textmark::Repeats::Reference
                     : given.repeats == "keep"    ? textmark::Repeats::Keep
                                                  : textmark::Repeats::Strict;
  settings.statistic = given.statistic == "mean"       ? textmark::Statistic::Mean
                       : given.statistic == "bayesian" ? textmark::Statistic::Bayesian
                                                       : textmark::Statistic::WeightedMean;
  if (!given.table.empty())
    settings.table = TRY(watermark::read_table(given.table, settings.table_size));
  if (!given.bayes.empty()) TRY(watermark::read_bayes(given.bayes, settings));
  return settings;
}

Result<std::vector<watermark::NamedKey>> text_keys(const Options& options) {
  std::vector<watermark::NamedKey> keys;
  for (const std::string& source : options.watermark.key_sources) {
    for (watermark::NamedKey& key : TRY(watermark::read_keys(source))) {
      keys.push_back(std::move(key));
    }
  }
  if (!options.watermark.key_value.empty()) {
    for (watermark::NamedKey& key : TRY(watermark::parse_keys(options.watermark.key_value))) {
      keys.push_back(std::move(key));
    }
  }
  return keys;
}

Result<tokenizers::Tokenizer> tokenizer_at(const std::string& path) {
  auto file = TRY(FileSource::open(path));
  auto tokenizer = tokenizers::Tokenizer::open(*file);
  if (!tokenizer) tokenizer.error().where = path;
  return tokenizer;
}

watermark::DocumentOptions document_options(const Options& options) {
  const WatermarkOptions& given = options.watermark;
  watermark::DocumentOptions documents;
  documents.input = given.input == "jsonl"    ? watermark::Input::Jsonl
                    : given.input == "binary" ? watermark::Input::Binary
                    : given.input == "text"   ? watermark::Input::Text
                                              : watermark::Input::Auto;
  documents.has_tokenizer = !given.tokenizer.empty();
  documents.tokens_field = given.tokens_field;
  documents.text_field = given.text_field;
  documents.id_field = given.id_field;
  return documents;
}

}  // namespace colophon::cli

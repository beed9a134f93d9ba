// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/watermark.hpp"
#include "io/io.hpp"

namespace colophon::cli {
namespace {

using Json = nlohmann::ordered_json;
using textmark::Verdict;
using watermark::Examiner;
using watermark::Outcome;

/// "3.2e-12", also where a double has no number so small.
std::string probability(double log10) {
  if (!(log10 < 0)) return "1";
  const double whole = std::floor(log10);
  if (whole > -4) return fmt::format("{:.2g}", std::pow(10.0, log10));
  return fmt::format("{:.1f}e{}", std::pow(10.0, log10 - whole), static_cast<long>(whole));
}

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

/// What is true of all documents of a run.
struct Naming {
  const watermark::DetectJob& job;
  [[nodiscard]] std::string name(std::uint64_t key) const {
    return watermark::name_of(job.settings.scheme, job.keys[key]);
  }
  [[nodiscard]] Json json(std::uint64_t key) const {
    return {{"name", name(key)},
            {"fingerprint", watermark::fingerprint(job.settings.scheme, job.keys[key].words)}};
  }
};

Json spans_of(const Outcome& outcome, const Naming& naming) {
  Json spans = Json::array();
  for (const auto& span : outcome.spans) {
    Json& one = spans.emplace_back(Json{{"tokens", {span.tokens.begin, span.tokens.end}},
                                        {"scored", span.tokens.scored},
                                        {"key", naming.name(span.tokens.key)},
                                        {"log10_p", number(span.tokens.log10_p)},
                                        {"log10_p_all", number(span.tokens.log10_p_all)}});
    if (span.end > span.begin) one["bytes"] = {span.begin, span.end};
  }
  return spans;
}

Json evidence_of(const Outcome& outcome, const Naming& naming) {
  if (outcome.error || outcome.detection.verdict != Verdict::Found) return Json::array();
  const auto& found = outcome.detection;
  return Json::array(
      {{{"layer", "watermark"},
        {"standard", "text-watermark"},
        {"carrier", fmt::format("text:tokens[{}]", textmark::name_of(naming.job.settings.scheme))},
        {"label", {{"origin", "generated"}}},
        {"integrity", "unsigned"},
        {"key", naming.json(found.key)},
        {"log10_p", number(found.log10_p_all)},
        {"findings", Json::array()}}});
}

Json detection_of(const Outcome& outcome, const Naming& naming) {
  const auto& found = outcome.detection;
  Json json = {{"scheme", textmark::name_of(naming.job.settings.scheme)},
               {"words", textmark::words_of(found.verdict)},
               {"tokens", found.tokens},
               {"scored", found.scored},
               {"repeated", found.repeated},
               {"ignored", found.ignored},
               {"unscorable", found.unscorable},
               {"minimum", found.minimum},
               {"key", naming.json(found.key)},
               {"keys", found.keys},
               {"score", number(found.score)},
               {"z", number(found.z)},
               {"log10_p", number(found.log10_p)},
               {"log10_p_all", number(found.log10_p_all)}};
  if (std::isfinite(found.posterior)) json["posterior"] = found.posterior;
  if (naming.job.spans) json["spans"] = spans_of(outcome, naming);
  if (!naming.job.all_keys) return json;
  Json& all = json["all_keys"] = Json::array();
  for (const auto& each : outcome.keys) {
    all.push_back({{"key", naming.name(each.key)},
                   {"scored", each.scored},
                   {"log10_p", number(each.log10_p)}});
  }
  return json;
}

Json to_value(const Outcome& outcome, const Naming& naming) {
  const bool found = !outcome.error && outcome.detection.verdict == Verdict::Found;
  Json json = {{"schema", "colophon.text-watermark/1"},
               {"file", outcome.document.file},
               {"document", outcome.document.id},
               {"number", outcome.document.number},
               {"offset", outcome.document.offset},
               {"verdict",
                {{"origin", found ? "generated" : "none"},
                 {"assurance", found ? "detected" : "none"},
                 {"basis", found ? Json::array({"text-watermark"}) : Json::array()}}},
               {"evidence", evidence_of(outcome, naming)}};
  if (!outcome.error) {
    json["detection"] = detection_of(outcome, naming);
    return json;
  }
  json["error"] = {{"code", to_string(outcome.error->code)}, {"message", outcome.error->message}};
  if (outcome.error->offset) json["error"]["offset"] = *outcome.error->offset;
  return json;
}

std::string words(Verdict verdict, const Terminal& terminal) {
  switch (verdict) {
    case Verdict::Found:
      return terminal.paint(Colour::Yellow, terminal.say("mark found", "发现水印"));
    case Verdict::NotFound:
      return terminal.say("no mark found", "未发现水印");
    case Verdict::NotEnoughText:
      break;
  }
  return terminal.say("not enough text", "文本不足");
}

std::string describe(const Outcome& outcome, const Naming& naming, const Terminal& terminal) {
  const auto& found = outcome.detection;
  std::string out =
      fmt::format("{}: {}", printable(outcome.document.id, 4096), words(found.verdict, terminal));
  if (found.verdict == Verdict::Found) {
    out += fmt::format(", {} {}", terminal.say("key", "密钥"), printable(naming.name(found.key)));
  }
  out += fmt::format("\n  p = {}", probability(found.log10_p));
  if (found.keys > 1) {
    out += fmt::format(", {} {} = {}", terminal.say("times", "乘以密钥数"), found.keys,
                       probability(found.log10_p_all));
  }
  out += fmt::format("; {} {}, {} {}, {} {}\n", found.tokens, terminal.say("tokens", "个词元"),
                     found.scored, terminal.say("scored", "个计分"), found.repeated,
                     terminal.say("repeats skipped", "个重复已跳过"));
  if (found.verdict == Verdict::NotEnoughText) {
    out += fmt::format("  {} {}\n", terminal.say("scored tokens needed:", "所需的计分词元数："),
                       found.minimum);
  }
  for (const auto& span : outcome.spans) {
    out += fmt::format("  {} {}-{}", terminal.say("tokens", "词元"), span.tokens.begin,
                       span.tokens.end);
    if (span.end > span.begin) {
      out += fmt::format(", {} {}-{}", terminal.say("bytes", "字节"), span.begin, span.end);
    }
    out += fmt::format(": {}, p = {}\n", printable(naming.name(span.tokens.key)),
                       probability(span.tokens.log10_p_all));
  }
  for (const auto& each : outcome.keys) {
    out +=
        fmt::format("  {}: p = {}\n", printable(naming.name(each.key)), probability(each.log10_p));
  }
  return out;
}

/// Prints answers as they come and keeps the sums.
class Answers {
 public:
  Answers(const Options& options, Terminal& terminal, const Examiner& examiner)
      : options_(options), terminal_(terminal), naming_{examiner.job()} {}

  void add(const Outcome& outcome) {
    ++documents_;
    if (outcome.error) {
      ++failed_;
      terminal_.complain(outcome.document.id, *outcome.error);
    } else if (outcome.detection.verdict == Verdict::Found) {
      ++found_;
    }
    if (options_.quiet) return;
    if (options_.json || options_.jsonl) {
      print(to_value(outcome, naming_));
    } else if (!outcome.error) {
      terminal_.print(describe(outcome, naming_, terminal_));
    }
  }
  void fail_file(const std::string& file, const Error& error) {
    Outcome outcome;
    outcome.document.file = outcome.document.id = file;
    outcome.error = error;
    add(outcome);
  }
  int finish() {
    if (options_.json && !options_.quiet) terminal_.print(documents_ == 0 ? "[]\n" : "\n]\n");
    if (!options_.quiet && !options_.json && !options_.jsonl && documents_ > 1) {
      const double chance =
          static_cast<double>(documents_ - failed_) * naming_.job.settings.false_positive_rate;
      terminal_.print(fmt::format("{} {}, {} {} ({} {:.2g}), {} {}\n", documents_,
                                  terminal_.say("documents", "个文档"), found_,
                                  terminal_.say("with a mark", "个有水印"),
                                  terminal_.say("chance alone may give", "仅凭偶然可能有"), chance,
                                  failed_, terminal_.say("could not be read", "个无法读取")));
    }
    if (failed_ > 0) return 3;
    return found_ > 0 || options_.exit_zero ? 0 : 1;
  }

 private:
  void print(const Json& json) {
    const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (options_.jsonl) return terminal_.print(text + "\n");
    terminal_.print((documents_ == 1 ? "[" : ",\n") + text);
  }

  const Options& options_;
  Terminal& terminal_;
  Naming naming_;
  std::uint64_t documents_ = 0, found_ = 0, failed_ = 0;
};

/// Documents of a batch are examined at once and answered in their order.
class Batches {
 public:
  Batches(const Examiner& examiner, int jobs, Answers& answers)
      : examiner_(examiner), answers_(answers) {
    const unsigned machine = std::max(1U, std::thread::hardware_concurrency());
    encoders_.resize(jobs > 0 ? static_cast<unsigned>(jobs) : machine);
    for (auto& encoder : encoders_) encoder = examiner.encoder();
  }

  void add(watermark::Document document) {
    weight_ += document.text.size() + document.ids.size() * 4 + 64;
    waiting_.push_back(std::move(document));
    if (weight_ >= kBatch) flush();
  }
  void flush() {
    std::vector<Outcome> outcomes(waiting_.size());
    const auto work = [&](std::size_t worker) {
      auto& encoder = encoders_[worker];
      for (std::size_t i = worker; i < waiting_.size(); i += encoders_.size()) {
        outcomes[i] = examiner_.examine(std::move(waiting_[i]), encoder ? &*encoder : nullptr);
      }
    };
    if (waiting_.size() < 2 || encoders_.size() == 1) {
      for (std::size_t worker = 0; worker < encoders_.size(); ++worker) work(worker);
    } else {
      std::vector<std::jthread> threads;
      for (std::size_t worker = 0; worker < encoders_.size(); ++worker) {
        threads.emplace_back(work, worker);
      }
    }
    for (const Outcome& outcome : outcomes) answers_.add(outcome);
    waiting_.clear();
    weight_ = 0;
  }

 private:
  static constexpr std::size_t kBatch = 8 << 20;
  const Examiner& examiner_;
  Answers& answers_;
  std::vector<std::optional<tokenizers::Encoder>> encoders_;
  std::vector<watermark::Document> waiting_;
  std::size_t weight_ = 0;
};

Result<std::vector<std::uint32_t>> ids_to_ignore(const watermark::Document& document,
                                                 const watermark::DetectJob& job) {
  if (document.error) return Failure(*document.error);
  if (!document.is_text) return document.ids;
  if (!job.tokenizer) {
    return fail(ErrorCode::Usage, "text needs the model's vocabulary: --tokenizer FILE");
  }
  tokenizers::Encoder encoder(*job.tokenizer);
  std::vector<std::uint32_t> ids;
  for (const auto& token : TRY(encoder.encode(document.text, {.special = job.special}))) {
    ids.push_back(token.id);
  }
  return ids;
}

Status read_ignored(const Options& options, watermark::DetectJob& job) {
  for (const std::string& file : options.watermark.ignore) {
    auto reader = TRY(watermark::DocumentReader::open(file, document_options(options)));
    while (const auto document = TRY(reader.next())) {
      auto ids = ids_to_ignore(*document, job);
      if (!ids) {
        ids.error().where = document->id;
        return Failure(ids.error());
      }
      job.ignore.push_back(*std::move(ids));
    }
  }
  return {};
}

Result<Examiner> prepare(const Options& options) {
  watermark::DetectJob job;
  job.settings = TRY(text_settings(options));
  job.keys = TRY(text_keys(options));
  job.special = !options.watermark.plain;
  job.spans = options.watermark.spans;
  job.all_keys = options.watermark.all_keys;
  if (!options.watermark.tokenizer.empty()) {
    job.tokenizer = TRY(tokenizer_at(options.watermark.tokenizer));
    if (job.settings.vocabulary == 0) {
      job.settings.vocabulary = static_cast<std::uint32_t>(job.tokenizer->size());
    }
  }
  TRY(read_ignored(options, job));
  return Examiner::make(std::move(job));
}

}  // namespace

int run_text_detect(const Options& options, Terminal& terminal) {
  const auto examiner = prepare(options);
  if (!examiner) {
    terminal.complain("", examiner.error());
    return examiner.error().code == ErrorCode::Usage ? 2 : 3;
  }
  Answers answers(options, terminal, *examiner);
  Batches batches(*examiner, options.jobs, answers);
  for (const std::string& file : options.files) {
    auto reader = watermark::DocumentReader::open(file, document_options(options));
    while (reader) {
      auto document = reader->next();
      if (!document) {
        batches.flush();
        answers.fail_file(file, document.error());
        break;
      }
      if (!*document) break;
      batches.add(**std::move(document));
    }
    if (!reader) {
      batches.flush();
      answers.fail_file(file, reader.error());
    }
  }
  batches.flush();
  return answers.finish();
}

}  // namespace colophon::cli

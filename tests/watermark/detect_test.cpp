// SPDX-License-Identifier: Apache-2.0
// What embed has chosen, detect finds: as ids and, through a tokenizer, as text.
#include "watermark/detect.hpp"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include <set>

#include "support/support.hpp"
#include "support/vocabularies.hpp"
#include "watermark/embed.hpp"

using namespace colophon;
using namespace colophon::watermark;
using colophon::testing::Random;
using textmark::Scheme;

namespace {

textmark::Settings settings_of(Scheme scheme) {
  auto settings = textmark::defaults_of(scheme);
  settings.vocabulary = 50'000;
  return settings;
}
NamedKey key_of(Scheme scheme, std::uint64_t seed) {
  Random random(seed);
  return {"key " + std::to_string(seed), make_key(scheme, [&](std::span<std::uint8_t> bytes) {
            for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
          })};
}

std::vector<std::uint32_t> marked(Embedder& embedder, int count, Random& random) {
  std::vector<std::uint32_t> ids;
  for (int i = 0; i < count; ++i) {
    std::set<std::uint32_t> some;
    while (some.size() < 30) some.insert(static_cast<std::uint32_t>(random.below(50'000)));
    std::vector<double> logits;
    for (std::size_t j = 0; j < some.size(); ++j)
      logits.push_back(static_cast<double>(random.below(300)) / 100);
    const auto chosen = embedder.step(fmt::format(R"({{"ids":[{}],"logits":[{}]}})",
                                                  fmt::join(some, ","), fmt::join(logits, ",")),
                                      0);
    if (!chosen) FAIL(chosen.error().message);
    ids.push_back(chosen->value());
  }
  return ids;
}

Document document_of(std::vector<std::uint32_t> ids) {
  Document document;
  document.id = "d";
  document.ids = std::move(ids);
  return document;
}

}  // namespace

TEST_CASE("the right key of many is named, and an unmarked text has none") {
  for (const Scheme scheme :
       {Scheme::Gumbel, Scheme::GumbelDual, Scheme::SynthIdV1, Scheme::SynthIdV2}) {
    CAPTURE(textmark::name_of(scheme));
    DetectJob job;
    job.settings = settings_of(scheme);
    for (std::uint64_t i = 0; i < 8; ++i) job.keys.push_back(key_of(scheme, i + 1));
    job.all_keys = job.spans = true;
    auto embedder = Embedder::make({.settings = job.settings, .key = job.keys[5], .seed = 1});
    if (!embedder) {  // this version of the library does not know the scheme
      MESSAGE("skipped: ", embedder.error().message);
      continue;
    }
    const auto examiner = Examiner::make(std::move(job));
    if (!examiner) FAIL(examiner.error().message);
    Random random(4);
    std::vector<std::uint32_t> ids(300);
    for (auto& id : ids) id = static_cast<std::uint32_t>(random.below(50'000));
    const Outcome clean = examiner->examine(document_of(ids), nullptr);
    CHECK(!clean.error);
    CHECK(clean.detection.verdict != textmark::Verdict::Found);
    const auto mark = marked(*embedder, 300, random);
    ids.insert(ids.end(), mark.begin(), mark.end());
    const Outcome outcome = examiner->examine(document_of(ids), nullptr);
    REQUIRE(!outcome.error);
    CHECK(outcome.detection.verdict == textmark::Verdict::Found);
    CHECK(outcome.detection.key == 5);
    CHECK(outcome.detection.keys == 8);
    CHECK(outcome.keys.size() == 8);
    CHECK(outcome.detection.log10_p_all > outcome.detection.log10_p);  // Bonferroni
    REQUIRE(!outcome.spans.empty());
    CHECK(outcome.spans[0].tokens.begin > 250);
    CHECK(outcome.spans[0].tokens.end > 500);
  }
}

TEST_CASE("a token beyond the vocabulary is told with its byte in the file, not its number") {
  DetectJob job;
  job.settings = settings_of(Scheme::Gumbel);
  job.keys = {key_of(Scheme::Gumbel, 3)};
  const auto examiner = Examiner::make(std::move(job));
  REQUIRE(examiner);
  Document document = document_of({1, 2, 50'000, 3});
  document.offset = 77;
  const Outcome line = examiner->examine(document, nullptr);
  REQUIRE(line.error);
  CHECK(line.error->offset == 77);
  CHECK(line.error->message.find("token 50000 at index 2") != std::string::npos);
  CHECK(line.error->where.empty());
  document.offset = 0, document.id_size = 4;
  CHECK(examiner->examine(document, nullptr).error->offset == 8);
}

TEST_CASE("text is examined through the model's vocabulary, spans point into it") {
  const auto pairs = testing::train_pairs(testing::training_text(), 250);
  const ByteBuffer file = testing::pairs_gguf(pairs, "gpt-2");
  MemorySource source(file);
  auto tokenizer = tokenizers::Tokenizer::open(source);
  REQUIRE(tokenizer);
  DetectJob job;
  job.settings = textmark::defaults_of(Scheme::Gumbel);
  job.keys = {key_of(Scheme::Gumbel, 3)};
  job.spans = true;
  auto embedder = Embedder::make({.settings = job.settings, .key = job.keys[0], .seed = 1});
  REQUIRE(embedder);
  // Letters with a space before: however they follow each other, they are cut so again.
  std::vector<std::uint32_t> letters;
  for (std::uint32_t id = 0; id < pairs.tokens.size(); ++id) {
    const auto text = tokenizer->decode(std::vector{id});
    if (text && text->size() >= 2 && (*text)[0] == ' ' && (*text)[1] >= 'a' && (*text)[1] <= 'z') {
      letters.push_back(id);
    }
  }
  REQUIRE(letters.size() > 10);
  const std::string step = fmt::format(R"({{"ids":[{}],"logits":[{}]}})", fmt::join(letters, ","),
                                       fmt::join(std::vector<int>(letters.size(), 0), ","));
  std::vector<std::uint32_t> ids;
  for (int i = 0; i < 200; ++i) ids.push_back((*embedder->step(step, 0)).value());
  job.tokenizer = *tokenizer;
  const auto examiner = Examiner::make(std::move(job));
  REQUIRE(examiner);
  auto encoder = examiner->encoder();
  Document document;
  document.is_text = true;
  document.text = *tokenizer->decode(ids);
  const std::uint64_t size = document.text.size();
  const Outcome outcome = examiner->examine(document, &*encoder);
  REQUIRE(!outcome.error);
  CHECK(outcome.detection.tokens == 200);
  CHECK(outcome.detection.verdict == textmark::Verdict::Found);
  REQUIRE(!outcome.spans.empty());
  CHECK(outcome.spans[0].begin < outcome.spans[0].end);
  CHECK(outcome.spans[0].end <= size);
  // Ids beyond the vocabulary: the wrong tokenizer.
  CHECK(examiner->examine(document_of({1, 2, 4000}), &*encoder).error);
  Document far = document_of({1, 2, 4000});
  far.offset = 100;  // a line of a file
  CHECK(examiner->examine(far, &*encoder).error->offset == 100);
  far.offset = 0, far.id_size = 4;  // 32-bit numbers
  CHECK(examiner->examine(far, &*encoder).error->offset == 8);
  document.text = "\xFF";
  CHECK(examiner->examine(document, &*encoder).error);
  document.text = "words";
  CHECK(examiner->examine(document, nullptr).error->code == ErrorCode::Usage);
}

TEST_CASE("steps: prompts, tokens from elsewhere, new texts, and what is wrong") {
  const EmbedJob job{.settings = textmark::defaults_of(Scheme::Gumbel),
                     .key = key_of(Scheme::Gumbel, 2),
                     .seed = 5};
  auto one = Embedder::make(job), two = Embedder::make(job);
  REQUIRE((one && two));
  const std::string logits = "[0,1,2,3,0.5,-1,null,2.5]";
  std::vector<std::uint32_t> first, second;
  for (int i = 0; i < 20; ++i) first.push_back((*one->step(logits, 0)).value());
  for (int i = 0; i < 20; ++i) {  // the same ids by "accept" give the same state
    if (i < 10) {
      CHECK(
          !(*two->step(fmt::format(R"({{"accept":[{}]}})", first[static_cast<std::size_t>(i)]), 0))
               .has_value());
      second.push_back(first[static_cast<std::size_t>(i)]);
    } else {
      second.push_back((*two->step("{\"logits\":" + logits + "}", 0)).value());
    }
  }
  CHECK(std::count(first.begin(), first.end(), 6U) == 0);  // null
  CHECK(std::vector(first.begin() + 10, first.begin() + 12) ==
        std::vector(second.begin() + 10, second.begin() + 12));
  CHECK(!one->step(R"({"prompt":[1]})", 0));  // too late
  CHECK(one->step(R"({"reset":true,"prompt":[1,2]})", 0));
  for (const char* wrong :
       {"{}", "[", "[\"a\"]", R"({"ids":[1,2],"logits":[1]})", R"({"logits":[]})",
        R"({"logits":[null,null]})", R"({"temperature":1})", R"({"accept":[-1]})"}) {
    CAPTURE(wrong);
    const auto step = one->step(wrong, 100);
    REQUIRE(!step);
    CHECK(step.error().offset.value_or(0) >= 100);
  }
  EmbedJob cold = job;
  cold.temperature = 0;
  CHECK(!Embedder::make(cold));
}

// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "standards/standards.hpp"

using namespace colophon;

namespace {

std::string generator(CarrierKind kind, std::string key, std::string_view payload) {
  const Carrier carrier{kind, "test", std::move(key), {}, {}, {}, std::nullopt};
  const auto found = kGenerators.read(carrier, as_bytes(payload), Limits{});
  if (found.empty()) return "";
  CHECK(found.front().layer == Layer::Trace);
  CHECK(found.front().says->origin == Origin::Suspected);
  return found.front().details.front().second;
}

constexpr CarrierKind kChunk = CarrierKind::TextChunk;
constexpr CarrierKind kTag = CarrierKind::Tag;

}  // namespace

TEST_CASE("generators are known by what they write") {
  CHECK(generator(kChunk, "parameters", "a duck\nSteps: 15, Sampler: UniPC, Seed: 2") ==
        "Stable Diffusion WebUI");
  CHECK(generator(kChunk, "prompt", R"({"3": {"inputs": {}, "class_type": "KSampler"}})") ==
        "ComfyUI");
  CHECK(generator(CarrierKind::ExifText, "Make",
                  R"(Prompt: {"3": {"inputs": {}, "class_type": 1}})") == "ComfyUI");
  CHECK(generator(kChunk, "Software", "NovelAI") == "NovelAI");
  CHECK(generator(CarrierKind::StealthAlpha, "", R"({"Software": "NovelAI"})") == "NovelAI");
  CHECK(generator(kChunk, "Dream", "\"a duck\" -s 50 -S 12") == "InvokeAI");
  CHECK(generator(kChunk, "parameters", R"({"sui_image_params": {}})") == "SwarmUI");
  CHECK(generator(kTag, "WOAS", "https://suno.com/song/b509862c-d26a-4eb1-9ba0-8c5df7e4a8b1") ==
        "Suno");
  CHECK(generator(kChunk, "Description",
                  "a pond --v 5.2 Job ID: 2b6e053b-9a65-4ca9-9e13-b6f4465164d4") == "Midjourney");
  CHECK(generator(CarrierKind::ExifText, "ImageDescription",
                  "Signature: " + std::string(200, 'A')) == "xAI");
  const std::string comment =
      std::string("ASCII\0\0\0", 8) + R"({"aigc_info":{"aigc_label_type":0}})";
  CHECK(generator(CarrierKind::ExifComment, "", comment) == "Dreamina");
}

TEST_CASE("ordinary metadata is no trace") {
  CHECK(generator(kChunk, "Software", "GIMP 2.10").empty());
  CHECK(generator(kChunk, "Description", "Job ID: 1234").empty());
  CHECK(generator(kChunk, "Comment", "Steps: first mix, then bake").empty());
  CHECK(generator(CarrierKind::ExifText, "ImageDescription", "Signature: illegible").empty());
  CHECK(generator(CarrierKind::PlainText, "", "made with suno").empty());
  CHECK(generator(CarrierKind::ExifText, "Make", "Canon").empty());
}

TEST_CASE("prompts are kept apart and nothing is ever written") {
  const Carrier carrier{kChunk, "test", "parameters", {}, {}, {}, std::nullopt};
  const auto found =
      kGenerators.read(carrier, as_bytes("secret\nSteps: 15, Sampler: UniPC, Seed: 2"), Limits{});
  REQUIRE(found.size() == 1);
  CHECK(found.front().prompt.starts_with("secret"));
  for (const auto& [key, value] : found.front().details) {
    CHECK(value.find("secret") == std::string::npos);
  }
  CHECK_FALSE(kGenerators.write(Label{}, kChunk, {}));
}

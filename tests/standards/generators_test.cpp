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

TEST_CASE("generators are known in their other shapes") {
  CHECK(generator(kChunk, "parameters", "a duck\nSteps: 28, Seed: 7, CFG scale: 5, Model: flux1") ==
        "Stable Diffusion WebUI");
  CHECK(generator(kTag, "comment",
                  R"({"prompt": "{\"3\": {\"inputs\": {}, \"class_type\": 1}}"})") == "ComfyUI");
  CHECK(generator(CarrierKind::ExifComment, "", R"({"prompt": "", "version": "Fooocus v2.5.5"})") ==
        "Fooocus");
  CHECK(generator(CarrierKind::ExifText, "Software", "Fooocus v2.5.5") == "Fooocus");
  CHECK(generator(kChunk, "parameters", R"({"prompt": "", "num_inference_steps": 28})") ==
        "Diffusers");
  CHECK(generator(kChunk, "use_stable_diffusion_model", "sd-v1-4") == "Easy Diffusion");
  CHECK(generator(kChunk, "parameters-json", R"({"Sampler": 1, "ModelName": "x"})") ==
        "Stability Matrix");
  CHECK(generator(kChunk, "invokeai_workflow", "{}") == "InvokeAI");
  CHECK(generator(CarrierKind::ExifComment, "", R"(a duck Civitai resources: [{"air": 1}])") ==
        "Civitai");
  CHECK(generator(kTag, "comment", "Made with Suno; created=2025-01-01") == "Suno");
  CHECK(generator(kTag, "WOAF", "https://www.suno.com/song/b509862c") == "Suno");
  CHECK(generator(kTag, "WOAS", "https://suno.com/s/AbCd") == "Suno");
  CHECK(generator(CarrierKind::ExifText, "Software", "AI generated;txt2img;flux") == "FLUX");
  CHECK(generator(CarrierKind::ExifText, "Software", "Adobe Firefly") == "Adobe Firefly");
  CHECK(generator(kChunk, "Software", "DALL-E 3") == "DALL-E");
  CHECK(generator(kTag, "Credit", "Made with Google AI") == "Made with Google AI");
}

TEST_CASE("generators are known in the properties of XMP") {
  const auto packet = [](const std::string& property) {
    return "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/"
           "22-rdf-syntax-ns#\"><rdf:Description xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
           "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" "
           "xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\">" +
           property + "</rdf:Description></rdf:RDF></x:xmpmeta>";
  };
  const auto described = [&](const std::string& text) {
    return packet("<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">" + text +
                  "</rdf:li></rdf:Alt></dc:description>");
  };
  CHECK(generator(CarrierKind::Xmp, "",
                  described("a pond --v 7 Job ID: 2b6e053b-9a65-4ca9-9e13-b6f4465164d4")) ==
        "Midjourney");
  CHECK(generator(CarrierKind::Xmp, "", described("a duck\nSteps: 9, Sampler: DDIM, Seed: 2")) ==
        "Stable Diffusion WebUI");
  const auto made_with = [&](const std::string& tool) {
    return generator(CarrierKind::Xmp, "",
                     packet("<xmp:CreatorTool>" + tool + "</xmp:CreatorTool>"));
  };
  CHECK(made_with("Imagen 3") == "Imagen");
  CHECK(made_with("Draw Things") == "Draw Things");
  CHECK(made_with("Imagenomic Portraiture 4").empty());
  CHECK(generator(CarrierKind::Xmp, "",
                  packet("<photoshop:Credit>Imagen cedida por la familia</photoshop:Credit>"))
            .empty());
}

TEST_CASE("to mention a generator is no trace of it") {
  CHECK(generator(kChunk, "Title", "Draw Things: a course for children").empty());
  CHECK(generator(kChunk, "Source", "NovelAI, a review").empty());
  CHECK(generator(kTag, "COMM", "our cover of https://suno.com/song/b509862c, by hand").empty());
  CHECK(generator(kTag, "COMM", "as heard on https://www.udio.com/songs/abc tonight").empty());
  CHECK(generator(kChunk, "Comment", "Steps: 1. Fill. Seed: tomato. Sampler: none").empty());
  CHECK(generator(kTag, "Credit", "Ideogram Studio / J. Doe").empty());
  CHECK(generator(kChunk, "Comment", "Midjourney").empty());
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

// SPDX-License-Identifier: Apache-2.0
// What generators leave in files for their own use: parameters, workflows, private keys. Evidence
// of layer `trace`, read only: it shows which tool touched a file, not that anybody labelled it.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "standards/standards.hpp"
#include "standards/xmp.hpp"

namespace colophon {
namespace {

constexpr std::size_t kMaxSearched = 256 * 1024;
constexpr std::size_t kMaxPrompt = 64 * 1024;
constexpr std::size_t kUuidSize = 36;
constexpr std::size_t kLeastSignature = 80;  // characters of base64; xAI's are about 700

/// A generator and what its metadata looks like: all of `words` stand in the text, under `key` if
/// one is given. The first row that fits names the generator, so special cases come first.
struct Sign {
  std::string_view generator;
  std::string_view key;  ///< compared without case; empty: any
  std::array<std::string_view, 3> words;
};

constexpr Sign kSigns[] = {
    {"SwarmUI", "", {"\"sui_image_params\""}},
    {"RuinedFooocus", "", {"\"software\"", "RuinedFooocus"}},
    {"Fooocus", "", {"\"metadata_scheme\"", "fooocus"}},
    {"Fooocus", "fooocus_scheme", {}},
    {"Fooocus", "", {"Fooocus v", "Steps: "}},
    {"InvokeAI", "invokeai_metadata", {}},
    {"InvokeAI", "invokeai_graph", {}},
    {"InvokeAI", "sd-metadata", {}},
    {"InvokeAI", "dream", {"-s", "-S"}},
    {"InvokeAI", "", {"invoke-ai/InvokeAI"}},
    {"NovelAI", "software", {"NovelAI"}},
    {"NovelAI", "source", {"NovelAI"}},
    {"NovelAI", "", {"\"Software\"", "NovelAI"}},
    {"NovelAI", "comment", {"\"uc\"", "\"sampler\"", "\"prompt\""}},
    {"Easy Diffusion", "", {"\"use_stable_diffusion_model\""}},
    {"Draw Things", "", {"Draw Things"}},
    {"Dreamina", "", {"aigc_label_type"}},
    {"Dreamina", "", {"\"aigc_info\""}},
    {"Tensor.Art", "generation_data", {"\"baseModel\""}},
    {"ComfyUI", "", {"\"class_type\"", "\"inputs\""}},
    {"ComfyUI", "", {"\"last_node_id\"", "\"nodes\""}},
    {"ComfyUI", "workflow", {"\"nodes\"", "\"links\""}},
    {"SD.Next", "", {"Steps: ", "App: SD.Next"}},
    {"Civitai", "", {"Steps: ", "Civitai resources: "}},
    {"Civitai", "", {"\"extraMetadata\"", "\"resources\""}},
    {"Stable Diffusion WebUI", "", {"Steps: ", "Sampler: ", "Seed: "}},
    {"Stable Diffusion", "software", {"Stable Diffusion"}},
    {"Suno", "", {"https://suno.com/song/"}},
    {"Suno", "", {"made with suno"}},
    {"Suno", "", {"suno.ai/song/"}},
    {"Udio", "", {"udio.com/songs/"}},
};

/// Programs that name themselves in a "made with" property and do nothing but generate.
constexpr std::string_view kCreatorTools[] = {
    "Midjourney",       "DALL-E",        "DALL·E",
    "Stable Diffusion", "Adobe Firefly", "Made with Google AI",
    "Imagen",           "Ideogram",      "Leonardo.Ai",
    "Draw Things",      "NovelAI",       "ComfyUI",
    "InvokeAI",         "Dreamina",      "Recraft",
};
constexpr std::string_view kXmpNamespace = "http://ns.adobe.com/xap/1.0/";
constexpr std::string_view kPhotoshopNamespace = "http://ns.adobe.com/photoshop/1.0/";

Evidence trace(const Carrier& carrier, std::string_view generator) {
  Evidence evidence;
  evidence.layer = Layer::Trace;
  evidence.standard = StandardId::Generator;
  evidence.carrier = carrier.path;
  evidence.where = carrier.whole;
  evidence.says = Label{};
  evidence.says->origin = Origin::Suspected;
  evidence.details.emplace_back("generator", generator);
  return evidence;
}

bool is_uuid(std::string_view text) noexcept {
  if (text.size() < kUuidSize) return false;
  for (std::size_t i = 0; i < kUuidSize; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

/// Midjourney ends its description with "Job ID: UUID".
bool is_midjourney(std::string_view text) noexcept {
  constexpr std::string_view kMark = "Job ID: ";
  const auto at = text.rfind(kMark);
  return at != std::string_view::npos && is_uuid(text.substr(at + kMark.size()));
}

/// xAI (Grok, Aurora): EXIF text "Signature: " and nothing but base64. No public key is known, so
/// it cannot be checked; its presence is the trace.
bool is_xai(std::string_view text) noexcept {
  constexpr std::string_view kMark = "Signature: ";
  if (!text.starts_with(kMark)) return false;
  std::string_view rest = text.substr(kMark.size());
  while (!rest.empty() && (rest.back() == '\0' || rest.back() == ' ')) rest.remove_suffix(1);
  return rest.size() >= kLeastSignature && base64_decode(rest).has_value();
}

bool fits(const Sign& sign, std::string_view key, std::string_view text) noexcept {
  if (!sign.key.empty() && !equals_ignore_case(sign.key, key)) return false;
  return std::all_of(sign.words.begin(), sign.words.end(), [&](std::string_view word) {
    return word.empty() || text.find(word) != std::string_view::npos;
  });
}

std::string_view generator_of(const Carrier& carrier, std::string_view text) noexcept {
  for (const Sign& sign : kSigns) {
    if (fits(sign, carrier.key, text)) return sign.generator;
  }
  if (is_midjourney(text)) return "Midjourney";
  const bool exif =
      carrier.kind == CarrierKind::ExifText || carrier.kind == CarrierKind::ExifComment;
  if (exif && is_xai(text)) return "xAI";
  return {};
}

/// Forks of one web UI write the same text; their version tells them apart.
std::string_view fork_of(std::string_view text) noexcept {
  const auto at = text.rfind("Version: ");
  if (at == std::string_view::npos) return {};
  const std::string_view version = text.substr(at + 9, 40);
  if (version.starts_with("neo") || version.find("-neo") != std::string_view::npos) {
    return "Forge Neo";
  }
  if (version.starts_with("f1") && version.find("reforge") != std::string_view::npos) {
    return "reForge";
  }
  if (version.starts_with("f0") || version.starts_with("f1") || version.starts_with("f2")) {
    return "Forge";
  }
  return version.starts_with("v1") ? std::string_view("AUTOMATIC1111") : std::string_view();
}

/// EXIF comments may begin with an 8-byte name of their character set.
std::string_view without_charset(std::string_view text) noexcept {
  const std::string_view head = text.substr(0, 8);
  const bool named = head == std::string_view("ASCII\0\0\0", 8) ||
                     head == std::string_view("UNICODE\0", 8) ||
                     head == std::string_view("\0\0\0\0\0\0\0\0", 8);
  return named ? text.substr(8) : text;
}

std::vector<Evidence> read_xmp(const Carrier& carrier, Bytes payload, const Limits& limits) {
  std::vector<Evidence> found;
  if (as_text(payload).find("aigc_label_type") != std::string_view::npos) {
    found.push_back(trace(carrier, "Dreamina"));
  }
  const std::pair<std::string_view, std::string_view> properties[] = {
      {kXmpNamespace, "CreatorTool"}, {kPhotoshopNamespace, "Credit"}};
  for (const auto& [uri, name] : properties) {
    if (as_text(payload).find(name) == std::string_view::npos) continue;  // no need to parse
    for (const XmpValue& value : find_xmp(payload, uri, name, limits)) {
      for (const std::string_view tool : kCreatorTools) {
        if (value.value.starts_with(tool)) found.push_back(trace(carrier, tool));
      }
    }
  }
  return found;
}

std::vector<Evidence> read(const Carrier& carrier, Bytes payload, const Limits& limits) {
  switch (carrier.kind) {
    case CarrierKind::Xmp:
      return read_xmp(carrier, payload, limits);
    case CarrierKind::ExifComment:
    case CarrierKind::ExifText:
    case CarrierKind::TextChunk:
    case CarrierKind::Tag:
    case CarrierKind::StealthAlpha:
      break;
    default:
      return {};
  }
  const std::string_view text = without_charset(as_text(payload));
  const std::string_view searched = text.substr(0, kMaxSearched);
  const std::string_view generator = generator_of(carrier, searched);
  if (generator.empty()) return {};
  Evidence evidence = trace(carrier, generator);
  if (generator == "Stable Diffusion WebUI") {
    if (const auto fork = fork_of(searched); !fork.empty()) {
      evidence.details.emplace_back("fork", fork);
    }
  }
  evidence.prompt = to_valid_utf8(text.substr(0, kMaxPrompt));
  return {std::move(evidence)};
}

Result<ByteBuffer> write(const Label&, CarrierKind, Bytes) {
  return fail(ErrorCode::Unsupported, "generators' own metadata is only read");
}

std::vector<Finding> lint(const Evidence&) {
  return {};
}

}  // namespace

constinit const Standard kGenerators{
    .name = "generator",
    .id = StandardId::Generator,
    .read = read,
    .write = write,
    .lint = lint,
};

}  // namespace colophon

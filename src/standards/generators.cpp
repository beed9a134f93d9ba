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
    {"Fooocus", "", {"\"version\"", "\"Fooocus v"}},
    {"Fooocus", "software", {"Fooocus v"}},
    {"InvokeAI", "invokeai_metadata", {}},
    {"InvokeAI", "invokeai_graph", {}},
    {"InvokeAI", "invokeai_workflow", {}},
    {"InvokeAI", "sd-metadata", {}},
    {"InvokeAI", "dream", {"-s", "-S"}},
    {"InvokeAI", "", {"invoke-ai/InvokeAI"}},
    {"NovelAI", "software", {"NovelAI"}},
    {"NovelAI", "source", {"NovelAI Diffusion"}},
    {"NovelAI", "", {"\"Software\"", "NovelAI"}},
    {"NovelAI", "comment", {"\"uc\"", "\"sampler\"", "\"prompt\""}},
    {"Easy Diffusion", "", {"\"use_stable_diffusion_model\""}},
    {"Easy Diffusion", "use_stable_diffusion_model", {}},
    {"Stability Matrix", "parameters-json", {"\"Sampler\"", "\"ModelName\""}},
    {"mflux", "", {"\"mflux_version\""}},
    {"FLUX", "software", {"AI generated;", "flux"}},
    {"Dreamina", "", {"aigc_label_type"}},
    {"Dreamina", "", {"\"aigc_info\""}},
    {"Tensor.Art", "generation_data", {"\"baseModel\""}},
    {"ComfyUI", "", {"\"class_type\"", "\"inputs\""}},
    {"ComfyUI", "", {"\\\"class_type\\\"", "\\\"inputs\\\""}},  // a graph as a JSON string
    {"ComfyUI", "", {"\"last_node_id\"", "\"nodes\""}},
    {"ComfyUI", "workflow", {"\"nodes\"", "\"links\""}},
    {"SD.Next", "", {"Steps: ", "App: SD.Next"}},
    {"Civitai", "", {"Civitai resources: ["}},
    {"Civitai", "", {"\"extraMetadata\"", "\"resources\""}},
    {"Diffusers", "parameters", {"\"num_inference_steps\"", "\"prompt\""}},
};

/// Programs that name themselves in a "made with" property and do nothing but generate.
struct Tool {
  std::string_view name;
  bool common = false;  ///< others have this name too: it counts alone or before a version only
};

constexpr Tool kTools[] = {
    {"Midjourney"},
    {"DALL-E"},
    {"DALL·E"},
    {"Stable Diffusion"},
    {"Adobe Firefly"},
    {"Made with Google AI"},
    {"Edited with Google AI"},
    {"Apple Image Playground"},
    {"Imagen", true},
    {"Ideogram", true},
    {"Leonardo.Ai"},
    {"Draw Things"},
    {"NovelAI"},
    {"ComfyUI"},
    {"InvokeAI"},
    {"Dreamina"},
    {"Recraft", true},
};
/// Keys of texts in which a program names itself.
constexpr std::string_view kToolKeys[] = {"Software", "Credit", "CreatorTool"};

constexpr std::string_view kXmpNamespace = "http://ns.adobe.com/xap/1.0/";
constexpr std::string_view kPhotoshopNamespace = "http://ns.adobe.com/photoshop/1.0/";
constexpr std::string_view kExifNamespace = "http://ns.adobe.com/exif/1.0/";
constexpr std::string_view kDublinCore = "http://purl.org/dc/elements/1.1/";
constexpr std::string_view kTiffNamespace = "http://ns.adobe.com/tiff/1.0/";

/// XMP properties that hold what other carriers hold as texts of these keys.
struct Property {
  std::string_view uri, name;
};
constexpr Property kProperties[] = {
    {kXmpNamespace, "CreatorTool"},       {kPhotoshopNamespace, "Credit"},
    {kExifNamespace, "UserComment"},      {kDublinCore, "description"},
    {kTiffNamespace, "ImageDescription"}, {kTiffNamespace, "Software"},
};

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

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool number_after(std::string_view text, std::string_view mark) noexcept {
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    const std::string_view rest = text.substr(at + mark.size(), 1);
    if (!rest.empty() && is_digit(rest.front())) return true;
  }
  return false;
}

/// The line of settings of AUTOMATIC1111's web UI, which many tools write after it.
bool is_web_ui(std::string_view text) noexcept {
  return number_after(text, "Steps: ") && number_after(text, "Seed: ") &&
         (text.find("Sampler: ") != std::string_view::npos || number_after(text, "CFG scale: "));
}

bool skip_prefix(std::string_view& text, std::string_view prefix) noexcept {
  if (!equals_ignore_case(text.substr(0, prefix.size()), prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// The service whose song this is: a comment of its own, or nothing but a song's address. An
/// address in somebody's sentence may be that of any song.
std::string_view song_service(std::string_view text) noexcept {
  while (!text.empty() && (text.back() == '\0' || text.back() == ' ')) text.remove_suffix(1);
  if (skip_prefix(text, "made with suno")) return "Suno";
  if (text.find_first_of(" \t\r\n") != std::string_view::npos) return {};
  if (!skip_prefix(text, "https://")) skip_prefix(text, "http://");
  if (!skip_prefix(text, "www.")) skip_prefix(text, "app.");
  for (const std::string_view page : {"suno.com/song/", "suno.com/s/", "suno.ai/song/"}) {
    if (skip_prefix(text, page)) return "Suno";
  }
  return skip_prefix(text, "udio.com/songs/") ? std::string_view("Udio") : std::string_view();
}

/// `text` is the tool's name, alone or with more words after it ("Imagenomic" is not "Imagen").
bool names(const Tool& tool, std::string_view text) noexcept {
  if (!text.starts_with(tool.name)) return false;
  std::string_view rest = text.substr(tool.name.size());
  while (!rest.empty() && rest.back() == '\0') rest.remove_suffix(1);
  if (rest.empty()) return true;
  const auto first = static_cast<unsigned char>(rest.front());
  if ((first | 0x20) >= 'a') return false;  // a letter, or the beginning of a longer character
  if (!tool.common) return true;
  rest.remove_prefix(std::min(rest.find_first_not_of(" /-"), rest.size()));
  if (rest.starts_with('v')) rest.remove_prefix(1);
  return !rest.empty() && is_digit(rest.front());
}

std::string_view tool_of(std::string_view key, std::string_view text) noexcept {
  const auto is_key = [&](std::string_view known) { return equals_ignore_case(known, key); };
  if (std::none_of(std::begin(kToolKeys), std::end(kToolKeys), is_key)) return {};
  const auto* tool = std::find_if(std::begin(kTools), std::end(kTools),
                                  [&](const Tool& known) { return names(known, text); });
  return tool == std::end(kTools) ? std::string_view() : tool->name;
}

bool fits(const Sign& sign, std::string_view key, std::string_view text) noexcept {
  if (!sign.key.empty() && !equals_ignore_case(sign.key, key)) return false;
  return std::all_of(sign.words.begin(), sign.words.end(), [&](std::string_view word) {
    return word.empty() || text.find(word) != std::string_view::npos;
  });
}

std::string_view generator_of(std::string_view key, std::string_view text, bool exif) noexcept {
  for (const Sign& sign : kSigns) {
    if (fits(sign, key, text)) return sign.generator;
  }
  if (is_web_ui(text)) return "Stable Diffusion WebUI";
  if (is_midjourney(text)) return "Midjourney";
  if (exif && is_xai(text)) return "xAI";
  if (const auto service = song_service(text); !service.empty()) return service;
  return tool_of(key, text);
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

/// What `text`, which stands under `key`, says about its generator.
std::optional<Evidence> read_text(const Carrier& carrier, std::string_view key,
                                  std::string_view text) {
  const bool exif =
      carrier.kind == CarrierKind::ExifText || carrier.kind == CarrierKind::ExifComment;
  const std::string_view searched = text.substr(0, kMaxSearched);
  const std::string_view generator = generator_of(key, searched, exif);
  if (generator.empty()) return std::nullopt;
  Evidence evidence = trace(carrier, generator);
  if (generator == "Stable Diffusion WebUI") {
    if (const auto fork = fork_of(searched); !fork.empty()) {
      evidence.details.emplace_back("fork", fork);
    }
  }
  evidence.prompt = to_valid_utf8(text.substr(0, kMaxPrompt));
  return evidence;
}

std::vector<Evidence> read_xmp(const Carrier& carrier, Bytes payload, const Limits& limits) {
  std::vector<Evidence> found;
  if (as_text(payload).find("aigc_label_type") != std::string_view::npos) {
    found.push_back(trace(carrier, "Dreamina"));
  }
  for (const auto& [uri, name] : kProperties) {
    if (as_text(payload).find(name) == std::string_view::npos) continue;  // no need to parse
    for (const XmpValue& value : find_xmp(payload, uri, name, limits)) {
      auto evidence = read_text(carrier, name, value.value);
      if (!evidence) continue;
      const bool known = std::any_of(found.begin(), found.end(), [&](const Evidence& other) {
        return other.details.front() == evidence->details.front();
      });
      if (!known) found.push_back(std::move(*evidence));
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
  auto evidence = read_text(carrier, carrier.key, text);
  if (!evidence) return {};
  return {std::move(*evidence)};
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

// SPDX-License-Identifier: Apache-2.0
// Where and in which form a label stands, against the practice guides (docs/gb45438.md). The guides
// are recommended, so an odd place is a warning; a namespace that no reader looks for is an error.
#include "standards/gb45438_label.hpp"
#include "standards/gb45438_lint.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <span>

namespace colophon::gb45438 {
namespace {

/// Containers that have a key of their own for the field.
struct KeyedPlace {
  std::span<const std::string_view> containers;
  std::string_view rule;
  std::string_view path;  ///< part of the carrier's path when it is the guide's own place
  std::string_view name;  ///< of that place, for people
};
constexpr std::string_view kMp4[] = {"mp4", "mov", "m4a", "m4v", "3gp", "quicktime"};
constexpr std::string_view kMkv[] = {"mkv", "webm", "matroska"};
constexpr std::string_view kFlv[] = {"flv"};
constexpr std::string_view kAvi[] = {"avi"};
constexpr std::string_view kWav[] = {"wav"};
constexpr std::string_view kMp3[] = {"mp3"};
constexpr std::string_view kVorbis[] = {"ogg", "opus", "flac"};
constexpr std::string_view kOoxml[] = {"ooxml", "docx", "pptx", "xlsx", "dotx", "potx", "xltx"};
constexpr std::string_view kPdf[] = {"pdf"};
constexpr KeyedPlace kKeyedPlaces[] = {
    {kMp4, "P-MP4", "moov.udta.meta.keys[", "the key AIGC in moov.udta.meta"},
    {kMkv, "P-MKV", "", "a SimpleTag named AIGC"},
    {kFlv, "P-FLV", "", "the property AIGC of onMetaData"},
    {kAvi, "P-AVI", "LIST[INFO]", "the chunk AIGC in LIST INFO"},
    {kWav, "P-WAV", "wav:AIGC", "the chunk AIGC"},
    {kMp3, "P-MP3", "TXX", "an ID3v2 TXXX frame described AIGC"},
    {kVorbis, "P-VC", "", "a comment named AIGC"},
    {kOoxml, "P-OOXML", "", "the custom property AIGC"},
    {kPdf, "P-PDF", "pdf:Info", "the key AIGC of the Info dictionary"},
};
constexpr std::string_view kImages[] = {"png",  "jpeg", "webp", "gif", "tiff", "heif",
                                        "heic", "avif", "jxl",  "svg", "dng"};

bool contains(std::span<const std::string_view> words, std::string_view word) noexcept {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class PlaceLinter {
 public:
  PlaceLinter(const Evidence& evidence, std::vector<Finding>& findings)
      : evidence_(evidence),
        container_(std::string_view(evidence.carrier).substr(0, evidence.carrier.find(':'))),
        wrapped_(detail(evidence, kWrapped) == "yes"),
        findings_(findings) {}

  void run() {
    if (is(CarrierKind::Xmp)) xmp();
    if (is(CarrierKind::ExifComment)) comment();
    if (contains(kImages, container_)) image();
    for (const KeyedPlace& place : kKeyedPlaces) {
      if (contains(place.containers, container_)) keyed(place);
    }
    if (container_ == "markdown") markdown();
  }

 private:
  [[nodiscard]] bool is(CarrierKind kind) const {
    return detail(evidence_, kKind) == to_string(kind);
  }
  void add(std::string_view rule, Severity severity, std::string en, std::string zh) {
    add_finding(findings_, rule, severity, std::move(en), std::move(zh));
  }
  void nonstandard_shape(std::string_view rule, Severity severity, std::string_view what_en,
                         std::string_view what_zh) {
    add(rule, severity, fmt::format("nonstandard-shape: {}", what_en),
        fmt::format("形式不符合实践指南：{}", what_zh));
  }

  void xmp() {
    const std::string_view uri = detail(evidence_, kUri);
    if (uri != kNamespace) {
      add("P-IMG", Severity::Error,
          uri.empty()
              ? "the XMP property AIGC is in no namespace"
              : fmt::format("the label is in the XMP namespace {} instead of {}", uri, kNamespace),
          uri.empty() ? "XMP 属性 AIGC 没有命名空间"
                      : fmt::format("标识所在的 XMP 命名空间为 {}，应为 {}", uri, kNamespace));
    } else if (wrapped_) {
      nonstandard_shape("P-IMG", Severity::Info, "the label is wrapped; XMP holds it bare",
                        "标识多了一层 AIGC，XMP 中应直接写七个键");
    }
  }

  void comment() {
    if (detail(evidence_, kCharset) != "ascii") {
      add("P-EXIF", Severity::Warning, "UserComment does not start with the ASCII character code",
          "UserComment 未以 ASCII 字符代码开头");
    }
    if (!wrapped_) {
      nonstandard_shape("P-EXIF", Severity::Warning,
                        "UserComment holds the label wrapped in {\"AIGC\":...}",
                        "UserComment 中的标识应写作 {\"AIGC\":...}");
    }
  }

  void image() {
    if (is(CarrierKind::TextChunk) && !wrapped_) {
      nonstandard_shape("P-EXIF", Severity::Warning, "a text chunk holds the label wrapped",
                        "文本块中的标识应带 AIGC 外层");
    }
    const bool known_place =
        is(CarrierKind::Xmp) || is(CarrierKind::ExifComment) || is(CarrierKind::TextChunk);
    if (known_place) return;
    add(is(CarrierKind::ExifText) ? "P-EXIF" : "P-IMG", Severity::Warning,
        "nonstandard-place: a picture holds its label in XMP",
        "位置不符合实践指南：图片标识应写入 XMP");
  }

  void keyed(const KeyedPlace& place) {
    const std::string_view path = evidence_.carrier;
    if (is(CarrierKind::AigcKey) && path.find(place.path) != std::string_view::npos) {
      if (wrapped_) {
        nonstandard_shape(place.rule, Severity::Info, "the key AIGC holds the label bare",
                          "AIGC 键的值应直接写七个键");
      }
      if (path.find("<dictionary>") != std::string_view::npos) {
        nonstandard_shape(place.rule, Severity::Warning, "a dictionary stands for the text",
                          "标识应为文本字符串，而不是字典");
      }
      return;
    }
    // XMP is what the guides name for other containers; `moov.meta` is where a second key must go
    // when an iTunes list already occupies the guide's place.
    const bool harmless =
        is(CarrierKind::Xmp) || path.find("moov.meta.keys[") != std::string_view::npos;
    add(place.rule, harmless ? Severity::Info : Severity::Warning,
        fmt::format("nonstandard-place: the guide names {}", place.name),
        fmt::format("位置不符合实践指南（{}）", place.name));
  }

  void markdown() {
    if (!is(CarrierKind::FrontMatter)) {
      add("P-MD", Severity::Warning,
          "nonstandard-place: the label is not in front matter at the start of the document",
          "位置不符合实践指南：标识不在文档开头的 front matter 中");
    } else if (detail(evidence_, kShape) == "yaml-quoted") {
      nonstandard_shape("P-MD", Severity::Warning, "AIGC is a text instead of a mapping",
                        "AIGC 应为映射，而不是文本");
    }
  }

  const Evidence& evidence_;
  std::string_view container_;
  bool wrapped_;
  std::vector<Finding>& findings_;
};

}  // namespace

void lint_place(const Evidence& evidence, std::vector<Finding>& findings) {
  PlaceLinter(evidence, findings).run();
}

}  // namespace colophon::gb45438

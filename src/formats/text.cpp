// SPDX-License-Identifier: Apache-2.0
// Plain text of any kind, and subtitles. They have no place for metadata but a C2PA store (a label
// goes to a sidecar), but labels are copied into them: logs, dumps of other tools, exported pages.
#include "formats/text_document.hpp"
#include "formats/text_regions.hpp"
#include "formats/text_store.hpp"
#include "wire/yaml_front_matter.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

constexpr std::size_t kMaxBlocks = 64;
constexpr CarrierKind kWrite[] = {CarrierKind::C2paStore};
constexpr std::string_view kTextTypes[] = {"text/plain", "text/xml", "text/csv", "text/yaml"};
constexpr std::string_view kTextExtensions[] = {"txt", "text", "log", "xml",  "xmp", "csv",
                                                "tsv", "yaml", "yml", "toml", "rst", "tex"};
constexpr std::string_view kSubtitleTypes[] = {"text/vtt", "application/x-subrip"};
constexpr std::string_view kSubtitleExtensions[] = {"srt", "vtt"};

void add_regions(const TextDocument& document, std::string_view format, Range within,
                 LineCounter& lines, Layout& layout, const Limits& limits) {
  for (const TextRegion& region :
       find_label_regions(document.text(), within, limits.max_carriers + std::size_t{1})) {
    const std::string_view place = region.kind == CarrierKind::Xmp ? "xmp" : "line";
    std::string path = fmt::format("{}:{}[{}]", format, place, lines.line_of(region.where.offset));
    if (!add_carrier(layout,
                     document.carrier(region.kind, std::move(path), region.where, region.where),
                     limits)) {
      return;
    }
  }
}

/// Front matter blocks as such, the stretches between them searched for labels.
Result<Layout> inspect_text(Source& source, const Limits& limits, std::string_view format) {
  const TextDocument document = TRY(TextDocument::open_head(source, limits));
  Layout layout;
  LineCounter lines(document.text());
  std::uint64_t at = 0;
  for (const wire::FrontMatter& block : wire::find_front_matter(document.text(), kMaxBlocks)) {
    if (document.at(block.content).find("AIGC") == std::string_view::npos) continue;
    add_regions(document, format, {at, block.whole.offset - at}, lines, layout, limits);
    std::string path = block.at_start ? fmt::format("{}:front-matter", format)
                                      : fmt::format("{}:front-matter[{}]", format,
                                                    lines.line_of(block.whole.offset));
    add_carrier(
        layout,
        document.carrier(CarrierKind::FrontMatter, std::move(path), block.whole, block.content),
        limits);
    at = block.whole.end();
  }
  add_regions(document, format, {at, document.text().size() - at}, lines, layout, limits);
  add_text_stores(document, format, limits, layout);
  note_cut(document, layout);
  return layout;
}

/// Text, not merely bytes without NUL: hardly any control characters.
bool sniff_text(Source& source) noexcept {
  if (!looks_like_text(source)) return false;
  constexpr std::uint64_t kProbe = 4096;
  const std::string head = text_head(source, kProbe);
  const auto controls = std::count_if(head.begin(), head.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f' &&
           byte != 0x1B;
  });
  return static_cast<std::size_t>(controls) <= head.size() / 64;
}

bool sniff_subtitle(Source& source) noexcept {
  return looks_like_text(source) && text_head(source, 64).starts_with("WEBVTT");
}

}  // namespace

extern const Format kSubtitle, kText;

constinit const Format kSubtitle{
    .id = "subtitle",
    .name = "Subtitles (SRT, WebVTT)",
    .family = Family::Text,
    .media_types = kSubtitleTypes,
    .extensions = kSubtitleExtensions,
    .can = {.write = kWrite, .replace = {}, .by_extension = true},
    .sniff = sniff_subtitle,
    .inspect = [](Source& source,
                  const Limits& limits) { return inspect_text(source, limits, "subtitle"); },
    .extract = extract_stored,
    .put_store =
        [](Source& source, const Layout& layout, Bytes store, const Limits& limits) {
          return put_text_store(source, layout, store, TextStorePlace::LastWord, limits);
        },
};

constinit const Format kText{
    .id = "text",
    .name = "Plain text",
    .family = Family::Text,
    .media_types = kTextTypes,
    .extensions = kTextExtensions,
    .can = {.write = kWrite, .replace = {}, .by_extension = true},
    .sniff = sniff_text,
    .inspect = [](Source& source,
                  const Limits& limits) { return inspect_text(source, limits, "text"); },
    .extract = extract_stored,
    .put_store =
        [](Source& source, const Layout& layout, Bytes store, const Limits& limits) {
          return put_text_store(source, layout, store, TextStorePlace::End, limits);
        },
};

}  // namespace colophon

// SPDX-License-Identifier: Apache-2.0
// A carrier is a place in a file that can hold a label. Formats find and replace carriers;
// standards read and write what stands in them.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"

#include <optional>
#include <string>
#include <vector>

namespace colophon {

enum class CarrierKind : std::uint8_t {
  Xmp,            ///< an XMP packet or other RDF/XML; payload as stored, UTF-8
  ExifComment,    ///< EXIF UserComment; payload with its 8-byte charset prefix, if any
  ExifText,       ///< another EXIF/TIFF text entry; key = tag name, e.g. "ImageDescription"
  TextChunk,      ///< text in a picture: PNG tEXt/zTXt/iTXt (key = keyword), JPEG COM, GIF comment
  AppSegment,     ///< a private block that may hold text: JPEG APP9/APP11 body; key = "APP9"
  AigcKey,        ///< the container's own place for the GB 45438 field: payload = its value
  Tag,            ///< any other key and value of a sound, film or document; key as stored
  C2paStore,      ///< a C2PA manifest store (JUMBF)
  FrontMatter,    ///< YAML between the two `---` lines of a Markdown file
  HtmlMeta,       ///< <meta name=KEY content=PAYLOAD>, unescaped
  HtmlAttribute,  ///< an `ai-*` attribute of an element; key = attribute name
  JsonLd,         ///< the text of <script type="application/ld+json">
  Microdata,      ///< an itemprop of HTML microdata; key = property name
  PlainText,      ///< a stretch of a text document that may hold an AIGC value
  StealthAlpha,   ///< text hidden in the lowest bits of a picture's alpha channel
  Sidecar,        ///< a NAME.EXT.aigc.json beside the file; payload = the whole document
};
[[nodiscard]] std::string_view to_string(CarrierKind kind) noexcept;

/// The key of a Tag that holds the address of a C2PA manifest store which stands elsewhere.
inline constexpr std::string_view kStoreLink = "c2pa-manifest";

struct Carrier {
  CarrierKind kind = CarrierKind::Tag;
  std::string path;  ///< for people and reports: "png:iTXt[XML:com.adobe.xmp]"
  std::string key;   ///< keyword, tag or attribute name, where the kind has one; of a C2PA store
                     ///< in text that is damaged what is wrong: "corruptedWrapper", ...
  Range whole;       ///< the structure in the source: chunk, segment, box, line
  Range payload;     ///< the payload's bytes as stored in the source (first part, if several)
  /// The payload's pieces in order, when it is stored in more than one (JPEG APP11, ...).
  std::vector<Range> parts;
  /// The payload as a standard sees it (decompressed, unescaped, UTF-8), where that differs from
  /// the stored bytes. Small values only.
  std::optional<ByteBuffer> value;
  std::uint64_t line = 0;  ///< in a file of records: the line of its record, from 1; else 0
};

}  // namespace colophon

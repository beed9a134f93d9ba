// SPDX-License-Identifier: Apache-2.0
// What reading and writing JPEG share: the marker segments from SOI to the first SOS (ITU-T T.81
// B.1). Entropy-coded data is never looked at.
#pragma once

#include "formats/format.hpp"

#include <vector>

namespace colophon::jpeg {

inline constexpr std::string_view kXmpPrefix{"http://ns.adobe.com/xap/1.0/\0", 29};
inline constexpr std::string_view kExtensionPrefix{"http://ns.adobe.com/xmp/extension/\0", 35};
inline constexpr std::string_view kExifPrefix{"Exif\0", 5};  // and one more byte, usually zero
inline constexpr std::string_view kMpfPrefix{"MPF\0", 4};
inline constexpr std::string_view kPhotoshopPrefix{"Photoshop 3.0\0", 14};
inline constexpr std::uint64_t kExifHeader = 6;
inline constexpr std::uint64_t kMaxBody = 65533;  // 16-bit length, which counts itself
inline constexpr std::uint64_t kSegmentHead = 4;  // marker and length

inline constexpr std::uint8_t kApp0 = 0xE0;
inline constexpr std::uint8_t kApp1 = 0xE1;
inline constexpr std::uint8_t kApp11 = 0xEB;
inline constexpr std::uint8_t kCom = 0xFE;

enum class SegmentKind : std::uint8_t {
  Other,
  Jfif,  ///< any APP0
  Exif,
  Xmp,
  XmpExtension,
  Jumbf,  ///< APP11 "JP"
  Mpf,
  Photoshop,
  Comment,
  Text,  ///< an APPn that nobody here knows and that starts with printable text
};

struct Segment {
  std::uint8_t marker = 0;
  SegmentKind kind = SegmentKind::Other;
  Range whole;  ///< from the marker's 0xFF, without fill bytes
  Range body;   ///< behind the length
};

struct Head {
  std::vector<Segment> segments;
  std::optional<Error> damage;  ///< the head does not end in a scan
};

/// Error: I/O only.
[[nodiscard]] Result<Head> read_head(Source& source, const Limits& limits);
/// "APP9", "COM".
[[nodiscard]] std::string marker_name(std::uint8_t marker);

/// C2PA stores in APP11 segments, joined (jpeg_app11.cpp). Other JUMBF boxes are left alone.
[[nodiscard]] Status add_c2pa(Source& source, const Head& head, const Limits& limits,
                              Layout& layout);
/// Extended XMP packets, joined by GUID (jpeg_xmp.cpp).
[[nodiscard]] Status add_extended_xmp(Source& source, const Head& head, Layout& layout);
/// Adds to `replacements` what keeps the Multi-Picture index true (jpeg_mpf.cpp).
[[nodiscard]] Status adjust_mpf(Source& source, const Head& head, const Limits& limits,
                                std::vector<Replacement>& replacements);
[[nodiscard]] Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                                  const Limits& limits);
[[nodiscard]] Result<Splice> put_store(Source& source, const Layout& layout, Bytes store,
                                       const Limits& limits);

}  // namespace colophon::jpeg

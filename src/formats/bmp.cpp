// SPDX-License-Identifier: Apache-2.0
// BMP (Microsoft, BITMAPFILEHEADER and its info headers). It has no place for metadata, so it is
// only recognised; a label goes to a sidecar.
#include <algorithm>
#include <array>

#include "formats/format.hpp"

namespace colophon {
namespace {

constexpr std::string_view kMediaTypes[] = {"image/bmp", "image/x-ms-bmp"};
constexpr std::string_view kExtensions[] = {"bmp", "dib"};
constexpr std::uint64_t kFileHeader = 14;
constexpr std::array<std::uint64_t, 8> kInfoSizes{12, 16, 40, 52, 56, 64, 108, 124};

bool sniff(Source& source) noexcept {
  const Bytes head = view_some(source, {0, kFileHeader + 4});
  if (!has_prefix(head, "BM") || head.size() < kFileHeader + 4) return false;
  const std::uint64_t info = *load_le(head, kFileHeader, 4);
  return std::find(kInfoSizes.begin(), kInfoSizes.end(), info) != kInfoSizes.end() &&
         *load_le(head, 10, 4) >= kFileHeader + info;
}

Result<Layout> inspect(Source& source, const Limits&) {
  Layout layout;
  const auto pixels = load_le(view_some(source, {0, kFileHeader}), 10, 4);
  if (!pixels || *pixels > source.size()) {
    layout.damage = Error{ErrorCode::Truncated, "the file ends before its pixels", "bmp", 10};
  }
  return layout;
}

}  // namespace

extern const Format kBmp;
constinit const Format kBmp{
    .id = "bmp",
    .name = "BMP",
    .family = Family::Image,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {},
    .sniff = sniff,
    .inspect = inspect,
    .extract = extract_stored,
    .edit = nullptr,
};

}  // namespace colophon

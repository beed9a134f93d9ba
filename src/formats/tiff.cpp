// SPDX-License-Identifier: Apache-2.0
// TIFF 6.0, BigTIFF and DNG 1.7. Labels sit in directory entries: XMP (700, XMP part 3), the text
// and EXIF entries, IPTC-IIM (33723) and the C2PA store (52545, C2PA A.3.5) of any directory.
#include "formats/tiff.hpp"
#include "formats/box_map.hpp"

#include "formats/exif.hpp"
#include "formats/iptc_text.hpp"

#include <fmt/core.h>

namespace colophon {
namespace {

constexpr std::string_view kTiffMediaTypes[] = {"image/tiff"};
constexpr std::string_view kTiffExtensions[] = {"tif", "tiff", "btf", "tf8"};
constexpr std::string_view kDngMediaTypes[] = {"image/x-adobe-dng", "image/dng"};
constexpr std::string_view kDngExtensions[] = {"dng"};
constexpr CarrierKind kWrite[] = {CarrierKind::Xmp, CarrierKind::C2paStore};
constexpr CarrierKind kReplace[] = {CarrierKind::ExifComment, CarrierKind::ExifText};

bool sniff_tiff(Source& source) noexcept {
  return wire::is_tiff_start(view_some(source, {0, 4}));
}

bool sniff_dng(Source& source) noexcept {
  if (!sniff_tiff(source)) return false;
  const auto header = wire::read_tiff_header(source, {0, source.size()});
  if (!header) return false;
  const auto first = wire::read_first_ifd(source, *header, Limits{});
  return first && first->find(tiff::kDngVersion) != nullptr;
}

class Reader {
 public:
  Reader(Source& source, std::string_view container, const Limits& limits, Layout& layout)
      : source_(source),
        container_(container),
        limits_(limits),
        layout_(layout),
        exif_(source, {container_, std::nullopt}, limits, layout) {}

  Status visit(const wire::TiffHeader& header, const wire::TiffIfd& ifd) {
    for (const wire::TiffEntry& entry : ifd.entries) {
      if (entry.tag == tiff::kC2pa) {
        TRY(add(CarrierKind::C2paStore, ifd, entry, "c2pa"));
        continue;
      }
      if (entry.value.size == 0 || wire::tiff_type_size(entry.type) != 1) continue;
      if (entry.tag == tiff::kXmp) TRY(add(CarrierKind::Xmp, ifd, entry, "xmp"));
    }
    if (ifd.name == "IFD0") TRY(add_iptc(ifd));
    return exif_.visit(header, ifd);
  }

 private:
  Status add(CarrierKind kind, const wire::TiffIfd& ifd, const wire::TiffEntry& entry,
             std::string_view key) {
    if (layout_.carriers.size() >= limits_.max_carriers) {
      return fail(ErrorCode::LimitExceeded, "too many metadata entries", "tiff",
                  entry.entry.offset);
    }
    const bool lost = entry.value.size == 0;  // a damaged entry, which stands for its value
    layout_.carriers.push_back({kind,
                                fmt::format("{}{}[{}]", container_, ifd.name, key),
                                "",
                                lost ? entry.entry : entry.value,
                                entry.value,
                                {},
                                std::nullopt});
    return {};
  }

  /// The Photoshop resources usually repeat the IPTC entry.
  Status add_iptc(const wire::TiffIfd& ifd) {
    const std::string path = container_ + "IFD0[iptc]";
    if (const wire::TiffEntry* entry = ifd.find(tiff::kIptc)) {
      return iptc_carriers(source_, entry->value, path, entry->value, limits_, layout_);
    }
    if (const wire::TiffEntry* entry = ifd.find(tiff::kPhotoshop)) {
      return photoshop_carriers(source_, entry->value, path, entry->value, limits_, layout_);
    }
    return {};
  }

  Source& source_;
  std::string container_;
  const Limits& limits_;
  Layout& layout_;
  ExifReader exif_;
};

Result<Layout> inspect(Source& source, std::string_view container, const Limits& limits) {
  Layout layout;
  Reader reader(source, container, limits, layout);
  auto walk = wire::walk_tiff(source, {0, source.size()}, limits,
                              [&](const wire::TiffHeader& header, const wire::TiffIfd& ifd) {
                                return reader.visit(header, ifd);
                              });
  if (!walk) {
    if (walk.error().code == ErrorCode::Io) return Failure(walk.error());
    layout.damage = std::move(walk).error();
    return layout;
  }
  layout.damage = std::move(walk->damage);
  for (const Error& error : walk->oddities) {
    add_oddity(layout, {"tiff-entry",
                        Severity::Warning,
                        {error.message, "TIFF 目录项有误：指向文件之外或重复的位置"},
                        error.offset});
  }
  return layout;
}

}  // namespace

extern const Format kTiff;
constinit const Format kTiff{
    .id = "tiff",
    .name = "TIFF / BigTIFF",
    .family = Family::Image,
    .media_types = kTiffMediaTypes,
    .extensions = kTiffExtensions,
    .can = {.write = kWrite, .replace = kReplace, .in_place = true},
    .sniff = sniff_tiff,
    .inspect = [](Source& source, const Limits& limits) -> Result<Layout> {
      return inspect(source, "tiff:", limits);
    },
    .extract = extract_stored,
    .edit = tiff::edit,
    .put_store = tiff::put_store,
    .boxes = tiff_boxes,
};

extern const Format kDng;
constinit const Format kDng{
    .id = "dng",
    .name = "DNG",
    .family = Family::Image,
    .media_types = kDngMediaTypes,
    .extensions = kDngExtensions,
    .can = {.write = kWrite, .replace = kReplace, .in_place = true},
    .sniff = sniff_dng,
    .inspect = [](Source& source, const Limits& limits) -> Result<Layout> {
      return inspect(source, "dng:", limits);
    },
    .extract = extract_stored,
    .edit = tiff::edit,
    .put_store = tiff::put_store,
    .boxes = tiff_boxes,
};

}  // namespace colophon

// SPDX-License-Identifier: Apache-2.0
#include "media/exif_view.hpp"

#include <algorithm>

namespace colophon {
namespace {

constexpr std::uint16_t kOrientation = 0x0112;
constexpr std::uint16_t kThumbnailOffset = 0x0201;
constexpr std::uint16_t kThumbnailSize = 0x0202;
constexpr std::uint64_t kPointer = 4;

std::optional<std::uint64_t> number_of(Source& source, const wire::TiffHeader& header,
                                       const wire::TiffEntry* entry) {
  if (entry == nullptr || entry->count != 1 || entry->value.size > 4) return std::nullopt;
  const Bytes bytes = view_some(source, entry->value);
  return header.load(bytes, 0, static_cast<unsigned>(entry->value.size));
}

void view_main(Source& source, const wire::TiffHeader& header, const wire::TiffIfd& ifd,
               ExifView& view) {
  const auto turn = number_of(source, header, ifd.find(kOrientation));
  if (turn && *turn >= 1 && *turn <= 8) view.orientation = static_cast<unsigned>(*turn);
  if (ifd.next != 0) view.next_directory = {ifd.whole.end() - kPointer, kPointer};
}

void view_thumbnail(Source& source, const wire::TiffHeader& header, const wire::TiffIfd& ifd,
                    ExifView& view) {
  view.has_thumbnail = true;
  const wire::TiffEntry* at = ifd.find(kThumbnailOffset);
  const wire::TiffEntry* size = ifd.find(kThumbnailSize);
  const auto offset = number_of(source, header, at), length = number_of(source, header, size);
  if (!offset || !length || at->value.size != 4 || size->value.size != 4) return;
  const Range block = header.block;
  if (*offset > block.size || *length > block.size - *offset || *length < 4) return;
  if (!has_prefix(view_some(source, {block.offset + *offset, 2}), "\xFF\xD8")) return;
  view.thumbnail = {block.offset + *offset, *length};
  view.thumbnail_offset = at->value;
  view.thumbnail_size = size->value;
}

}  // namespace

ExifView view_exif(Source& source, Range block, const Limits& limits) {
  ExifView view;
  (void)wire::walk_tiff(source, block, limits,
                        [&](const wire::TiffHeader& header, const wire::TiffIfd& ifd) -> Status {
                          view.header = header;
                          if (ifd.name == "IFD0") view_main(source, header, ifd, view);
                          if (ifd.name == "IFD1") view_thumbnail(source, header, ifd, view);
                          return {};
                        });
  if (view.next_directory.size == 0) view.has_thumbnail = false;
  return view;
}

ByteBuffer with_thumbnail(Bytes block, std::uint64_t base, const ExifView& view, Bytes picture) {
  ByteBuffer out = to_buffer(block);
  const auto put = [&](Range where, std::uint64_t value) {
    ByteBuffer bytes;
    view.header.append(bytes, value, 4);
    std::copy(bytes.begin(), bytes.end(),
              out.begin() + static_cast<std::ptrdiff_t>(where.offset - base));
  };
  const std::uint64_t at = view.thumbnail.offset - base;
  if (view.thumbnail.size != 0) {
    std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(at), view.thumbnail.size,
                std::uint8_t{0});
  }
  if (picture.empty()) {
    put(view.next_directory, 0);
    return out;
  }
  if (picture.size() <= view.thumbnail.size) {
    std::copy(picture.begin(), picture.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
  } else {
    if (out.size() % 2 != 0) out.push_back(0);
    put(view.thumbnail_offset, out.size());
    append(out, picture);
  }
  put(view.thumbnail_size, picture.size());
  return out;
}

}  // namespace colophon

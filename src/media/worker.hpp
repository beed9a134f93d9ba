// SPDX-License-Identifier: Apache-2.0
// The worker program `colophon-media`, which decodes what is not decoded in this process, under
// limits of memory, time and files (docs/worker.md).
#pragma once

#include "media/picture.hpp"

namespace colophon {

struct MediaStream {
  std::string kind;   ///< "video", "audio", "other"
  std::string codec;  ///< "h264"
  std::uint32_t width = 0, height = 0;
};
struct MediaFacts {
  std::string container;                    ///< as FFmpeg names it
  std::optional<std::int64_t> duration_us;  ///< nothing: the file does not tell
  std::vector<MediaStream> streams;
};

/// Where the program is: COLOPHON_MEDIA, else beside this program, in libexec/colophon beside its
/// folder, or where it was installed. Empty: nowhere.
[[nodiscard]] std::string media_worker();

/// Errors: `not-found` (no worker), `io` (it crashed or took too long), `malformed`, `unsupported`.
[[nodiscard]] Result<MediaFacts> probe_media(Source& source);
/// The picture shown at that time; its longer side at most `longest`, itself at most 1024.
[[nodiscard]] Result<Picture> media_picture(Source& source, const Format& format,
                                            std::int64_t at_us, std::uint32_t longest = kCopySide);

}  // namespace colophon

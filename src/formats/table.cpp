// SPDX-License-Identifier: Apache-2.0
// The one list of containers. To add one: write its module, declare its row here, list it.
#include "formats/format.hpp"

namespace colophon {

// Rows, one per module (each is defined in the module's own file).
extern const Format kJpeg;
extern const Format kPdf;
extern const Format kPng;
extern const Format kWebp, kWav, kAvi, kGif, kBmp;
extern const Format kDng;
extern const Format kTiff;
extern const Format kDocx, kXlsx, kPptx, kEpub, kOdt, kOds, kOdp, kOdg;
extern const Format kAiff, kFlac, kOgg, kAac, kMp3;
extern const Format kM4a, kMov, kMp4;
extern const Format kSvg;
extern const Format kHtml, kMarkdown, kJsonl, kJson, kSubtitle, kText;
extern const Format kHeif, kAvif, kJxl;
extern const Format kFont, kC2paFile;
extern const Format kFlv, kMkv, kWebm;

namespace {

// Order matters where one container is a special case of another: the special case comes first.
constexpr const Format* kFormats[] = {
    // images
    &kPng,
    &kJpeg,
    &kWebp,
    &kGif,
    &kBmp,
    &kDng,
    &kTiff,
    &kSvg,
    &kHeif,
    &kAvif,
    &kJxl,
    // sound
    &kM4a,
    &kWav,
    &kAiff,
    &kFlac,
    &kOgg,
    &kAac,
    &kMp3,  // last: its sync word is the weakest of signatures
    // film
    &kAvi,
    &kMov,
    &kMp4,
    &kMkv,
    &kWebm,
    &kFlv,
    // documents
    &kFont,
    &kC2paFile,
    &kPdf,  // before the ZIP rows: a PDF may have an archive behind it
    &kDocx,
    &kXlsx,
    &kPptx,
    &kEpub,
    &kOdt,
    &kOds,
    &kOdp,
    &kOdg,
    // text
    &kHtml,
    &kMarkdown,
    &kJsonl,
    &kJson,
    &kSubtitle,
    &kText,
};

}  // namespace

std::span<const Format* const> formats() noexcept {
  return kFormats;
}

}  // namespace colophon

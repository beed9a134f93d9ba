// SPDX-License-Identifier: Apache-2.0
// MP4, QuickTime and M4A: the rows, and how the three are told apart from each other and from the
// pictures that use the same boxes.
#include "formats/mp4.hpp"

#include <algorithm>

namespace colophon {
namespace {

using mp4::FourCc;
using mp4::fourcc;

constexpr std::string_view kMp4Types[] = {"video/mp4", "video/x-m4v", "video/3gpp", "video/3gpp2",
                                          "video/iso.segment"};
constexpr std::string_view kMp4Extensions[] = {"mp4", "m4v",  "3gp",  "3g2", "m4s",
                                               "f4v", "cmfv", "cmfa", "ismv"};
constexpr std::string_view kMovTypes[] = {"video/quicktime"};
constexpr std::string_view kMovExtensions[] = {"mov", "qt"};
constexpr std::string_view kM4aTypes[] = {"audio/mp4", "audio/x-m4a", "audio/x-m4b"};
constexpr std::string_view kM4aExtensions[] = {"m4a", "m4b", "m4r", "m4p", "f4a"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey, CarrierKind::Xmp, CarrierKind::C2paStore};
constexpr CarrierKind kReplace[] = {CarrierKind::Tag};

/// Brands of pictures (HEIF and its codings, JPEG 2000, JPEG XL, Canon's raw format).
constexpr FourCc kPictureBrands[] = {
    fourcc("mif1"), fourcc("mif2"), fourcc("mif3"), fourcc("msf1"), fourcc("miaf"), fourcc("heic"),
    fourcc("heix"), fourcc("heim"), fourcc("heis"), fourcc("hevc"), fourcc("hevx"), fourcc("hevm"),
    fourcc("hevs"), fourcc("avif"), fourcc("avis"), fourcc("avci"), fourcc("avcs"), fourcc("jpeg"),
    fourcc("jpgs"), fourcc("vvic"), fourcc("vvis"), fourcc("evbi"), fourcc("evbs"), fourcc("j2ki"),
    fourcc("j2is"), fourcc("jxl "), fourcc("jp2 "), fourcc("jpx "), fourcc("jpm "), fourcc("crx "),
    fourcc("1pic"), fourcc("pict"), fourcc("tmap"), fourcc("unif")};
constexpr FourCc kSoundBrands[] = {fourcc("M4A "), fourcc("M4B "), fourcc("M4P "), fourcc("F4A "),
                                   fourcc("F4B ")};
/// What a QuickTime file without `ftyp` begins with.
constexpr FourCc kOldMovieStarts[] = {fourcc("moov"), fourcc("mdat"), fourcc("wide"),
                                      fourcc("free"), fourcc("skip"), fourcc("pnot")};
/// What a media segment begins with (ISO/IEC 14496-12 8.16); `styp` is optional.
constexpr FourCc kSegmentStarts[] = {fourcc("styp"), fourcc("moof"), fourcc("sidx"), fourcc("emsg"),
                                     fourcc("prft")};

enum class Kind : std::uint8_t { None, Mp4, Mov, M4a };

bool contains(std::span<const FourCc> list, FourCc code) noexcept {
  return std::find(list.begin(), list.end(), code) != list.end();
}

Kind kind_of_brands(Source& source, std::uint64_t at) noexcept {
  const auto major = load_be(view_some(source, {at, 4}), 0, 4);
  if (!major) return Kind::None;
  const auto brand = static_cast<FourCc>(*major);
  if (contains(kPictureBrands, brand)) return Kind::None;
  if (brand == fourcc("qt  ")) return Kind::Mov;
  if (contains(kSoundBrands, brand)) return Kind::M4a;
  return Kind::Mp4;
}

/// An old QuickTime file, unless an `ftyp` stands a little further down.
Kind kind_without_brands(Source& source, Range within) noexcept {
  constexpr int kBoxesToTry = 4;
  for (int i = 0; i < kBoxesToTry && within.size >= 8; ++i) {
    const auto box = wire::read_box(source, within);
    if (!box) break;
    if (box->is(fourcc("ftyp"))) return kind_of_brands(source, box->body.offset);
    within = {box->whole.end(), within.size - box->whole.size};
  }
  return Kind::Mov;
}

Kind kind_of(Source& source) noexcept {
  const Bytes head = view_some(source, {0, 8});
  const auto size = load_be(head, 0, 4);
  const auto type = load_be(head, 4, 4);
  if (!size || !type || (*size > 1 && *size < 8)) return Kind::None;
  const auto first = static_cast<FourCc>(*type);
  if (first == fourcc("ftyp")) return *size < 12 ? Kind::None : kind_of_brands(source, 8);
  if (contains(kSegmentStarts, first)) return Kind::Mp4;
  if (contains(kOldMovieStarts, first)) return kind_without_brands(source, {0, source.size()});
  return Kind::None;
}

template <const Format& row>
Result<Layout> inspect(Source& source, const Limits& limits) {
  return mp4::inspect(source, limits, row.id);
}

}  // namespace

extern const Format kMp4;
extern const Format kMov;
extern const Format kM4a;

constinit const Format kMp4{
    .id = "mp4",
    .name = "MP4 / M4V / 3GP / fragmented MP4",
    .family = Family::Video,
    .media_types = kMp4Types,
    .extensions = kMp4Extensions,
    .can = {.write = kWrite, .replace = kReplace, .in_place = true},
    .sniff = [](Source& source) noexcept { return kind_of(source) == Kind::Mp4; },
    .inspect = inspect<kMp4>,
    .extract = extract_stored,
    .edit = mp4::edit,
    .put_store = mp4::put_store,
};

constinit const Format kMov{
    .id = "mov",
    .name = "QuickTime movie",
    .family = Family::Video,
    .media_types = kMovTypes,
    .extensions = kMovExtensions,
    .can = {.write = kWrite, .replace = kReplace, .in_place = true},
    .sniff = [](Source& source) noexcept { return kind_of(source) == Kind::Mov; },
    .inspect = inspect<kMov>,
    .extract = extract_stored,
    .edit = mp4::edit,
    .put_store = mp4::put_store,
};

constinit const Format kM4a{
    .id = "m4a",
    .name = "M4A / M4B",
    .family = Family::Audio,
    .media_types = kM4aTypes,
    .extensions = kM4aExtensions,
    .can = {.write = kWrite, .replace = kReplace, .in_place = true},
    .sniff = [](Source& source) noexcept { return kind_of(source) == Kind::M4a; },
    .inspect = inspect<kM4a>,
    .extract = extract_stored,
    .edit = mp4::edit,
    .put_store = mp4::put_store,
};

}  // namespace colophon

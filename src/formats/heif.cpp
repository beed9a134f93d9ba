// SPDX-License-Identifier: Apache-2.0
// HEIF and AVIF: the rows, and the items that hold labels (ISO/IEC 23008-12 6.2, 6.5, annex A): XMP
// in `mime` items, EXIF in `Exif` items. C2PA and film metadata stand in boxes as in MP4.
#include "formats/heif.hpp"

#include "base/text.hpp"
#include "formats/exif.hpp"
#include "wire/inflate.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_set>

namespace colophon {
namespace {

using mp4::Box;
using mp4::BoxBudget;
using mp4::FourCc;
using mp4::fourcc;
using wire::HeifItem;
using wire::HeifMeta;

constexpr std::string_view kHeifTypes[] = {"image/heic", "image/heif", "image/heic-sequence",
                                           "image/heif-sequence"};
constexpr std::string_view kHeifExtensions[] = {"heic", "heif", "hif", "heics", "heifs"};
constexpr std::string_view kAvifTypes[] = {"image/avif", "image/avif-sequence"};
constexpr std::string_view kAvifExtensions[] = {"avif", "avifs"};
constexpr CarrierKind kWrite[] = {CarrierKind::Xmp, CarrierKind::C2paStore};
constexpr CarrierKind kReplace[] = {CarrierKind::ExifComment, CarrierKind::ExifText};

/// Brands that do not say which codec the pictures use: the compatible brands decide.
constexpr FourCc kOpenBrands[] = {fourcc("mif1"), fourcc("mif2"), fourcc("mif3"),
                                  fourcc("msf1"), fourcc("miaf"), fourcc("1pic"),
                                  fourcc("pict"), fourcc("tmap"), fourcc("unif")};
constexpr FourCc kHeifBrands[] = {
    fourcc("heic"), fourcc("heix"), fourcc("heim"), fourcc("heis"), fourcc("hevc"), fourcc("hevx"),
    fourcc("hevm"), fourcc("hevs"), fourcc("avci"), fourcc("avcs"), fourcc("jpeg"), fourcc("jpgs"),
    fourcc("vvic"), fourcc("vvis"), fourcc("evbi"), fourcc("evbs"), fourcc("j2ki"), fourcc("j2is")};
constexpr FourCc kAvifBrands[] = {fourcc("avif"), fourcc("avis")};

enum class Kind : std::uint8_t { None, Heif, Avif };

bool contains(std::span<const FourCc> list, FourCc code) noexcept {
  return std::find(list.begin(), list.end(), code) != list.end();
}

Kind kind_of(Source& source) noexcept {
  constexpr std::uint64_t kMostBrands = 1024;  // bytes of `ftyp` looked at
  const Bytes head = view_some(source, {0, std::min(source.size(), kMostBrands)});
  const auto size = load_be(head, 0, 4);
  if (!size || *size < 16 || load_be(head, 4, 4) != fourcc("ftyp")) return Kind::None;
  const auto major = static_cast<FourCc>(load_be(head, 8, 4).value_or(0));
  if (contains(kAvifBrands, major)) return Kind::Avif;
  if (contains(kHeifBrands, major)) return Kind::Heif;
  if (!contains(kOpenBrands, major)) return Kind::None;
  for (std::uint64_t at = 16; at + 4 <= std::min<std::uint64_t>(*size, head.size()); at += 4) {
    if (contains(kAvifBrands, static_cast<FourCc>(*load_be(head, at, 4)))) return Kind::Avif;
  }
  return Kind::Heif;
}

/// What one reading of the items needs.
class Items {
 public:
  Items(Source& source, const HeifMeta& meta, std::string_view id, const Limits& limits,
        Layout& layout)
      : source_(source),
        meta_(meta),
        id_(id),
        limits_(limits),
        layout_(layout),
        budget_(limits.max_payload) {}

  [[nodiscard]] Status read();

 private:
  void index_references();
  [[nodiscard]] bool describes_helper(std::uint32_t id) const;
  [[nodiscard]] Status visit(const HeifItem& item);
  [[nodiscard]] Status mime(const HeifItem& item, std::vector<Range> ranges);
  [[nodiscard]] Status exif(const HeifItem& item, const std::vector<Range>& ranges);
  [[nodiscard]] bool decode(const HeifItem& item, Carrier& carrier);
  void odd(std::string en, std::string zh, const HeifItem& item) {
    add_oddity(
        layout_,
        {"heif-item", Severity::Warning, {std::move(en), std::move(zh)}, item.box.whole.offset});
  }

  Source& source_;
  const HeifMeta& meta_;
  std::string_view id_;
  const Limits& limits_;
  Layout& layout_;
  std::uint64_t budget_;                       // bytes of items still to be reported
  std::unordered_set<std::uint32_t> helpers_;  // thumbnails and auxiliary pictures
  std::unordered_map<std::uint32_t, bool> about_helpers_;
};

/// Which items describe only thumbnails and auxiliary pictures (depth, matte, gain map): the
/// targets of their `cdsc` are all helpers.
void Items::index_references() {
  for (const wire::ItemReference& reference : meta_.references) {
    if (reference.type == fourcc("thmb") || reference.type == fourcc("auxl")) {
      helpers_.insert(reference.from);
    }
  }
  if (meta_.primary) helpers_.erase(*meta_.primary);
  for (const wire::ItemReference& reference : meta_.references) {
    if (reference.type != fourcc("cdsc") || reference.to.empty()) continue;
    const bool all = std::all_of(reference.to.begin(), reference.to.end(),
                                 [&](std::uint32_t to) { return helpers_.contains(to); });
    const auto [entry, is_new] = about_helpers_.emplace(reference.from, all);
    if (!is_new) entry->second = entry->second && all;
  }
}

bool Items::describes_helper(std::uint32_t id) const {
  const auto found = about_helpers_.find(id);
  return found != about_helpers_.end() && found->second;
}

Status Items::read() {
  index_references();
  for (const HeifItem& item : meta_.items) TRY(visit(item));
  return {};
}

Status Items::visit(const HeifItem& item) {
  const bool is_exif = item.type == fourcc("Exif");
  if (!is_exif && item.type != fourcc("mime")) return {};
  auto ranges = wire::item_ranges(meta_, item, source_.size());
  if (!ranges && ranges.error().code == ErrorCode::Unsupported) {
    odd(ranges.error().message, "有一个元数据项受保护或存储在别处，未读取", item);
    return {};
  }
  if (!ranges) {
    if (!layout_.damage) layout_.damage = ranges.error();
    return {};
  }
  for (const Range& range : *ranges) {
    if (range.size > budget_ || layout_.carriers.size() >= limits_.max_carriers) {
      return fail(ErrorCode::LimitExceeded, "there is too much metadata in the items", "iinf",
                  item.box.whole.offset);
    }
    budget_ -= range.size;
  }
  std::erase_if(*ranges, [](const Range& range) { return range.size == 0; });
  if (ranges->empty()) return {};
  return is_exif ? exif(item, *ranges) : mime(item, std::move(*ranges));
}

/// False: coded in a way that cannot be undone.
bool Items::decode(const HeifItem& item, Carrier& carrier) {
  if (item.content_encoding.empty()) return true;
  const auto stored = extract_stored(source_, carrier, limits_);
  if (!stored) return false;
  const std::string_view coding = item.content_encoding;
  Result<ByteBuffer> plain = fail(ErrorCode::Unsupported, "an unknown content encoding");
  if (coding == "br") plain = wire::unbrotli(*stored, limits_.max_inflated);
  if (coding == "gzip") plain = wire::inflate(*stored, wire::Deflate::Gzip, limits_.max_inflated);
  if (coding == "deflate" || coding == "compress_zlib") {
    plain = wire::inflate(*stored, wire::Deflate::Zlib, limits_.max_inflated);
    if (!plain) plain = wire::inflate(*stored, wire::Deflate::Raw, limits_.max_inflated);
  }
  if (!plain) return false;
  carrier.value = std::move(*plain);
  return true;
}

Status Items::mime(const HeifItem& item, std::vector<Range> ranges) {
  const bool is_xmp = item.content_type == heif::kXmpType;
  const bool is_text =
      is_xmp || item.content_type.starts_with("text/") || item.content_type == "application/json";
  if (!is_text) return {};
  Carrier carrier{CarrierKind::TextChunk,
                  "",
                  to_valid_utf8(item.content_type),
                  ranges.front(),
                  ranges.front(),
                  {},
                  std::nullopt};
  if (ranges.size() > 1) carrier.parts = std::move(ranges);
  const bool of_picture = !describes_helper(item.id);
  if (is_xmp && of_picture) {
    carrier.kind = CarrierKind::Xmp;
    carrier.key.clear();
    carrier.path = fmt::format("{}:meta.item[xmp]", id_);
  } else {
    carrier.path = fmt::format("{}:meta.item{}[{}]", id_, item.id, carrier.key);
  }
  if (!decode(item, carrier)) {
    odd("a metadata item is compressed in a way that cannot be undone",
        "有一个元数据项的压缩方式无法解开", item);
    return {};
  }
  layout_.carriers.push_back(std::move(carrier));
  return {};
}

Status Items::exif(const HeifItem& item, const std::vector<Range>& ranges) {
  if (ranges.size() > 1) {
    odd("the Exif item is stored in several pieces and is not read", "Exif 项分成多段存储，未读取",
        item);
    return {};
  }
  const Range block = TRY(heif::exif_block(source_, ranges.front()));
  return exif_carriers(source_, block, {fmt::format("{}:meta.item[exif]", id_), ranges.front()},
                       limits_, layout_);
}

Status read_items(Source& source, const mp4::FileMap& map, std::string_view id,
                  const Limits& limits, Layout& layout) {
  const auto meta = TRY(heif::find_meta(source, map, limits));
  if (!meta) {
    if (!layout.damage && !map.moov) {
      layout.damage = Error{ErrorCode::Truncated,
                            "there is no meta box, so there is no picture in this file; get the "
                            "whole file",
                            "meta", source.size()};
    }
    return {};
  }
  if (!layout.damage) layout.damage = meta->damage;
  return Items(source, *meta, id, limits, layout).read();
}

template <const Format& row>
Result<Layout> inspect(Source& source, const Limits& limits) {
  const mp4::FileMap map = TRY(mp4::map_file(source, limits));
  Layout layout;
  const Status status = read_items(source, map, row.id, limits, layout);
  if (!status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    if (!layout.damage) layout.damage = status.error();
  }
  // The items come first: they are the home of XMP, other boxes are a second choice.
  Layout boxes = TRY(mp4::inspect_boxes(source, map, limits, row.id));
  std::move(boxes.carriers.begin(), boxes.carriers.end(), std::back_inserter(layout.carriers));
  for (Finding& odd : boxes.oddities) add_oddity(layout, std::move(odd));
  if (boxes.damage) layout.damage = boxes.damage;
  if (layout.damage && layout.damage->where.empty()) layout.damage->where = std::string(row.id);
  return layout;
}

}  // namespace

Result<std::optional<wire::HeifMeta>> heif::find_meta(Source& source, const mp4::FileMap& map,
                                                      const Limits& limits) {
  BoxBudget budget(limits);
  for (const Box& box : map.boxes) {
    if (!box.is(fourcc("meta"))) continue;
    const Range within = TRY(mp4::meta_children(source, box));
    HeifMeta meta = TRY(wire::read_heif_meta(source, box, within, limits, budget));
    if (meta.handler == fourcc("pict") || meta.iinf) return std::optional(std::move(meta));
  }
  return std::optional<HeifMeta>();
}

Result<Range> heif::exif_block(Source& source, Range item) {
  if (item.size < kExifOffset) return item;
  const std::uint64_t skipped = TRY(read_be(source, item.offset, 4));
  const Range rest{item.offset + kExifOffset, item.size - kExifOffset};
  if (skipped >= rest.size) return skip_exif_prefix(source, rest);
  return skip_exif_prefix(source, {rest.offset + skipped, rest.size - skipped});
}

extern const Format kHeif;
extern const Format kAvif;

constinit const Format kHeif{
    .id = "heif",
    .name = "HEIF / HEIC",
    .family = Family::Image,
    .media_types = kHeifTypes,
    .extensions = kHeifExtensions,
    .can = {.write = kWrite, .replace = kReplace},
    .sniff = [](Source& source) noexcept { return kind_of(source) == Kind::Heif; },
    .inspect = inspect<kHeif>,
    .extract = extract_stored,
    .edit = heif::edit,
    .put_store = heif::put_store,
};

constinit const Format kAvif{
    .id = "avif",
    .name = "AVIF",
    .family = Family::Image,
    .media_types = kAvifTypes,
    .extensions = kAvifExtensions,
    .can = {.write = kWrite, .replace = kReplace},
    .sniff = [](Source& source) noexcept { return kind_of(source) == Kind::Avif; },
    .inspect = inspect<kAvif>,
    .extract = extract_stored,
    .edit = heif::edit,
    .put_store = heif::put_store,
};

}  // namespace colophon

// SPDX-License-Identifier: Apache-2.0
// JPEG XL (ISO/IEC 18181-2): boxes like those of ISO media files, or a bare codestream. Labels
// stand in `xml `, `Exif` and `jumb` boxes, each possibly inside a Brotli-coded `brob`.
#include "formats/box_map.hpp"
#include "formats/exif.hpp"
#include "formats/heif.hpp"
#include "formats/mp4_edit.hpp"
#include "wire/inflate.hpp"
#include "wire/jumbf_mark.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

using mp4::Box;
using mp4::fourcc;

using namespace std::string_view_literals;

constexpr std::string_view kSignature = "\0\0\0\x0CJXL \r\n\x87\n"sv;
constexpr std::string_view kFileType =
    "\0\0\0\x14"
    "ftypjxl \0\0\0\0jxl "sv;
constexpr std::string_view kCodestream = "\xFF\x0A"sv;
constexpr std::string_view kMediaTypes[] = {"image/jxl"};
constexpr std::string_view kExtensions[] = {"jxl"};
constexpr CarrierKind kWrite[] = {CarrierKind::Xmp, CarrierKind::C2paStore};
constexpr CarrierKind kReplace[] = {CarrierKind::ExifComment, CarrierKind::ExifText};
constexpr std::uint64_t kStoreStart = 65536;  // of a `jumb` box: where a store's words stand
constexpr std::uint64_t kDescription = 32;    // holds a store's type and label
constexpr std::uint64_t kInnerType = 4;       // of a `brob`: the type of the box that it stands for

/// Types that are what they say, whatever stands in the box.
constexpr mp4::FourCc kKnown[] = {fourcc("JXL "), fourcc("ftyp"), fourcc("jxll"), fourcc("jxlc"),
                                  fourcc("jxlp"), fourcc("jxli"), fourcc("jbrd")};

bool is_bare(Source& source) noexcept {
  return has_prefix(view_some(source, {0, kCodestream.size()}), kCodestream);
}

bool sniff(Source& source) noexcept {
  return has_prefix(view_some(source, {0, kSignature.size()}), kSignature) || is_bare(source);
}

/// A JUMBF superbox that is a C2PA manifest store, or a damaged one. `content` begins behind the
/// superbox's own head.
bool is_c2pa(Bytes content) noexcept {
  const wire::JumbfUse use = wire::jumbf_use(content);
  return use == wire::JumbfUse::C2pa ||
         (use == wire::JumbfUse::Broken && wire::bears_c2pa_words(content));
}

class Reader {
 public:
  Reader(Source& source, const Limits& limits, Layout& layout)
      : source_(source), limits_(limits), layout_(layout), inflated_left_(limits.max_inflated) {}

  [[nodiscard]] Status visit(const Box& box);

 private:
  [[nodiscard]] Status compressed(const Box& box);
  [[nodiscard]] Status compressed_exif(const Box& box, const ByteBuffer& plain);
  [[nodiscard]] Status add(Carrier carrier) {
    if (layout_.carriers.size() >= limits_.max_carriers) {
      return fail(ErrorCode::LimitExceeded, "there are too many metadata boxes", carrier.path,
                  carrier.whole.offset);
    }
    layout_.carriers.push_back(std::move(carrier));
    return {};
  }

  Source& source_;
  const Limits& limits_;
  Layout& layout_;
  std::uint64_t inflated_left_;  // shared by all boxes of the file
};

Status Reader::visit(const Box& box) {
  if (box.is(fourcc("xml "))) {
    return add({CarrierKind::Xmp, "jxl:xml", "", box.whole, box.body, {}, std::nullopt});
  }
  if (box.is(fourcc("Exif"))) {
    const Range block = TRY(heif::exif_block(source_, box.body));
    return exif_carriers(source_, block, {"jxl:Exif", box.whole}, limits_, layout_);
  }
  if (box.is(fourcc("brob"))) return compressed(box);
  if (std::any_of(std::begin(kKnown), std::end(kKnown),
                  [&](mp4::FourCc type) { return box.is(type); })) {
    return {};
  }
  const std::uint64_t seen = box.is(fourcc("jumb")) ? kStoreStart : kDescription;
  const Bytes start = view_some(source_, {box.body.offset, std::min(box.body.size, seen)});
  const bool lost_type = wire::jumbf_use(start) == wire::JumbfUse::C2pa;
  if (lost_type || (box.is(fourcc("jumb")) && is_c2pa(start))) {
    return add({CarrierKind::C2paStore, "jxl:jumb", "", box.whole, box.whole, {}, std::nullopt});
  }
  return {};
}

/// 18181-2 9.7: the type of the box, then its content as one Brotli stream.
Status Reader::compressed(const Box& box) {
  if (box.body.size < kInnerType) return {};
  const auto type = static_cast<wire::FourCc>(TRY(read_be(source_, box.body.offset, 4)));
  if (type != fourcc("xml ") && type != fourcc("Exif") && type != fourcc("jumb")) return {};
  const Range stream{box.body.offset + kInnerType, box.body.size - kInnerType};
  if (stream.size > limits_.max_payload) {
    return fail(ErrorCode::LimitExceeded, "a compressed box is larger than the cap", "brob",
                box.whole.offset);
  }
  auto plain = wire::unbrotli(TRY(source_.view(stream)), inflated_left_);
  if (!plain) {
    add_oddity(layout_,
               {"jxl-brob",
                Severity::Warning,
                {fmt::format("a compressed '{}' box is broken or too large", wire::to_string(type)),
                 fmt::format("压缩的 {} 盒子损坏或过大", wire::to_string(type))},
                box.whole.offset});
    if (type != fourcc("jumb")) return {};
    return add({CarrierKind::C2paStore, "jxl:brob[jumb]", "", box.whole, stream, {}, ByteBuffer{}});
  }
  inflated_left_ -= plain->size();
  if (type == fourcc("Exif")) return compressed_exif(box, *plain);
  if (type == fourcc("xml ")) {
    return add({CarrierKind::Xmp, "jxl:brob[xml]", "", box.whole, stream, {}, std::move(*plain)});
  }
  if (!is_c2pa(*plain)) return {};
  ByteBuffer store;
  wire::append_box(store, fourcc("jumb"), *plain);
  return add(
      {CarrierKind::C2paStore, "jxl:brob[jumb]", "", box.whole, stream, {}, std::move(store)});
}

/// The entries are found in the plain bytes; in the file all of them stand in the box.
Status Reader::compressed_exif(const Box& box, const ByteBuffer& plain) {
  MemorySource memory(plain);
  Layout found;
  const Range block = TRY(heif::exif_block(memory, {0, plain.size()}));
  TRY(exif_carriers(memory, block, {"jxl:brob[Exif]", std::nullopt}, limits_, found));
  for (Carrier& carrier : found.carriers) {
    carrier.value = TRY(extract_stored(memory, carrier, limits_));
    carrier.whole = box.whole;
    carrier.payload = box.body;
    carrier.parts.clear();
    TRY(add(std::move(carrier)));
  }
  for (Finding& oddity : found.oddities) {
    oddity.offset = box.whole.offset;
    add_oddity(layout_, std::move(oddity));
  }
  return {};
}

Layout bare_layout() {
  Layout layout;
  add_oddity(layout, {"jxl-bare",
                      Severity::Info,
                      {"this is a bare JPEG XL codestream, which has no place for a label; "
                       "writing one puts the codestream into a container",
                       "这是裸 JPEG XL 码流，没有存放标识的位置；写入标识时会将码流放入容器"},
                      std::nullopt});
  return layout;
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  if (is_bare(source)) return bare_layout();
  Layout layout;
  const mp4::FileMap map = TRY(mp4::map_file(source, limits));
  layout.damage = map.damage;
  Reader reader(source, limits, layout);
  for (const Box& box : map.boxes) {
    const Status status = reader.visit(box);
    if (status) continue;
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    layout.damage = status.error();
    break;
  }
  const bool has_picture = std::any_of(map.boxes.begin(), map.boxes.end(), [](const Box& box) {
    return box.is(fourcc("jxlc")) || box.is(fourcc("jxlp"));
  });
  if (!layout.damage && !has_picture) {
    layout.damage = Error{ErrorCode::Truncated, "there is no codestream box; get the whole file",
                          "jxlc", source.size()};
  }
  if (layout.damage && layout.damage->where.empty()) layout.damage->where = "jxl";
  return layout;
}

ByteBuffer xml_box(Bytes packet) {
  ByteBuffer box;
  wire::append_box(box, fourcc("xml "), packet);
  return box;
}

/// A level-5 container around a bare codestream, with boxes before and behind it: 18181-2 needs
/// `jxll` from level 10 on only.
std::vector<Replacement> wrapped(Source& source, Bytes before, ByteBuffer behind) {
  ByteBuffer head = to_buffer(kSignature);
  append(head, kFileType);
  append(head, before);
  wire::append_box_header(head, fourcc("jxlc"), source.size());
  return {{{0, 0}, std::move(head)}, {{source.size(), 0}, std::move(behind)}};
}

/// A new box goes behind the last one, which gets a size of its own if it has none: in place, once
/// the new box is there, so that the file is readable at all times.
Status append_xml(const mp4::FileMap& map, Bytes packet, std::vector<Replacement>& out) {
  const Box& last = map.boxes.back();
  if (last.to_end) {
    out.push_back(TRY(mp4::size_field(last, last.whole.size)));
    out.back().phase = 1;
  }
  out.push_back({{last.whole.end(), 0}, xml_box(packet)});
  return {};
}

Result<Replacement> replaced_exif(Source& source, const Carrier& target, Bytes value,
                                  const Limits& limits) {
  const Box box = TRY(wire::read_box(source, {target.whole.offset, target.whole.size}));
  if (!box.is(fourcc("Exif"))) {
    return fail(ErrorCode::Unsupported, "compressed Exif is read, but never rewritten", target.path,
                target.whole.offset);
  }
  ByteBuffer fresh;
  wire::append_box(fresh, fourcc("Exif"),
                   TRY(heif::exif_item_with_value(source, box.body, target, value, limits)));
  return Replacement{box.whole, std::move(fresh)};
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  std::vector<Replacement> out;
  const bool bare = is_bare(source);
  const mp4::FileMap map = bare ? mp4::FileMap{} : TRY(mp4::map_file(source, limits));
  for (const Edit& edit : edits) {
    const Carrier* target = target_of(layout, edit);
    if (target != nullptr && TRY(extract_stored(source, *target, limits)) == edit.value) continue;
    if (edit.kind != CarrierKind::Xmp) {
      out.push_back(TRY(replaced_exif(source, *target, edit.value, limits)));
    } else if (target != nullptr) {
      out.push_back({target->whole, xml_box(edit.value)});
    } else if (bare) {
      out = wrapped(source, {}, xml_box(edit.value));
    } else {
      TRY(append_xml(map, edit.value, out));
    }
  }
  return replace_ranges(source.size(), std::move(out));
}

/// Behind the boxes that must stand first: signature, `ftyp`, `jxll`.
Result<Splice> put_store(Source& source, const Layout& layout, Bytes store, const Limits& limits) {
  if (is_bare(source)) return replace_ranges(source.size(), wrapped(source, store, {}));
  std::uint64_t at = 0;
  for (const Box& box : TRY(mp4::map_file(source, limits)).boxes) {
    if (!box.is(fourcc("JXL ")) && !box.is(fourcc("ftyp")) && !box.is(fourcc("jxll"))) break;
    at = box.whole.end();
  }
  std::vector<Replacement> out{{{at, 0}, to_buffer(store)}};
  for (const Carrier* old : stores_of(layout)) out.push_back({old->whole, {}});
  return replace_ranges(source.size(), std::move(out));
}

}  // namespace

extern const Format kJxl;
constinit const Format kJxl{
    .id = "jxl",
    .name = "JPEG XL",
    .family = Family::Image,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = kReplace, .in_place = true},
    .sniff = sniff,
    .inspect = inspect,
    .extract = extract_stored,
    .edit = edit,
    .put_store = put_store,
    .boxes = jxl_boxes,
};

}  // namespace colophon

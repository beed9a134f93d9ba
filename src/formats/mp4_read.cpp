// SPDX-License-Identifier: Apache-2.0
// Every place of a film or sound file in ISO boxes that can hold a label. The media data is never
// read, so the cost does not follow the file's size.
#include "formats/mp4.hpp"

#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::mp4 {
namespace {

constexpr std::uint64_t kProbe = 4096;  // how much of an untyped value decides whether it is text

/// 3GPP TS 26.244 clause 8: FullBox, language, string.
constexpr FourCc k3gppTexts[] = {fourcc("titl"), fourcc("auth"), fourcc("dscp"), fourcc("perf"),
                                 fourcc("gnre"), fourcc("albm"), fourcc("cprt")};

bool looks_like_text(Bytes bytes, bool whole) {
  if (bytes.empty()) return false;
  const std::string_view text = as_text(bytes);
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r';
  });
  if (!printable) return false;
  for (std::size_t cut = 0; cut < 4 && cut < text.size(); ++cut) {
    if (is_utf8(text.substr(0, text.size() - cut))) return true;
    if (whole) return false;
  }
  return false;
}

class Reader {
 public:
  Reader(Source& source, const Limits& limits, std::string_view id, Layout& layout)
      : source_(source), limits_(limits), id_(id), layout_(layout), budget_(limits) {}

  [[nodiscard]] Status file(const FileMap& map);

 private:
  struct Place {
    std::string path;
    bool home;  ///< of the whole file, not of one track
  };

  [[nodiscard]] Status top(const Box& box);
  [[nodiscard]] Status movie(const Box& moov);
  [[nodiscard]] Status track(const Box& trak);
  [[nodiscard]] Status user_data(const Box& udta, const Place& place);
  [[nodiscard]] Status user_text(const Box& box, const Place& place);
  [[nodiscard]] Status quicktime_text(const Box& box, const Place& place);
  [[nodiscard]] Status untyped_text(const Box& box, const Place& place);
  [[nodiscard]] Status metadata(const Box& box, const Place& place);
  [[nodiscard]] Status item(const Meta& meta, const Box& item, const Place& place);
  [[nodiscard]] Status data(const Box& item, const Box& data, Carrier carrier);
  [[nodiscard]] Status c2pa(const Box& box);
  [[nodiscard]] Status add(Carrier carrier);

  /// Visits the boxes in `within`. A broken one is noted as the file's damage, and its siblings are
  /// still visited: nothing that can be found stays hidden.
  template <typename Visit>
  [[nodiscard]] Status each(Range within, const Visit& visit) {
    BoxWalker walker(source_, within, budget_);
    while (const auto box = TRY(walker.next())) TRY(tolerate(visit(*box)));
    return {};
  }
  [[nodiscard]] Status tolerate(const Status& status);
  void odd(std::string rule, Severity severity, Text message, std::uint64_t offset) {
    add_oddity(layout_, {std::move(rule), severity, std::move(message), offset});
  }

  Source& source_;
  const Limits& limits_;
  std::string_view id_;
  Layout& layout_;
  BoxBudget budget_;
};

Status Reader::tolerate(const Status& status) {
  if (status) return {};
  const ErrorCode code = status.error().code;
  if (code == ErrorCode::Io || code == ErrorCode::LimitExceeded) return status;
  if (!layout_.damage) layout_.damage = status.error();
  return {};
}

Status Reader::add(Carrier carrier) {
  if (layout_.carriers.size() >= limits_.max_carriers) {
    return fail(ErrorCode::LimitExceeded, "there are too many metadata entries", carrier.path,
                carrier.whole.offset);
  }
  layout_.carriers.push_back(std::move(carrier));
  return {};
}

Status Reader::file(const FileMap& map) {
  for (std::size_t i = 0; i < map.boxes.size(); ++i) {
    const Box& box = map.boxes[i];
    if (box.is(fourcc("moov")) && i != map.moov) {
      odd("mp4-moov", Severity::Warning,
          {"the file has more than one moov box; only the first one counts",
           "文件中有多个 moov 盒子，只有第一个有效"},
          box.whole.offset);
      continue;
    }
    TRY(tolerate(top(box)));
  }
  if (map.rest.size > 0 && !map.damage) {
    odd("mp4-trailing", Severity::Info,
        {fmt::format("{} bytes behind the last box belong to no box", map.rest.size),
         fmt::format("最后一个盒子之后有 {} 个字节不属于任何盒子", map.rest.size)},
        map.rest.offset);
  }
  return {};
}

Status Reader::top(const Box& box) {
  if (box.is(fourcc("moov"))) return movie(box);
  if (box.is(fourcc("meta"))) return metadata(box, {fmt::format("{}:meta", id_), false});
  if (box.is(kC2paUuid)) return c2pa(box);
  if (box.is(kXmpUuid)) {
    return add({CarrierKind::Xmp,
                fmt::format("{}:uuid[xmp]", id_),
                "",
                box.whole,
                box.body,
                {},
                std::nullopt});
  }
  return {};
}

Status Reader::movie(const Box& moov) {
  const std::string path = fmt::format("{}:moov", id_);
  return each(moov.body, [&](const Box& box) -> Status {
    if (box.is(fourcc("udta"))) return user_data(box, {path + ".udta", true});
    if (box.is(fourcc("meta"))) return metadata(box, {path + ".meta", true});
    if (box.is(fourcc("trak"))) return track(box);
    if (box.is(fourcc("moov"))) {
      return fail(ErrorCode::Malformed,
                  "a moov box stands inside the moov box, so players read this file differently",
                  "moov", box.whole.offset);
    }
    if (box.is(fourcc("cmov"))) {
      odd("mp4-cmov", Severity::Warning,
          {"the moov box is compressed; labels inside it cannot be seen",
           "moov 盒子经过压缩，无法读取其中的标识"},
          box.whole.offset);
    }
    return {};
  });
}

Status Reader::track(const Box& trak) {
  const std::string path = fmt::format("{}:moov.trak", id_);
  return each(trak.body, [&](const Box& box) -> Status {
    if (box.is(fourcc("udta"))) return user_data(box, {path + ".udta", false});
    if (box.is(fourcc("meta"))) return metadata(box, {path + ".meta", false});
    return {};
  });
}

Status Reader::user_data(const Box& udta, const Place& place) {
  return each(udta.body, [&](const Box& box) -> Status {
    if (box.is(fourcc("meta"))) return metadata(box, {place.path + ".meta", place.home});
    if (box.is(fourcc("XMP_"))) {
      return add(
          {CarrierKind::Xmp, place.path + ".XMP_", "", box.whole, box.body, {}, std::nullopt});
    }
    return user_text(box, place);
  });
}

Status Reader::user_text(const Box& box, const Place& place) {
  if ((box.type >> 24) == 0xA9) return quicktime_text(box, place);
  if (std::find(std::begin(k3gppTexts), std::end(k3gppTexts), box.type) == std::end(k3gppTexts)) {
    return untyped_text(box, place);
  }
  if (box.body.size < 6 || box.body.size > limits_.max_payload) return {};
  const Range text{box.body.offset + 6, box.body.size - 6};
  const Bytes stored = TRY(source_.view(text));
  Carrier carrier{CarrierKind::Tag, "", wire::to_string(box.type), box.whole, text, {}, {}};
  carrier.path = fmt::format("{}[{}]", place.path, carrier.key);
  if (has_prefix(stored, "\xFE\xFF")) {
    carrier.value = to_buffer(utf16_to_utf8(slice(stored, 2), true));
  } else {
    carrier.payload.size = as_text(stored).substr(0, as_text(stored).find('\0')).size();
  }
  return add(std::move(carrier));
}

/// QuickTime File Format, "User data atoms": lists of 16-bit length, 16-bit language, text. Some
/// writers put an iTunes `data` box there instead.
Status Reader::quicktime_text(const Box& box, const Place& place) {
  Carrier carrier{CarrierKind::Tag, "", wire::to_string(box.type), box.whole, {}, {}, {}};
  carrier.path = fmt::format("{}[{}]", place.path, carrier.key);
  if (box.body.size >= 16 && TRY(read_be(source_, box.body.offset + 4, 4)) == fourcc("data")) {
    return data(box, TRY(wire::read_box(source_, box.body)), carrier);
  }
  for (Range left = box.body; left.size > 4;) {
    const std::uint64_t size = TRY(read_be(source_, left.offset, 2));
    if (size > left.size - 4) return untyped_text(box, place);
    carrier.payload = {left.offset + 4, size};
    const Bytes stored = TRY(source_.view(carrier.payload));
    carrier.value.reset();
    if (!is_utf8(as_text(stored))) carrier.value = to_buffer(latin1_to_utf8(stored));
    if (size > 0) TRY(add(carrier));
    left = {left.offset + 4 + size, left.size - 4 - size};
  }
  return {};
}

/// A box whose grammar is not known (ComfyUI's `wflo`, a track's `name`): reported when it is text,
/// with or without a version and flags before it.
Status Reader::untyped_text(const Box& box, const Place& place) {
  Range text = box.body;
  if (text.size > 4 && TRY(read_be(source_, text.offset, 4)) == 0) {
    text = {text.offset + 4, text.size - 4};
  }
  while (text.size > 0 && TRY(read_be(source_, text.end() - 1, 1)) == 0) {
    if (text.size + kProbe < box.body.size) return {};
    --text.size;
  }
  const std::uint64_t probed = std::min(text.size, kProbe);
  if (!looks_like_text(TRY(source_.view({text.offset, probed})), probed == text.size)) return {};
  const std::string key = wire::to_string(box.type);
  return add({CarrierKind::Tag,
              fmt::format("{}[{}]", place.path, key),
              key,
              box.whole,
              text,
              {},
              std::nullopt});
}

Status Reader::metadata(const Box& box, const Place& place) {
  const Meta meta = TRY(read_meta(source_, box, limits_, budget_));
  if (!meta.items) return {};
  return each(meta.items->body, [&](const Box& child) { return item(meta, child, place); });
}

Status Reader::item(const Meta& meta, const Box& item, const Place& place) {
  Carrier carrier{CarrierKind::Tag, "", "", item.whole, {}, {}, {}};
  if (item.type >= 1 && item.type <= meta.names.size()) {
    carrier.key = meta.names[item.type - 1];
    carrier.path = fmt::format("{}.keys[{}]", place.path, carrier.key);
  } else if (item.is(fourcc("----"))) {
    const auto name = TRY(wire::find_box(source_, item.body, fourcc("name"), budget_));
    if (name && name->body.size >= 4 && name->body.size <= kProbe) {
      const Bytes stored = TRY(source_.view({name->body.offset + 4, name->body.size - 4}));
      carrier.key = to_valid_utf8(as_text(stored));
    }
    carrier.path = fmt::format("{}.ilst.----[{}]", place.path, carrier.key);
  } else {
    carrier.key = item.type < 0x10000 ? fmt::format("#{}", item.type) : wire::to_string(item.type);
    carrier.path = fmt::format("{}.ilst[{}]", place.path, carrier.key);
  }
  if (place.home && is_aigc_key(carrier.key)) carrier.kind = CarrierKind::AigcKey;
  return each(item.body, [&](const Box& child) -> Status {
    return child.is(fourcc("data")) ? data(item, child, carrier) : Status{};
  });
}

/// QuickTime File Format, "Data atom": type indicator, locale, value. Types 1 and 4 are UTF-8, 2
/// and 5 UTF-16; 0 says nothing; the others are numbers and pictures.
Status Reader::data(const Box& item, const Box& data, Carrier carrier) {
  if (data.body.size < 8) return {};
  const std::uint64_t type = TRY(read_be(source_, data.body.offset, 4));
  carrier.whole = item.whole;
  carrier.payload = {data.body.offset + 8, data.body.size - 8};
  if (type == 2 || type == 5) {
    if (carrier.payload.size > limits_.max_payload) return {};
    const Bytes stored = TRY(source_.view(carrier.payload));
    const bool marked = has_prefix(stored, "\xFE\xFF");
    carrier.value = to_buffer(utf16_to_utf8(slice(stored, marked ? 2 : 0), true));
  } else if (type != 1 && type != 4 && carrier.kind != CarrierKind::AigcKey) {
    const std::uint64_t probed = std::min(carrier.payload.size, kProbe);
    const Bytes head = TRY(source_.view({carrier.payload.offset, probed}));
    if (type != 0 || !looks_like_text(head, probed == carrier.payload.size)) return {};
  }
  return add(std::move(carrier));
}

/// C2PA 2.2 A.5.1: FullBox, purpose, offset of the first `merkle` box, the store, perhaps padding.
Status Reader::c2pa(const Box& box) {
  constexpr std::uint64_t kLongest = 32;
  const Range rest = {box.body.offset + 4, box.body.size < 4 ? 0 : box.body.size - 4};
  const std::string head =
      colophon::to_string(view_some(source_, {rest.offset, std::min(rest.size, kLongest)}));
  const std::string purpose = head.substr(0, head.find('\0'));
  if (purpose == "merkle") return {};
  const bool known = purpose == "manifest" || purpose == "update" || purpose == "original";
  const std::uint64_t before = purpose.size() + 1 + 8;
  const std::string name = known && purpose != "manifest" ? "c2pa:" + purpose : "c2pa";
  if (!known || rest.size < before + 8) {
    odd("mp4-c2pa", Severity::Warning,
        {"the C2PA box names no purpose that is known, or is too short to hold a manifest store",
         "C2PA 盒子的用途未知，或过短而无法容纳清单存储"},
        box.whole.offset);
    return add({CarrierKind::C2paStore,
                fmt::format("{}:uuid[{}]", id_, name),
                "",
                box.whole,
                rest,
                {},
                std::nullopt});
  }
  Range store = {rest.offset + before, rest.size - before};
  std::uint64_t size = TRY(read_be(source_, store.offset, 4));
  if (size == 1 && store.size >= 16) size = TRY(read_be(source_, store.offset + 8, 8));
  if (size >= 8 && size <= store.size) {
    store.size = size;
  } else if (size != 0) {
    odd("mp4-c2pa", Severity::Warning,
        {"the C2PA manifest store and its box disagree about its length",
         "C2PA 清单存储的长度与所在盒子不一致"},
        store.offset);
  }
  return add({CarrierKind::C2paStore,
              fmt::format("{}:uuid[{}]", id_, name),
              "",
              box.whole,
              store,
              {},
              std::nullopt});
}

}  // namespace

Result<Layout> inspect_boxes(Source& source, const FileMap& map, const Limits& limits,
                             std::string_view id) {
  Layout layout;
  const Status status = Reader(source, limits, id, layout).file(map);
  if (!status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    layout.damage = status.error();
  } else if (!layout.damage) {
    layout.damage = map.damage;
  }
  if (layout.damage && layout.damage->where.empty()) layout.damage->where = std::string(id);
  return layout;
}

Result<Layout> inspect(Source& source, const Limits& limits, std::string_view id) {
  const FileMap map = TRY(map_file(source, limits));
  Layout layout = TRY(inspect_boxes(source, map, limits, id));
  if (!layout.damage && !map.moov && !map.has(fourcc("moof")) && !map.has(fourcc("styp")) &&
      !map.has(fourcc("sidx"))) {
    layout.damage = Error{ErrorCode::Truncated,
                          "there is no moov box, so nothing in this file can be played: the "
                          "recording was not finished, or the file was cut",
                          "moov", source.size()};
  }
  return layout;
}

}  // namespace colophon::mp4

// SPDX-License-Identifier: Apache-2.0
// Reading: which frames of an ID3v2 tag are carriers (docs/gb45438.md, docs/c2pa.md).
#include "formats/id3_tags.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

namespace id3 = wire::id3;

constexpr std::size_t kMaxTags = 16;
constexpr std::uint64_t kNames = 4096;            // where an object's names are looked for
constexpr std::uint64_t kMaxObject = 1ULL << 20;  // larger objects are no text worth reading

bool is_c2pa(std::string_view media_type) noexcept {
  return equals_ignore_case(media_type, "application/c2pa") ||
         equals_ignore_case(media_type, "application/x-c2pa-manifest-store");
}

bool is_readable(std::string_view text) noexcept {
  return !text.empty() && is_utf8(text) && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
}

class Collector {
 public:
  Collector(Source& source, const id3::Tag& tag, std::string_view container, const Limits& limits,
            Layout& layout)
      : source_(source),
        tag_(tag),
        container_(container),
        limits_(limits),
        layout_(layout),
        budget_(limits.max_payload) {}

  Status collect() {
    for (const id3::Frame& frame : tag_.frames) {
      const bool field = id3::is_field(frame.id);
      if (!field && !id3::is_object(frame.id)) continue;
      if (layout_.carriers.size() >= limits_.max_carriers) {
        return fail(ErrorCode::LimitExceeded, "too many metadata frames", std::string(container_),
                    frame.whole.offset);
      }
      const Status status = field ? add_field(frame) : add_object(frame);
      if (status) continue;
      const ErrorCode code = status.error().code;
      if (code == ErrorCode::Io || code == ErrorCode::LimitExceeded) return status;
      odd("id3-frame", frame.whole.offset, status.error().message, "ID3 帧无法读取");
    }
    if (tag_.sizes) {
      odd("id3-size", tag_.whole.offset, "the frame sizes of an ID3v2.4 tag are not synchsafe",
          "ID3v2.4 标签的帧长度未采用同步安全整数");
    }
    if (tag_.junk) {
      odd("id3-junk", tag_.tail.offset, "an ID3 tag holds bytes that are neither frame nor padding",
          "ID3 标签中存在既非帧也非填充的字节");
    }
    return tag_.damage ? Status(Failure(*tag_.damage)) : Status{};
  }

 private:
  void odd(std::string_view rule, std::uint64_t offset, std::string english, std::string chinese) {
    add_oddity(
        layout_,
        {std::string(rule), Severity::Warning, {std::move(english), std::move(chinese)}, offset});
  }

  /// What a frame holds, with the decoded bytes counted against what one tag may cost.
  Result<ByteBuffer> data_of(const id3::Frame& frame) {
    ByteBuffer data =
        TRY(id3::data_of(source_, tag_, frame, std::min(budget_, limits_.max_inflated)));
    budget_ -= std::min<std::uint64_t>(budget_, data.size());
    return data;
  }

  static Failure broken(const id3::Frame& frame) {
    return fail(ErrorCode::Malformed,
                fmt::format("the ID3 frame {} breaks its own grammar", frame.id));
  }

  Carrier carrier(CarrierKind kind, const id3::Frame& frame, std::string key) const {
    Carrier made;
    made.kind = kind;
    made.path = fmt::format("{}:ID3v2.{}[{}]", container_, frame.id, key);
    made.key = std::move(key);
    made.whole = frame.whole;
    made.payload = frame.body;
    return made;
  }

  Status add_field(const id3::Frame& frame) {
    const ByteBuffer data = TRY(data_of(frame));
    auto field = id3::parse_field(frame.id, data);
    if (!field) return broken(frame);
    const bool user = frame.id == "TXXX" || frame.id == "TXX";
    const bool label = user && equals_ignore_case(field->description, "AIGC");
    const std::string key = !user && field->description.empty() ? frame.id : field->description;
    Carrier made = carrier(label ? CarrierKind::AigcKey : CarrierKind::Tag, frame, key);
    if (!user && key == frame.id) made.path = fmt::format("{}:ID3v2[{}]", container_, key);
    if (id3::is_plain(tag_, frame)) {
      made.payload = {frame.body.end() - field->stored.size, field->stored.size};
    }
    made.value = to_buffer(field->value);
    layout_.carriers.push_back(std::move(made));
    return {};
  }

  /// The names stand in front, so a big object need not be read to know what it is.
  Status add_object(const id3::Frame& frame) {
    const bool plain = id3::is_plain(tag_, frame);
    const std::uint64_t prefix = plain ? id3::prefix_size(tag_, frame) : 0;
    const Range stored{frame.body.offset + prefix, frame.body.size - prefix};
    ByteBuffer data;
    if (plain) {
      data = TRY(read(source_, {stored.offset, std::min(stored.size, kNames)}));
    } else {
      data = TRY(data_of(frame));
    }
    const auto object = id3::parse_object(frame.id, data);
    if (!object) return broken(frame);
    Carrier made = named(frame, *object);
    if (plain) {
      made.payload = {stored.offset + object->data_at, stored.size - object->data_at};
    } else {
      made.value = to_buffer(slice(data, object->data_at));
    }
    if (made.kind != CarrierKind::Tag || TRY(is_text(made))) {
      layout_.carriers.push_back(std::move(made));
    }
    return {};
  }

  Carrier named(const id3::Frame& frame, const id3::Object& object) const {
    if (is_c2pa(object.media_type) || object.description == "c2pa manifest store") {
      Carrier made = carrier(CarrierKind::C2paStore, frame, "c2pa");
      made.key.clear();
      return made;
    }
    if (frame.id == "PRIV" && object.description == "XMP") {
      Carrier made = carrier(CarrierKind::Xmp, frame, "XMP");
      made.key.clear();
      return made;
    }
    for (const std::string& name : {object.description, object.file_name}) {
      if (!name.empty()) return carrier(CarrierKind::Tag, frame, name);
    }
    return carrier(CarrierKind::Tag, frame, object.media_type);
  }

  Result<bool> is_text(const Carrier& made) {
    if (made.value) return is_readable(as_text(*made.value));
    if (made.payload.size > kMaxObject) return false;
    return is_readable(as_text(TRY(source_.view(made.payload))));
  }

  Source& source_;
  const id3::Tag& tag_;
  std::string_view container_;
  const Limits& limits_;
  Layout& layout_;
  std::uint64_t budget_;
};

Status check_text_value(const Edit& edit) {
  const std::string_view text = as_text(edit.value);
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::Usage, "the value is not text in UTF-8");
  }
  return {};
}

}  // namespace

Result<std::vector<id3::Tag>> read_id3_tags(Source& source, Range within, const Limits& limits) {
  std::vector<id3::Tag> tags;
  while (tags.size() < kMaxTags && within.size >= id3::kHeader &&
         id3::starts(view_some(source, {within.offset, id3::kHeader}))) {
    tags.push_back(TRY(id3::read(source, within, limits)));
    if (tags.back().damage) break;
    const std::uint64_t end = tags.back().whole.end();
    within = {end, within.end() - end};
  }
  return tags;
}

Status add_id3_carriers(Source& source, const id3::Tag& tag, std::string_view container,
                        const Limits& limits, Layout& layout) {
  return Collector(source, tag, container, limits, layout).collect();
}

std::optional<std::size_t> id3_frame_of(const id3::Tag& tag, const Carrier& carrier) noexcept {
  for (std::size_t i = 0; i < tag.frames.size(); ++i) {
    if (tag.frames[i].whole == carrier.whole) return i;
  }
  return std::nullopt;
}

Result<std::vector<Replacement>> text_changes(Source& source, const Layout& layout,
                                              std::span<const Edit> edits, const Limits& limits,
                                              const PlanChange& change) {
  for (const Edit& edit : edits) TRY(check_text_value(edit));
  return changes_of(source, layout, edits, limits, change);
}

std::int64_t growth_of(std::span<const Replacement> replacements) noexcept {
  std::int64_t growth = 0;
  for (const Replacement& replacement : replacements) {
    growth += static_cast<std::int64_t>(replacement.bytes.size()) -
              static_cast<std::int64_t>(replacement.range.size);
  }
  return growth;
}

}  // namespace colophon

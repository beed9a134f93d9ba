// SPDX-License-Identifier: Apache-2.0
// Setting a string property of onMetaData. What stands behind it moves, so the file size and the
// positions of key frames that the metadata announce follow.
#include "formats/flv.hpp"

#include <algorithm>

namespace colophon::flv {
namespace {

constexpr std::string_view kKey = "AIGC";
constexpr std::uint64_t kLongestTag = 0xFFFFFF;

/// One script tag's new bytes, and the change of its properties on the way.
class Draft {
 public:
  explicit Draft(const Script& script) : script_(script), bytes_(script.bytes) {}

  void set(Range value, Bytes text) { changes_.push_back({value, wire::make_amf_string(text), 0}); }
  void add(Bytes text) {
    changes_.push_back({{script_.properties.end, 0}, wire::make_amf_property(kKey, text), 0});
    ++added_;
  }
  [[nodiscard]] bool changed() const noexcept { return !changes_.empty() || patched_; }
  [[nodiscard]] std::int64_t growth() const noexcept {
    std::int64_t sum = 0;
    for (const Replacement& each : changes_) {
      sum +=
          static_cast<std::int64_t>(each.bytes.size()) - static_cast<std::int64_t>(each.range.size);
    }
    return sum;
  }

  /// `moved` gives the new value of a position in the file.
  template <typename Moved>
  Status move_positions(const Moved& moved, const Limits& limits) {
    if (script_.name != kMetaData) return {};
    for (const wire::AmfProperty& property : script_.properties.list) {
      const wire::AmfValue& value = property.value;
      if (value.type == wire::AmfType::Number &&
          (property.name == "filesize" || property.name == "lastkeyframelocation")) {
        patch(value.whole.offset + 1, moved);
      }
      if (property.name != "keyframes" || !value.is_object()) continue;
      const auto inside = TRY(wire::amf_properties(script_.bytes, value, limits));
      for (const wire::AmfProperty& list : inside.list) {
        if (list.name != "filepositions") continue;
        for (const std::uint64_t at : TRY(wire::amf_numbers(script_.bytes, list.value, limits))) {
          patch(at, moved);
        }
      }
    }
    return {};
  }

  /// The changed data of the tag.
  Result<ByteBuffer> finish() {
    count_properties();
    MemorySource source(bytes_);
    const Splice splice = TRY(replace_ranges(bytes_.size(), changes_));
    MemorySink sink;
    TRY(execute(source, splice, sink));
    return sink.take();
  }

 private:
  template <typename Moved>
  void patch(std::uint64_t at, const Moved& moved) {
    const double old = wire::load_amf_number(bytes_, at);
    const double now = moved(old);
    if (now == old || !(old > 0)) return;
    wire::store_amf_number(bytes_, at, now);
    patched_ = true;
  }

  /// The count of an ECMA array is a hint; one that does not hold stays what it is.
  void count_properties() {
    if (script_.object.type != wire::AmfType::EcmaArray || added_ == 0) return;
    const std::size_t at = static_cast<std::size_t>(script_.object.whole.offset) + 1;
    if (load_be(bytes_, at, 4) != script_.properties.list.size()) return;
    store_be(bytes_, at, script_.properties.list.size() + added_, 4);
  }

  const Script& script_;
  ByteBuffer bytes_;
  std::vector<Replacement> changes_;
  std::uint64_t added_ = 0;
  bool patched_ = false;
};

Result<ByteBuffer> make_tag(Bytes head, Bytes data) {
  if (data.size() > kLongestTag) {
    return fail(ErrorCode::LimitExceeded, "onMetaData would become longer than a tag can be",
                "flv:onMetaData");
  }
  ByteBuffer tag = to_buffer(head);
  store_be(tag, 1, data.size(), 3);
  append(tag, data);
  append_be(tag, tag.size(), kTagSizeField);
  return tag;
}

/// A tag with nothing but the label, as the first of the file.
Result<ByteBuffer> make_metadata(Bytes text) {
  constexpr std::uint8_t kObjectEnd[] = {0, 0, 9};
  ByteBuffer data = wire::make_amf_string(as_bytes(kMetaData));
  data.push_back(static_cast<std::uint8_t>(wire::AmfType::EcmaArray));
  append_be(data, 1, 4);
  append(data, wire::make_amf_property(kKey, text));
  append(data, Bytes(kObjectEnd));
  ByteBuffer head(kTagHeader, 0);
  head[0] = kScriptTag;
  return make_tag(head, data);
}

class Editor {
 public:
  Editor(Source& source, const Film& film, const Limits& limits)
      : source_(source), film_(film), limits_(limits) {
    drafts_.reserve(film.scripts.size());
    for (const Script& script : film.scripts) drafts_.emplace_back(script);
  }

  Status apply(const Layout& layout, const Edit& edit) {
    const Carrier* target = target_of(layout, edit);
    if (target != nullptr && TRY(extract_stored(source_, *target, limits_)) == edit.value) {
      return {};
    }
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      const Script& script = film_.scripts[i];
      if (script.name != kMetaData) continue;
      if (target == nullptr) {
        drafts_[i].add(edit.value);
        return {};
      }
      for (const wire::AmfProperty& property : script.properties.list) {
        if (script.tag.data.offset + property.whole.offset != target->whole.offset) continue;
        drafts_[i].set(property.value.whole, edit.value);
        return {};
      }
    }
    if (target != nullptr) {
      return fail(ErrorCode::Unsupported, "only properties of onMetaData can be replaced",
                  target->path, target->whole.offset);
    }
    first_ = TRY(make_metadata(edit.value));
    return {};
  }

  Result<std::vector<Replacement>> plan() {
    std::vector<Replacement> plan;
    if (!first_.empty()) plan.push_back({{film_.first_tag, 0}, first_, 0});
    std::vector<std::pair<std::uint64_t, std::int64_t>> moves;  // from there on, by so much
    if (!first_.empty()) moves.emplace_back(film_.first_tag, first_.size());
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      const std::int64_t growth = drafts_[i].growth();
      if (growth != 0) moves.emplace_back(film_.scripts[i].tag.data.end(), growth);
    }
    const auto moved = [&](double position) {
      double sum = position;
      for (const auto& [from, by] : moves) {
        if (position >= static_cast<double>(from)) sum += static_cast<double>(by);
      }
      return sum;
    };
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      TRY(drafts_[i].move_positions(moved, limits_));
      if (drafts_[i].changed()) TRY(replace_tag(i, plan));
    }
    return plan;
  }

 private:
  Status replace_tag(std::size_t index, std::vector<Replacement>& plan) {
    const Tag& tag = film_.scripts[index].tag;
    const ByteBuffer head = TRY(read(source_, {tag.at, kTagHeader}));
    const ByteBuffer data = TRY(drafts_[index].finish());
    const std::uint64_t end = std::min(tag.data.end() + kTagSizeField, source_.size());
    plan.push_back({{tag.at, end - tag.at}, TRY(make_tag(head, data)), 0});
    return {};
  }

  Source& source_;
  const Film& film_;
  const Limits& limits_;
  std::vector<Draft> drafts_;
  ByteBuffer first_;
};

}  // namespace

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  const Film film = read_film(source, limits);
  if (film.damage) return Failure(*film.damage);
  Editor editor(source, film, limits);
  for (const Edit& edit : edits) {
    TRY(editor.apply(layout, edit));
  }
  return replace_ranges(source.size(), TRY(editor.plan()));
}

}  // namespace colophon::flv

// SPDX-License-Identifier: Apache-2.0
// Text that a normalizer has changed, with the place in the original that every byte came from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace colophon::tokenizers {

struct Span {
  std::uint32_t begin = 0, end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

class MappedText {
 public:
  /// `text` stands at `origin` of the document; nothing is copied until something changes.
  MappedText(std::string_view text, std::uint32_t origin) : view_(text), shift_(origin) {}

  [[nodiscard]] std::string_view text() const noexcept { return view_; }
  /// Where `text()[span]` came from.
  [[nodiscard]] Span origin(Span span) const noexcept {
    if (map_.empty()) return {shift_ + span.begin, shift_ + span.end};
    if (span.begin == span.end) return {};
    return {map_[span.begin].begin, map_[span.end - 1].end};
  }
  [[nodiscard]] Span origin_of_byte(std::size_t at) const noexcept {
    const auto begin = static_cast<std::uint32_t>(at);
    return map_.empty() ? Span{shift_ + begin, shift_ + begin + 1} : map_[at];
  }

  /// The next version of the text, written piece by piece.
  class Edit {
   public:
    explicit Edit(const MappedText& from) : from_(from) {
      text_.reserve(from.text().size() + 16);
      map_.reserve(from.text().size() + 16);
    }
    void keep(Span span) {
      text_.append(from_.text().substr(span.begin, span.end - span.begin));
      if (!from_.map_.empty()) {
        map_.insert(map_.end(), from_.map_.begin() + span.begin, from_.map_.begin() + span.end);
        return;
      }
      for (std::uint32_t at = from_.shift_ + span.begin; at < from_.shift_ + span.end; ++at) {
        map_.push_back({at, at + 1});
      }
    }
    /// `text` instead of what stands at `span`, which may be empty.
    void put(std::string_view text, Span span) {
      text_.append(text);
      Span where = from_.origin(span);
      if (span.begin == span.end) where = {near(span.begin), near(span.begin)};
      map_.insert(map_.end(), text.size(), where);
    }
    [[nodiscard]] std::string& text() noexcept { return text_; }

   private:
    friend class MappedText;
    [[nodiscard]] std::uint32_t near(std::uint32_t at) const noexcept {
      if (at < from_.text().size()) return from_.origin_of_byte(at).begin;
      return at == 0 ? from_.shift_ : from_.origin_of_byte(at - 1).end;
    }
    const MappedText& from_;
    std::string text_;
    std::vector<Span> map_;
  };
  void take(Edit&& edit) {
    own_ = std::move(edit.text_);
    map_ = std::move(edit.map_);
    view_ = own_;
  }
  MappedText(const MappedText&) = delete;
  MappedText& operator=(const MappedText&) = delete;

 private:
  std::string_view view_;
  std::string own_;
  std::vector<Span> map_;  // empty: byte i came from shift_ + i
  std::uint32_t shift_ = 0;
};

}  // namespace colophon::tokenizers

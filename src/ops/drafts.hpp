// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ops/reading.hpp"
#include "standards/standards.hpp"
#include "standards/xmp.hpp"

namespace colophon {

/// The carriers being changed, each with its payload so far, so that two vocabularies that share an
/// XMP packet are one write.
class Drafts {
 public:
  Drafts(Source& source, const Reading& reading, const Limits& limits)
      : source_(source), reading_(reading), limits_(limits) {}

  /// Lets `standard` write `label` into the carrier `replaces`, or into the home of `kind`.
  Status write(const Standard& standard, const Label& label, CarrierKind kind, std::string_view key,
               std::optional<std::size_t> replaces) {
    Edit& edit = TRY(draft(kind, key, replaces)).get();
    const auto place = static_cast<std::size_t>(&edit - edits_.data());
    const bool same_place = last_ && last_->standard == &standard && last_->place == place;
    if (same_place && last_->label == label) return {};
    const std::size_t times = same_place ? last_->times + 1 : 1;
    if (times > kMaxLabels) {
      return fail(ErrorCode::LimitExceeded, "too many labels that differ stand in one place");
    }
    edit.value = TRY(standard.write(label, kind, edit.value));
    last_ = {&standard, label, place, times};
    return {};
  }
  /// The same at the home place; `only_new`: where records have none, leaving those that have.
  Status write_home(const Standard& standard, const Label& label, CarrierKind kind, bool only_new) {
    if (!only_new) return write(standard, label, kind, {}, std::nullopt);
    edits_.push_back({kind, {}, std::nullopt, TRY(standard.write(label, kind, {})), true});
    return {};
  }
  /// What a picture's label says, for people who cannot see it (IPTC AltTextAccessibility), where
  /// XMP is written anyway and nobody has described the picture yet.
  Status describe(const std::string& text) {
    constexpr std::string_view kUri = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/";
    constexpr std::string_view kName = "AltTextAccessibility";
    for (Edit& edit : edits_) {
      if (edit.kind != CarrierKind::Xmp || edit.only_new) continue;
      if (!find_xmp(edit.value, kUri, kName).empty()) continue;
      const XmpProperty wanted{std::string(kUri), "Iptc4xmpCore", std::string(kName), text, true};
      edit.value = TRY(set_properties(edit.value, {&wanted, 1}));
    }
    return {};
  }
  void set_in_place(bool in_place) {
    for (Edit& edit : edits_) edit.in_place = in_place;
  }
  [[nodiscard]] std::span<const Edit> edits() const noexcept { return edits_; }
  [[nodiscard]] std::vector<std::size_t> edited() const {
    std::vector<std::size_t> indices;
    for (const Edit& edit : edits_) {
      if (edit.only_new) continue;
      const Carrier* target = target_of(reading_.layout, edit);
      if (target != nullptr) indices.push_back(target - reading_.layout.carriers.data());
    }
    return indices;
  }

 private:
  Result<std::reference_wrapper<Edit>> draft(CarrierKind kind, std::string_view key,
                                             std::optional<std::size_t> replaces) {
    Edit wanted{kind, std::string(key), replaces, {}, false};
    const Carrier* target = target_of(reading_.layout, wanted);
    for (Edit& edit : edits_) {
      if (edit.kind == kind && edit.key == key && target_of(reading_.layout, edit) == target) {
        return std::ref(edit);
      }
    }
    if (target != nullptr) {
      wanted.value = TRY(reading_.format->extract(source_, *target, limits_));
    }
    edits_.push_back(std::move(wanted));
    return std::ref(edits_.back());
  }

  /// The last write: a place with thousands of labels asks for the same one over and over, and
  /// every write reads the whole place.
  struct Last {
    const Standard* standard;
    Label label;
    std::size_t place, times;
  };
  static constexpr std::size_t kMaxLabels = 64;

  Source& source_;
  const Reading& reading_;
  const Limits& limits_;
  std::optional<Last> last_;
  std::vector<Edit> edits_;
};

}  // namespace colophon

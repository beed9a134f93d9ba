// SPDX-License-Identifier: Apache-2.0
// c2pa.hash.boxes (C2PA 9.2.3, 15.12.3, 18.7): the boxes of a container by name, in file order.
#include "c2pa/binding_check.hpp"
#include "formats/box_map.hpp"

#include <algorithm>
#include <array>

namespace colophon::c2pa {
namespace {

using wire::CborItem;

constexpr std::string_view kAfter = "c2pa.after";
constexpr std::uint64_t kMostShared = 4;  // times the file that its boxes may add up to

bool is_true(const CborItem* item) noexcept {
  return item != nullptr && item->untagged().type == wire::CborType::Simple &&
         item->untagged().number == 21;
}

Failure unknown_box(std::string why) {
  return fail(ErrorCode::NotFound, std::move(why));  // the code for "unknownBox", see bindings.cpp
}

/// Boxes of metadata, which a signer may leave out.
bool is_metadata_box(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 18> kNames = {
      "APP1", "APP13", "COM",  "tEXt", "iTXt", "zTXt", "eXIf",  "tIME",  "XMP ",
      "EXIF", "INFO",  "_PMX", "21FE", "21FF", "700",  "33723", "34665", "name"};
  return std::ranges::find(kNames, name) != kNames.end();
}

/// Bytes at the start of a box of metadata that say what it is and how long: a JPEG marker with
/// its length, a length with a name, a GIF extension's label.
std::uint64_t box_head(std::string_view name) noexcept {
  if (name.starts_with("APP") || name == "COM") return 4;
  return name.starts_with("21") ? 2 : 8;
}

bool is_restart(std::string_view name) noexcept {
  return name.size() == 4 && name.starts_with("RST");
}

/// Signers of C2PA 1.4 list the table "head" of a font in two boxes, around the check sum.
void split_head(const CborItem* groups, BoxMap& map) {
  const auto lists_half = [](const CborItem& group) {
    return std::ranges::any_of(elements(group.find("names")),
                               [](const CborItem& name) { return name.as_text() == "hea0"; });
  };
  if (!map.any_order || std::ranges::none_of(elements(groups), lists_half)) return;
  const auto head = std::ranges::find(map.boxes, "head", &NamedBox::name);
  if (head == map.boxes.end() || head->zeroed.size == 0) return;
  const Range whole = head->whole, sum = head->zeroed;
  *head = {"hea0", {whole.offset, sum.offset - whole.offset}, {}, {}};
  map.boxes.push_back({"hea2", {sum.end(), whole.end() - sum.end()}, {}, {}});
}

class BoxCheck {
 public:
  BoxCheck(const HashCheck& check, BoxMap map)
      : check_(check), map_(std::move(map)), source_(check.asset.source) {}

  Status run() {
    TRY(check_size());
    const CborItem* groups = check_.binding.content.find("boxes");
    if (elements(groups).empty()) return malformed("the assertion lists no boxes");
    const CborItem* first = elements(groups).front().find("names");
    if (!elements(first).empty() && map_.boxes.front().name == "PNGh" &&
        elements(first).front().as_text() != "PNGh") {
      next_ = 1;  // written before the signature of the file had a name
      end_ = map_.boxes.front().whole.end();
    }
    for (const CborItem& group : elements(groups)) TRY(check_group(group));
    if (next_ < map_.boxes.size()) return unknown_box("there are more boxes than were signed");
    if (!map_.has_gaps && end_ != source_.size()) {
      return mismatch("something follows the last box that was signed");
    }
    if (left_out_) {
      check_.status.inform("assertion.boxesHash.additionalExclusionsPresent",
                           std::string(check_.binding.url), "metadata is not protected");
    }
    return {};
  }

 private:
  /// Boxes that share their bytes would cost their number times the file.
  [[nodiscard]] Status check_size() const {
    std::uint64_t left = kMostShared * source_.size();
    const auto take = [&](const Range& range) {
      const bool fits = range.size <= left;
      left -= fits ? range.size : 0;
      return fits;
    };
    for (const NamedBox& box : map_.boxes) {
      if (!take(box.whole) || !std::ranges::all_of(box.more, take)) {
        return fail(ErrorCode::LimitExceeded, "the boxes of the file stand in each other");
      }
    }
    return {};
  }

  Status check_group(const CborItem& group) {
    const CborItem* names = group.find("names");
    if (elements(names).empty()) return malformed("a group of boxes has no names");
    const std::size_t first = next_;
    bool after = false;
    taken_.clear();
    for (const CborItem& name : elements(names)) {
      if (after) return malformed("c2pa.after is not the last box");
      after = name.as_text() == kAfter;
      if (!after) TRY(take(name.as_text()));
      if (!after) taken_.push_back(next_ - 1);
    }
    const CborItem* exclusions = group.find("exclusions");
    if (exclusions != nullptr && elements(exclusions).empty()) {
      return malformed("the list of parts of boxes that are left out is empty");
    }
    if (after) return check_after(group, first);
    if (elements(names).front().as_text() == kStoreBox) {
      if (elements(names).size() != 1) return malformed("the store's box stands in a group");
      return cover(map_.boxes[first].whole);
    }
    return check_boxes(group, first);
  }

  /// The next box has to have that name.
  Status take(std::string_view name) {
    // Some signers count the restart intervals with the scan before them.
    while (next_ > 0 && next_ < map_.boxes.size() && is_restart(map_.boxes[next_].name) &&
           map_.boxes[next_].name != name) {
      ++next_;
    }
    const auto begin = map_.boxes.begin() + static_cast<std::ptrdiff_t>(next_);
    if (map_.any_order) {
      const auto found = std::find_if(begin, map_.boxes.end(),
                                      [&](const NamedBox& box) { return box.name == name; });
      if (found != map_.boxes.end()) std::iter_swap(begin, found);
    }
    if (begin != map_.boxes.end() && begin->name == name) {
      ++next_;
    } else if (std::any_of(begin, map_.boxes.end(),
                           [&](const NamedBox& box) { return box.name == name; })) {
      return unknown_box("there is a box that was not signed");
    } else {
      return mismatch("a box that was signed is missing");
    }
    if (name == "SOS") take_restarts_ = next_;
    return {};
  }

  Status check_after(const CborItem& group, std::size_t first) {
    next_ = map_.boxes.size();  // the parts behind the primary one may look like boxes, too
    const bool alone = elements(group.find("names")).size() == 1;
    const std::uint64_t from = alone ? end_ : map_.boxes[first].whole.offset;
    Digest digest(TRY(algorithm(group)));
    TRY(of_asset(digest.update(source_, {from, source_.size() - from})));
    TRY(cover({from, source_.size() - from}));
    return compare(group, digest);
  }

  Status check_boxes(const CborItem& group, std::size_t first) {
    absorb_restarts(group);
    const NamedBox& last = map_.boxes[next_ - 1];
    const std::uint64_t from = map_.boxes[first].whole.offset;
    if (is_true(group.find("excluded"))) {
      for (std::size_t i = first; i < next_; ++i) {
        if (!is_metadata_box(map_.boxes[i].name)) {
          return mismatch("the assertion leaves content unprotected");
        }
      }
      left_out_ = true;
      return cover({from, last.whole.end() - from});
    }
    Digest digest(TRY(algorithm(group)));
    const std::vector<Range> parts = TRY(left_out_parts(group));
    if (!parts.empty()) {
      std::uint64_t at = from;
      for (const Range& part : parts) {
        TRY(of_asset(digest.update(source_, {at, part.offset - at})));
        at = part.end();
      }
      TRY(of_asset(digest.update(source_, {at, last.whole.end() - at})));
      TRY(cover({from, last.whole.end() - from}));
    } else if (map_.has_gaps) {
      for (std::size_t i = first; i < next_; ++i) {
        TRY(add(map_.boxes[i], digest));
        if (map_.any_order && i + 1 < next_) TRY(add_padding(i, digest));
      }
    } else {  // what stands between the boxes of a group counts, too
      TRY(of_asset(digest.update(source_, {from, last.whole.end() - from})));
      TRY(cover({from, last.whole.end() - from}));
    }
    return compare(group, digest);
  }

  /// Parts of boxes of metadata that are not hashed (2.4, 15.12.3): rising, behind the head of the
  /// box, each in one box.
  Result<std::vector<Range>> left_out_parts(const CborItem& group) {
    std::vector<Range> parts;
    for (const CborItem& each : elements(group.find("exclusions"))) {
      const auto start = number_of(each.find("start")), length = number_of(each.find("length"));
      const CborItem* index = each.find("boxIndex");
      const auto box = index == nullptr && taken_.size() == 1 ? 0 : number_of(index);
      if (!start || !length || !box || *box >= taken_.size()) {
        return malformed("a part of a box that is left out does not say which");
      }
      const NamedBox& holder = map_.boxes[taken_[*box]];
      if (map_.has_gaps || !is_metadata_box(holder.name) || *start < box_head(holder.name) ||
          *start > holder.whole.size || *length > holder.whole.size - *start) {
        return mismatch("the assertion leaves out what is no metadata");
      }
      const Range part{holder.whole.offset + *start, *length};
      if (!parts.empty() && parts.back().end() > part.offset) {
        return malformed("the parts of boxes that are left out do not rise");
      }
      parts.push_back(part);
      left_out_ = true;
    }
    return parts;
  }

  /// Restart intervals behind a scan that ends a group and are not named belong to it.
  void absorb_restarts(const CborItem& group) {
    const auto names = elements(group.find("names"));
    if (names.back().as_text() != "SOS" || next_ != take_restarts_) return;
    if (!named_restarts_) named_restarts_ = restarts_are_named();
    if (*named_restarts_) return;
    while (next_ < map_.boxes.size() && is_restart(map_.boxes[next_].name)) ++next_;
  }

  [[nodiscard]] bool restarts_are_named() const {
    for (const CborItem& group : elements(check_.binding.content.find("boxes"))) {
      for (const CborItem& name : elements(group.find("names"))) {
        if (is_restart(name.as_text())) return true;
      }
    }
    return false;
  }

  Status add(const NamedBox& box, Digest& digest) {
    if (box.zeroed.size == 0) {
      TRY(of_asset(digest.update(source_, box.whole)));
    } else {
      const Range& zeroed = box.zeroed;
      TRY(of_asset(digest.update(source_, {box.whole.offset, zeroed.offset - box.whole.offset})));
      digest.update(ByteBuffer(static_cast<std::size_t>(zeroed.size)));
      TRY(of_asset(digest.update(source_, {zeroed.end(), box.whole.end() - zeroed.end()})));
    }
    for (const Range& piece : box.more) TRY(of_asset(digest.update(source_, piece)));
    return {};
  }

  /// What stands between a table and the next of its group.
  Status add_padding(std::size_t index, Digest& digest) {
    const std::uint64_t from = map_.boxes[index].whole.end();
    const std::uint64_t to = map_.boxes[index + 1].whole.offset;
    if (to < from) return {};
    return of_asset(digest.update(source_, {from, to - from}));
  }

  /// Every byte from the end of the last box on must be in this one.
  Status cover(Range range) {
    if (!map_.has_gaps && range.offset != end_) {
      return mismatch("something stands between the boxes that were signed");
    }
    end_ = range.end();
    return {};
  }

  Result<DigestAlgorithm> algorithm(const CborItem& group) const {
    const CborItem& content = check_.binding.content;
    return algorithm_of(group, algorithm_name(content, check_.binding.default_algorithm));
  }

  static Status compare(const CborItem& group, Digest& digest) {
    const auto stored = bytes_of(group.find("hash"));
    if (!stored || !equal(digest.finish(), *stored)) {
      return mismatch("a box is not what was signed");
    }
    return {};
  }

  const HashCheck& check_;
  BoxMap map_;
  Source& source_;
  std::size_t next_ = 0, take_restarts_ = 0;
  std::vector<std::size_t> taken_;  ///< of the group that is looked at, by the names' order
  std::uint64_t end_ = 0;           ///< of what has been checked
  bool left_out_ = false;
  std::optional<bool> named_restarts_;
};

}  // namespace

Status check_boxes_hash(const HashCheck& check) {
  const Format* format = check.asset.format;
  if (format == nullptr || format->boxes == nullptr || check.asset.layout == nullptr) {
    return mismatch("this kind of file has no boxes that C2PA names");
  }
  BoxMap map = TRY(of_asset(format->boxes(check.asset.source, *check.asset.layout, check.limits)));
  if (map.boxes.empty()) return mismatch("the file has no boxes");
  split_head(check.binding.content.find("boxes"), map);
  return BoxCheck(check, std::move(map)).run();
}

}  // namespace colophon::c2pa

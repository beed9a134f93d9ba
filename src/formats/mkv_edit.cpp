// SPDX-License-Identifier: Apache-2.0
// Setting a SimpleTag of Matroska. Many readers stop at the first cluster (exiftool without -ee),
// so Tags go in front of it: where the old ones stand, in a Void, or by moving the clusters. Only a
// change in place leaves the clusters where they are and rather goes to the end of the Segment.
#include "formats/mkv.hpp"

#include <algorithm>
#include <deque>

namespace colophon::mkv {
namespace {

using wire::EbmlElement;
using wire::EbmlNode;

constexpr std::string_view kName = "AIGC";
constexpr std::size_t kTagsIdWidth = 4;
using Plan = std::vector<Replacement>;

/// The bytes of `elements[index]` with every Void right behind it.
Range with_voids(const Movie& movie, std::size_t index) {
  Range room = movie.elements[index].whole();
  for (++index; index < movie.elements.size(); ++index) {
    const EbmlElement& next = movie.elements[index];
    if (next.id != wire::kEbmlVoid || next.at != room.end()) break;
    room.size = next.data.end() - room.offset;
  }
  return room;
}

EbmlNode* find_simple_tag(EbmlNode& node, Range whole) {
  for (EbmlNode& child : node.children) {
    if (child.id == kSimpleTag && child.whole() == whole) return &child;
    if (child.at > whole.offset || child.data.end() < whole.end()) continue;
    if (EbmlNode* found = find_simple_tag(child, whole)) return found;
  }
  return nullptr;
}

void set_value(EbmlNode& simple_tag, Bytes value) {
  EbmlNode* old = simple_tag.child(kTagString);
  if (old == nullptr) old = simple_tag.child(kTagBinary);
  if (old == nullptr) old = &simple_tag.children.emplace_back();
  *old = wire::ebml_leaf(kTagString, value);
}

/// Into the first Tag for the whole file, as FFmpeg does, else a Tag of its own in front.
void add_simple_tag(EbmlNode& tags, Bytes value) {
  EbmlNode simple_tag = wire::ebml_master(
      kSimpleTag, {wire::ebml_leaf(kTagName, as_bytes(kName)), wire::ebml_leaf(kTagString, value)});
  for (EbmlNode& tag : tags.children) {
    if (tag.id != kTag || !is_for_whole_file(tag)) continue;
    tag.children.push_back(std::move(simple_tag));
    return;
  }
  const bool sealed = !tags.children.empty() && tags.children.front().id == wire::kEbmlCrc32;
  tags.children.insert(
      tags.children.begin() + (sealed ? 1 : 0),
      wire::ebml_master(kTag, {wire::ebml_master(kTargets, {}), std::move(simple_tag)}));
}

/// The changed Tags elements, joined to one. Nothing: every value is there already.
class Changes {
 public:
  Changes(Source& source, const Movie& movie, const Limits& limits)
      : source_(source), movie_(movie), limits_(limits) {}

  Status apply(const Layout& layout, const Edit& edit) {
    const Carrier* target = target_of(layout, edit);
    if (target == nullptr) {
      const auto first = std::find_if(movie_.elements.begin(), movie_.elements.end(),
                                      [](const EbmlElement& each) { return each.id == kTags; });
      add_simple_tag(*TRY(tree_of(first == movie_.elements.end() ? nullptr : &*first)), edit.value);
      return {};
    }
    if (TRY(extract_stored(source_, *target, limits_)) == edit.value) return {};
    const EbmlElement* home = tags_around(target->whole);
    EbmlNode* found =
        home == nullptr ? nullptr : find_simple_tag(*TRY(tree_of(home)), target->whole);
    if (found == nullptr) {
      return fail(ErrorCode::Unsupported, "only the value of a SimpleTag can be replaced",
                  target->path, target->whole.offset);
    }
    set_value(*found, edit.value);
    return edit.kind == CarrierKind::AigcKey ? join_labels(layout) : Status();
  }

  std::optional<TagsChange> take() {
    if (trees_.empty()) return std::nullopt;
    const auto earlier = [](const auto& a, const auto& b) { return a.at < b.at; };
    std::sort(trees_.begin(), trees_.end(), earlier);
    std::sort(old_.begin(), old_.end(), earlier);
    TagsChange change;
    change.tags = std::move(trees_.front());
    change.old = std::move(old_);
    for (std::size_t i = 1; i < trees_.size(); ++i) {
      for (EbmlNode& child : trees_[i].children) {
        if (child.id == kTag) change.tags.children.push_back(std::move(child));
      }
    }
    return change;
  }

 private:
  /// The Tags element that holds these bytes.
  [[nodiscard]] const EbmlElement* tags_around(Range whole) const {
    for (const EbmlElement& element : movie_.elements) {
      const bool around = element.at <= whole.offset && whole.end() <= element.data.end();
      if (element.id == kTags && around) return &element;
    }
    return nullptr;
  }

  /// Other labels come along, so that the first stays the first when it moves to the end.
  Status join_labels(const Layout& layout) {
    for (const Carrier& carrier : layout.carriers) {
      if (carrier.kind != CarrierKind::AigcKey) continue;
      if (const EbmlElement* home = tags_around(carrier.whole)) (void)TRY(tree_of(home));
    }
    return {};
  }

  /// Null: a new Tags element.
  Result<EbmlNode*> tree_of(const EbmlElement* element) {
    const std::uint64_t at = element == nullptr ? 0 : element->at;
    for (EbmlNode& tree : trees_) {
      if (tree.at == at) return &tree;
    }
    EbmlNode tree = wire::ebml_master(kTags, {});
    if (element != nullptr) {
      TRY(wire::read_tree(source_, *element, is_master, limits_, tree));
      old_.push_back(*element);
    }
    trees_.push_back(std::move(tree));
    return &trees_.back();
  }

  Source& source_;
  const Movie& movie_;
  const Limits& limits_;
  std::deque<EbmlNode> trees_;  // references into it stay valid
  std::vector<EbmlElement> old_;
};

void add_void(const EbmlElement& old, std::uint8_t phase, Plan& plan) {
  plan.push_back({old.whole(), wire::make_ebml_void(old.whole().size), phase});
}

class Planner {
 public:
  Planner(Source& source, const Movie& movie, const TagsChange& change, bool in_place,
          const Limits& limits)
      : source_(source), movie_(movie), change_(change), in_place_(in_place), limits_(limits) {}

  Result<Splice> run() {
    if (TRY(find_way({&Planner::rewrite, &Planner::fill_void}))) return splice();
    if (!in_place_) {
      auto moved = insert_tags(source_, movie_, change_, limits_);
      if (moved) return replace_ranges(source_.size(), *std::move(moved));
      if (moved.error().code != ErrorCode::Unsupported) return Failure(moved.error());
    }
    if (TRY(find_way({&Planner::append_tags}))) {
      Splice plan = TRY(splice());
      if (!movie_.clusters.empty()) plan.notes.push_back(behind_media());
      return plan;
    }
    return replace_ranges(source_.size(), TRY(insert_tags(source_, movie_, change_, limits_)));
  }

 private:
  using Way = Result<bool> (Planner::*)();

  Result<bool> find_way(std::initializer_list<Way> ways) {
    for (const Way way : ways) {
      plan_.clear();
      if (TRY((this->*way)())) return true;
    }
    return false;
  }

  Result<Splice> splice() {
    drop_segment_crc(movie_, plan_);
    return replace_ranges(source_.size(), std::move(plan_));
  }

  static Finding behind_media() {
    return {"mkv-tags-behind",
            Severity::Info,
            {"there is no room in front of the media, so the label stands behind them, where some "
             "readers do not look (exiftool without -ee); written to another file (-o), it "
             "stands in front",
             "媒体数据之前没有空位，标识写在其后，部分工具不会读取（如未加 -ee 的 exiftool）；"
             "用 -o 写入新文件时，标识会放在前面"},
            std::nullopt};
  }

  [[nodiscard]] std::uint64_t first_cluster() const {
    return movie_.clusters.empty() ? movie_.end() : movie_.clusters.front().at;
  }

  [[nodiscard]] std::uint64_t relative(std::uint64_t at) const { return at - movie_.start(); }

  /// Where old Tags stand, with the Void behind them.
  Result<bool> rewrite() {
    for (std::size_t i = 0; i < movie_.elements.size(); ++i) {
      const EbmlElement& element = movie_.elements[i];
      if (!is_old(element.at) || (!in_place_ && element.at > first_cluster())) continue;
      const Range room = with_voids(movie_, i);
      auto bytes = wire::write_tree_into(change_.tags, room.size);
      if (!bytes) continue;
      plan_.push_back({room, std::move(*bytes), 0});
      const bool joined = change_.old.size() > 1;
      if (joined && !TRY(update_seek_heads(relative(element.at), false, 1))) return false;
      void_old(element.at, 2);
      return true;
    }
    return false;
  }

  /// In a Void that stands in front of the clusters; not the one that lets a SeekHead grow.
  Result<bool> fill_void() {
    const std::uint64_t limit = first_cluster();
    for (std::size_t i = 0; i < movie_.elements.size(); ++i) {
      const EbmlElement& element = movie_.elements[i];
      if (element.id != wire::kEbmlVoid || element.at > limit) continue;
      if (i > 0 && (movie_.elements[i - 1].id == kSeekHead ||
                    movie_.elements[i - 1].id == wire::kEbmlVoid)) {
        continue;
      }
      const Range room = with_voids(movie_, i);
      auto bytes = wire::write_tree_into(change_.tags, room.size);
      if (!bytes) continue;
      plan_.push_back({room, std::move(*bytes), 0});
      if (!TRY(update_seek_heads(relative(room.offset), false, 1))) return false;
      void_old(UINT64_MAX, 2);
      return true;
    }
    return false;
  }

  /// Behind the last element. A reader that stops at the clusters needs the SeekHead to get there.
  Result<bool> append_tags() {
    if (movie_.segment->open) return false;
    ByteBuffer bytes = wire::write_tree(change_.tags);
    append(bytes, wire::make_ebml_void(kSpare));
    const std::uint64_t growth = bytes.size();
    plan_.push_back({{movie_.end(), 0}, std::move(bytes), 0});
    plan_.push_back(grow_segment(*movie_.segment, growth));
    plan_.back().phase = 1;
    if (!TRY(update_seek_heads(relative(movie_.end()), true, 2))) return false;
    void_old(UINT64_MAX, 3);
    return true;
  }

  [[nodiscard]] bool is_old(std::uint64_t at) const {
    return std::any_of(change_.old.begin(), change_.old.end(),
                       [&](const EbmlElement& old) { return old.at == at; });
  }

  void void_old(std::uint64_t except, std::uint8_t phase) {
    for (const EbmlElement& old : change_.old) {
      if (old.at != except) add_void(old, phase, plan_);
    }
  }

  /// Entries for the old Tags lead to `position` afterwards. `must_add`: there is at least one.
  /// False: a SeekHead and the Void behind it have no room for that.
  Result<bool> update_seek_heads(std::uint64_t position, bool must_add, std::uint8_t phase) {
    bool found = false;
    std::vector<std::pair<Range, EbmlNode>> heads;
    for (std::size_t i = 0; i < movie_.elements.size(); ++i) {
      if (movie_.elements[i].id != kSeekHead) continue;
      EbmlNode tree;
      TRY(wire::read_tree(source_, movie_.elements[i], is_master, limits_, tree));
      const Range room = with_voids(movie_, i);
      if (redirect_tags(tree, movie_, change_, position)) {
        auto bytes = wire::write_tree_into(tree, room.size);
        if (!bytes) return false;
        plan_.push_back({room, std::move(*bytes), phase});
        found = true;
      } else {
        heads.emplace_back(room, std::move(tree));
      }
    }
    if (found) return true;
    for (auto& [room, tree] : heads) {
      if (add_entry(room, std::move(tree), position, phase)) return true;
    }
    return !must_add;
  }

  bool add_entry(Range room, EbmlNode tree, std::uint64_t position, std::uint8_t phase) {
    ByteBuffer id;
    append_be(id, kTags, kTagsIdWidth);
    EbmlNode where = wire::ebml_leaf(kSeekPosition, {});
    wire::set_ebml_uint(where, position);
    tree.children.push_back(
        wire::ebml_master(kSeek, {wire::ebml_leaf(kSeekId, id), std::move(where)}));
    auto bytes = wire::write_tree_into(std::move(tree), room.size);
    if (bytes) plan_.push_back({room, std::move(*bytes), phase});
    return bytes.has_value();
  }

  Source& source_;
  const Movie& movie_;
  const TagsChange& change_;
  bool in_place_;
  const Limits& limits_;
  Plan plan_;
};

}  // namespace

Replacement grow_segment(const EbmlElement& segment, std::uint64_t growth) {
  const std::uint64_t size = segment.data.size + growth;
  const Range field{segment.data.offset - segment.size_width, segment.size_width};
  Replacement replacement{field, {}, 0};
  wire::append_ebml_size(replacement.bytes, size,
                         std::max(segment.size_width, wire::ebml_size_width(size)));
  return replacement;
}

void drop_segment_crc(const Movie& movie, Plan& plan) {
  if (movie.elements.empty()) return;
  const EbmlElement& first = movie.elements.front();
  if (first.id == wire::kEbmlCrc32 && first.at == movie.start()) add_void(first, 0, plan);
}

bool redirect_tags(EbmlNode& seek_head, const Movie& movie, const TagsChange& change,
                   std::uint64_t position) {
  bool found = false;
  for (EbmlNode& seek : seek_head.children) {
    EbmlNode* where = seek.id == kSeek ? seek.child(kSeekPosition) : nullptr;
    if (where == nullptr) continue;
    const auto leads_to = wire::ebml_uint(*where);
    for (const EbmlElement& old : change.old) {
      if (leads_to != old.at - movie.start()) continue;
      wire::set_ebml_uint(*where, position);
      found = true;
      break;
    }
  }
  return found;
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  const Movie movie = read_movie(source, limits);
  if (movie.damage) return Failure(*movie.damage);
  Changes changes(source, movie, limits);
  for (const Edit& edit : edits) {
    TRY(changes.apply(layout, edit));
  }
  const std::optional<TagsChange> change = changes.take();
  if (!change) return identity(source.size());
  const bool in_place = !edits.empty() && edits.front().in_place;
  return Planner(source, movie, *change, in_place, limits).run();
}

}  // namespace colophon::mkv

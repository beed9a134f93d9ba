// SPDX-License-Identifier: Apache-2.0
// Finding the Segment, its level-1 elements and the tags in them (RFC 9559, 5 and 6).
#include "base/text.hpp"
#include "formats/mkv.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

namespace colophon::mkv {
namespace {

using wire::EbmlElement;
using wire::EbmlNode;

constexpr std::uint32_t kMaxIdLength = 0x42F2, kMaxSizeLength = 0x42F3;
/// A block is only stepped over, and an hour of a browser's recording has 300 000 of them.
constexpr std::uint64_t kBlocksPerStructure = 16;

bool is_level_one(std::uint32_t id) noexcept {
  switch (id) {
    case kSeekHead:
    case kInfo:
    case kTracks:
    case kChapters:
    case kCluster:
    case kCues:
    case kAttachments:
    case kTags:
      return true;
    default:
      return false;
  }
}
bool is_level_zero(std::uint32_t id) noexcept {
  return id == wire::kEbmlHeader || id == kSegment;
}

class Walker {
 public:
  Walker(Source& source, const Limits& limits) : source_(source), limits_(limits) {}

  Movie run() {
    if (const Status status = walk(); !status) movie_.damage = status.error();
    if (movie_.damage && movie_.segment) follow_seek_heads();
    return std::move(movie_);
  }

 private:
  Status count(std::uint64_t at) {
    if (++count_ > limits_.max_structures) return too_many(at);
    return {};
  }
  static Failure too_many(std::uint64_t at) {
    return fail(ErrorCode::LimitExceeded, "too many elements", "mkv", at);
  }

  Status check_header(const EbmlElement& header) {
    EbmlNode tree;
    TRY(wire::read_tree(source_, header, is_master, limits_, tree));
    for (const auto& [id, most] : {std::pair{kMaxIdLength, 4U}, std::pair{kMaxSizeLength, 8U}}) {
      const EbmlNode* field = tree.child(id);
      if (field != nullptr && wire::ebml_uint(*field).value_or(UINT64_MAX) > most) {
        return fail(ErrorCode::Unsupported,
                    "the file announces longer element identifiers or sizes than Matroska uses",
                    "mkv:EBML", header.at);
      }
    }
    return {};
  }

  Status walk() {
    const EbmlElement header = TRY(wire::read_element(source_, 0, source_.size()));
    TRY(check_header(header));
    EbmlElement segment = TRY(wire::read_element_head(source_, header.data.end(), source_.size()));
    while (segment.id == wire::kEbmlVoid) {
      TRY(count(segment.at));
      segment = TRY(wire::read_element_head(source_, segment.data.end(), source_.size()));
    }
    if (segment.id != kSegment) {
      return fail(ErrorCode::Malformed, "no Segment follows the EBML header", "mkv", segment.at);
    }
    const bool cut = segment.data.end() > source_.size();
    const Range announced = segment.data;
    if (cut) segment.data.size = source_.size() - segment.data.offset;
    movie_.segment = segment;
    TRY(walk_segment());
    if (cut) return truncated(announced, source_.size());
    return {};
  }

  Status walk_segment() {
    const std::uint64_t end = movie_.end();
    for (std::uint64_t at = movie_.start(); at < end;) {
      TRY(count(at));
      EbmlElement element = TRY(wire::read_element(source_, at, end));
      if (movie_.segment->open && is_level_zero(element.id)) {
        movie_.segment->data.size = at - movie_.start();
        return {};
      }
      if (element.open) {
        if (element.id != kCluster) {
          return fail(ErrorCode::Malformed, "an element of unknown size is no Cluster", "mkv", at);
        }
        element.data.size = TRY(end_of_cluster(element.data)) - element.data.offset;
      }
      (element.id == kCluster ? movie_.clusters : movie_.elements).push_back(element);
      at = element.data.end();
    }
    return {};
  }

  /// RFC 8794, 6.2: an open element ends where one starts that cannot be its child.
  Result<std::uint64_t> end_of_cluster(Range data) {
    for (std::uint64_t at = data.offset; at < data.end();) {
      if (++blocks_ > kBlocksPerStructure * limits_.max_structures) return too_many(at);
      const EbmlElement child = TRY(wire::read_element_head(source_, at, data.end()));
      if (is_level_one(child.id) || is_level_zero(child.id)) return at;
      if (child.open) {
        return fail(ErrorCode::Malformed, "an element of unknown size stands in a Cluster", "mkv",
                    at);
      }
      if (child.data.end() > data.end()) return truncated(child.whole(), data.end());
      at = child.data.end();
    }
    return data.end();
  }

  /// What a walk that broke off did not reach.
  void follow_seek_heads() {
    std::set<std::uint64_t> known;
    for (const EbmlElement& element : movie_.elements) known.insert(element.at);
    for (std::size_t i = 0; i < movie_.elements.size(); ++i) {
      if (movie_.elements[i].id != kSeekHead) continue;
      EbmlNode tree;
      (void)wire::read_tree(source_, movie_.elements[i], is_master, limits_, tree);
      for (const EbmlNode& seek : tree.children) follow(seek, known);
    }
  }

  void follow(const EbmlNode& seek, std::set<std::uint64_t>& known) {
    const EbmlNode* position = seek.id == kSeek ? seek.child(kSeekPosition) : nullptr;
    if (position == nullptr || !count(seek.at)) return;
    const std::uint64_t relative = wire::ebml_uint(*position).value_or(UINT64_MAX);
    if (relative >= movie_.end() - movie_.start()) return;
    const auto element = wire::read_element(source_, movie_.start() + relative, movie_.end());
    if (!element || element->open || !is_level_one(element->id) || element->id == kCluster) return;
    if (known.insert(element->at).second) movie_.elements.push_back(*element);
  }

  Source& source_;
  const Limits& limits_;
  Movie movie_;
  std::uint32_t count_ = 0;
  std::uint64_t blocks_ = 0;
};

bool holds_label(std::string_view name) {
  return lower_ascii(name).find("aigc") != std::string::npos;
}

/// RFC 8794, 7.4: a string ends at its first zero byte.
std::string_view string_of(const EbmlNode& leaf) noexcept {
  const std::string_view text = as_text(leaf.value);
  return text.substr(0, text.find('\0'));
}

class TagReader {
 public:
  TagReader(std::string_view id, const Limits& limits, Layout& layout)
      : id_(id), limits_(limits), layout_(layout) {}

  void tags(const EbmlNode& root) {
    for (const EbmlNode& tag : root.children) {
      if (tag.id != kTag) continue;
      const bool whole_file = is_for_whole_file(tag);
      for (const EbmlNode& child : tag.children) simple_tag(child, whole_file, "");
    }
  }

  void info(const EbmlNode& root) {
    for (const EbmlNode& child : root.children) {
      const char* key = child.id == kTitle        ? "Title"
                        : child.id == kMuxingApp  ? "MuxingApp"
                        : child.id == kWritingApp ? "WritingApp"
                                                  : nullptr;
      if (key == nullptr) continue;
      add(CarrierKind::Tag, fmt::format("{}:Segment.Info[{}]", id_, key), key, child.whole(),
          child);
    }
  }

 private:
  /// Depth is that of the tree, which has a cap.
  void simple_tag(const EbmlNode& node, bool whole_file, const std::string& parents) {
    if (node.id != kSimpleTag) return;
    const EbmlNode* name = node.child(kTagName);
    const std::string key = name == nullptr ? "" : to_valid_utf8(string_of(*name));
    const bool label = holds_label(key);
    const EbmlNode* value = node.child(kTagString);
    if (value == nullptr && label) value = node.child(kTagBinary);
    if (value != nullptr) {
      const bool home = label && whole_file && parents.empty();
      add(home ? CarrierKind::AigcKey : CarrierKind::Tag,
          fmt::format("{}:Segment.Tags{}[{}{}]", id_, whole_file ? "" : ".part", parents, key), key,
          node.whole(), *value);
    }
    for (const EbmlNode& child : node.children) simple_tag(child, whole_file, parents + key + "/");
  }

  void add(CarrierKind kind, std::string path, const std::string& key, Range whole,
           const EbmlNode& value) {
    if (layout_.carriers.size() >= limits_.max_carriers) {
      if (!layout_.damage) {
        layout_.damage =
            Error{ErrorCode::LimitExceeded, "too many tags", std::move(path), whole.offset};
      }
      return;
    }
    const Range payload{value.data.offset, string_of(value).size()};
    layout_.carriers.push_back({kind, std::move(path), key, whole, payload, {}, std::nullopt});
  }

  std::string_view id_;
  const Limits& limits_;
  Layout& layout_;
};

}  // namespace

bool is_master(std::uint32_t id) noexcept {
  switch (id) {
    case kSeek:
    case kTag:
    case kTargets:
    case kSimpleTag:
    case kCuePoint:
    case kCueTrackPositions:
    case kCueReference:
      return true;
    default:
      return false;
  }
}

bool is_for_whole_file(const EbmlNode& tag) noexcept {
  constexpr std::uint64_t kWholeFile = 50;
  const EbmlNode* targets = tag.child(kTargets);
  if (targets == nullptr) return true;
  for (const EbmlNode& child : targets->children) {
    const std::uint64_t value = wire::ebml_uint(child).value_or(UINT64_MAX);
    if (child.id == kTargetTypeValue && value != kWholeFile) return false;
    const bool uid = child.id == kTagTrackUid || child.id == kTagEditionUid ||
                     child.id == kTagChapterUid || child.id == kTagAttachmentUid;
    if (uid && value != 0) return false;  // 0: all of them
  }
  return true;
}

Movie read_movie(Source& source, const Limits& limits) {
  return Walker(source, limits).run();
}

Result<Layout> inspect(Source& source, std::string_view id, const Limits& limits) {
  const Movie movie = read_movie(source, limits);
  Layout layout;
  layout.damage = movie.damage;
  TagReader reader(id, limits, layout);
  std::uint64_t held = 0;
  for (const EbmlElement& element : movie.elements) {
    if (element.id != kTags && element.id != kInfo) continue;
    EbmlNode tree;
    Status status = wire::read_tree(source, element, is_master, limits, tree);
    held += element.data.size;
    if (status && held > limits.max_payload) {
      status = fail(ErrorCode::LimitExceeded, "too many bytes of tags", "mkv", element.at);
    }
    element.id == kTags ? reader.tags(tree) : reader.info(tree);
    if (status) continue;
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    if (!layout.damage) layout.damage = status.error();
    if (held > limits.max_payload) break;
  }
  if (layout.damage && layout.damage->code == ErrorCode::Io) return Failure(*layout.damage);
  if (layout.damage && (layout.damage->where.empty() || layout.damage->where == "ebml")) {
    layout.damage->where = id;
  }
  return layout;
}

}  // namespace colophon::mkv

// SPDX-License-Identifier: Apache-2.0
#include "c2pa/bmff_hash.hpp"

#include "formats/mp4.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>

namespace colophon::c2pa {
namespace {

using wire::Box;
using wire::CborItem;
using wire::FourCc;
using wire::fourcc;

constexpr std::size_t kMaxExclusions = 256;
constexpr std::size_t kMaxWork = 4'000'000;  // conditions compared in a file; about half a second
constexpr std::size_t kMaxDetails = 256;     // subsets or data of one exclusion

/// "/moov[1]/trak/mdia": nothing when it is no path of this kind, which then names no box.
std::vector<BmffExclusion::Step> read_path(std::string_view text) {
  std::vector<BmffExclusion::Step> path;
  while (!text.empty()) {
    if (text.front() != '/') return {};
    text.remove_prefix(1);
    std::string_view name = text.substr(0, text.find('/'));
    text.remove_prefix(name.size());
    BmffExclusion::Step step;
    if (const auto open = name.find('['); open != std::string_view::npos) {
      const std::string_view digits = name.substr(open + 1);
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), step.index);
      if (error != std::errc{} || std::string_view(end, digits.data() + digits.size()) != "]" ||
          step.index == 0) {
        return {};
      }
      name = name.substr(0, open);
    }
    if (name.size() != 4) return {};
    step.type = static_cast<FourCc>(*load_be(as_bytes(name), 0, 4));
    path.push_back(step);
  }
  return path;
}

Status read_data(const CborItem& list, BmffExclusion& exclusion) {
  for (const CborItem& each : elements(&list)) {
    const auto offset = number_of(each.find("offset"));
    auto value = bytes_of(each.find("value"));
    if (!offset || !value) return malformed("the data of an exclusion lacks an offset or a value");
    exclusion.data.push_back({*offset, *std::move(value)});
  }
  return {};
}

Status read_subset(const CborItem& list, BmffExclusion& exclusion) {
  exclusion.subset.emplace();
  for (const CborItem& each : elements(&list)) {
    const auto offset = number_of(each.find("offset"));
    const auto length = number_of(each.find("length"));
    if (!offset || !length || *length > UINT64_MAX - *offset) {
      return malformed("the subset of an exclusion has no offset or no length");
    }
    auto& all = *exclusion.subset;
    if (!all.empty() && (all.back().size == 0 || *offset < all.back().end())) {
      return malformed("the subsets of an exclusion overlap or are out of order");
    }
    all.push_back({*offset, *length});
  }
  return {};
}

bool is_present(const CborItem* item) noexcept {
  return item != nullptr && !(item->type == wire::CborType::Simple && item->number == 22);
}

Result<BmffExclusion> read_exclusion(const CborItem& map) {
  BmffExclusion exclusion;
  const CborItem* xpath = map.find("xpath");
  if (xpath == nullptr || xpath->as_text().empty()) return malformed("an exclusion names no box");
  exclusion.xpath = xpath->as_text();
  exclusion.path = read_path(exclusion.xpath);
  const auto number = [&](const char* name, std::optional<std::uint64_t>& to) -> Status {
    if (!is_present(map.find(name))) return {};
    to = number_of(map.find(name));
    if (!to) return malformed("a number of an exclusion is none");
    return {};
  };
  TRY(number("length", exclusion.length));
  TRY(number("version", exclusion.version));
  if (is_present(map.find("flags"))) {
    const auto flags = bytes_of(map.find("flags"));
    if (!flags || flags->size() != 3) return malformed("the flags of an exclusion are not 3 bytes");
    exclusion.flags = load_be(*flags, 0, 3);
  }
  if (const CborItem* exact = map.find("exact"); is_present(exact)) {
    exclusion.exact = exact->untagged().number != 20;
  }
  for (const char* name : {"data", "subset"}) {
    const CborItem* list = map.find(name);
    if (!is_present(list)) continue;
    if (!is_array(list) || elements(list).size() > kMaxDetails) {
      return malformed("the details of an exclusion are no short list");
    }
    TRY(std::string_view(name) == "data" ? read_data(*list, exclusion)
                                         : read_subset(*list, exclusion));
  }
  return exclusion;
}

/// Does the box answer the conditions? Its place has been compared already.
Result<bool> answers(Source& source, const Box& box, const BmffExclusion& exclusion) {
  if (exclusion.length && *exclusion.length != box.whole.size) return false;
  if (exclusion.version || exclusion.flags) {
    if (box.body.size < 4) return false;
    const std::uint64_t head = TRY(read_be(source, box.body.offset, 4));
    const std::uint64_t flags = head & 0xFFFFFF;
    if (exclusion.version && head >> 24 != *exclusion.version) return false;
    if (exclusion.flags && exclusion.exact && flags != *exclusion.flags) return false;
    if (exclusion.flags && (flags & *exclusion.flags) != *exclusion.flags) return false;
  }
  for (const BmffExclusion::Data& data : exclusion.data) {
    if (data.offset > box.whole.size || data.value.size() > box.whole.size - data.offset) {
      return false;
    }
    const Bytes there = TRY(source.view({box.whole.offset + data.offset, data.value.size()}));
    if (!std::ranges::equal(there, data.value)) return false;
  }
  return true;
}

bool same_subset(const BmffExclusion& a, const BmffExclusion& b) {
  return a.subset == b.subset;
}

/// What every signer leaves out (C2PA 18.6.3) and padding, which holds nothing.
bool is_usual(const BmffExclusion& exclusion) {
  if (exclusion.xpath == "/free" || exclusion.xpath == "/skip") return true;
  if (exclusion.xpath == "/mdat") return exclusion.subset == std::vector<Range>{{16, 0}};
  const auto mandatory = mandatory_bmff_exclusions();
  return std::any_of(mandatory.begin(), mandatory.end(), [&](const BmffExclusion& each) {
    return each.xpath == exclusion.xpath && same_subset(each, exclusion) &&
           each.data.size() <= exclusion.data.size();
  });
}

/// Walks as deep as the paths of the exclusions reach.
class Mapper {
 public:
  Mapper(Source& source, const Limits& limits, BmffMap& map)
      : source_(source),
        limits_(limits),
        map_(map),
        budget_(limits),
        left_(limits.max_structures) {}

  Status run(std::span<const BmffExclusion> exclusions) {
    std::vector<const BmffExclusion*> all;
    for (const BmffExclusion& each : exclusions) {
      if (!each.path.empty() && each.path.size() <= limits_.max_depth) all.push_back(&each);
    }
    const Range file{0, source_.size()};
    wire::BoxWalker walker(source_, file, budget_);
    std::unordered_map<FourCc, std::uint64_t> counts;
    while (const auto box = TRY(walker.next())) {
      RootBox& root = map_.boxes.emplace_back(RootBox{*box, false, {}});
      root.excluded = TRY(visit(*box, ++counts[box->type], 0, all, root.left_out));
      normalize(root.left_out);
    }
    map_.rest = walker.rest();
    take_open_tail();
    return {};
  }

 private:
  /// Zeros behind the last box have the form of one that goes on to the end of the file (ISO/IEC
  /// 14496-12 4.2), and c2pa-rs hashes them as that.
  void take_open_tail() {
    constexpr std::uint64_t kBoxHeader = 8;
    if (map_.rest.size < kBoxHeader) return;
    Box tail;
    tail.to_end = true;
    tail.whole = map_.rest;
    tail.body = {tail.whole.offset + kBoxHeader, tail.whole.size - kBoxHeader};
    map_.boxes.push_back({tail, false, {}});
    map_.rest = {tail.whole.end(), 0};
  }

  /// True: the box is left out as a whole.
  Result<bool> visit(const Box& box, std::uint64_t index, std::size_t depth,
                     const std::vector<const BmffExclusion*>& active, std::vector<Range>& out) {
    std::vector<const BmffExclusion*> deeper;
    for (const BmffExclusion* each : active) {
      const BmffExclusion::Step& step = each->path[depth];
      if (step.type != box.type || (step.index != 0 && step.index != index)) continue;
      if (each->path.size() > depth + 1) {
        deeper.push_back(each);
        continue;
      }
      TRY(spend(*each));
      if (!TRY(answers(source_, box, *each))) continue;
      if (!map_.additional) map_.additional = !is_usual(*each);
      if (!each->subset) return true;
      TRY(add_subset(box, *each->subset, out));
    }
    if (!deeper.empty()) TRY(descend(box, depth + 1, deeper, out));
    return false;
  }

  /// Every condition of every exclusion may be asked of every box.
  Status spend(const BmffExclusion& exclusion) {
    constexpr std::size_t kBytesAtOnce = 64;
    std::size_t work = 1;
    for (const BmffExclusion::Data& data : exclusion.data) {
      work += 1 + data.value.size() / kBytesAtOnce;
    }
    if (work > work_left_) {
      return fail(ErrorCode::LimitExceeded, "too many conditions are asked of too many boxes");
    }
    work_left_ -= work;
    return {};
  }

  Status add_subset(const Box& box, const std::vector<Range>& subset, std::vector<Range>& out) {
    for (const Range& part : subset) {
      if (part.offset >= box.whole.size) continue;
      const std::uint64_t rest = box.whole.size - part.offset;
      TRY(add({box.whole.offset + part.offset, part.size == 0 ? rest : std::min(part.size, rest)},
              out));
    }
    return {};
  }

  Status add(Range range, std::vector<Range>& out) {
    if (left_ == 0) return fail(ErrorCode::LimitExceeded, "too many parts of boxes are left out");
    --left_;
    out.push_back(range);
    return {};
  }

  Status descend(const Box& box, std::size_t depth, const std::vector<const BmffExclusion*>& active,
                 std::vector<Range>& out) {
    Range within = box.body;
    if (box.is(fourcc("meta"))) {
      within = TRY(mp4::meta_children(source_, box));
    } else if (box.is(fourcc("stsd")) || box.is(fourcc("dref"))) {
      const std::uint64_t head = std::min<std::uint64_t>(8, within.size);
      within = {within.offset + head, within.size - head};
    }
    wire::BoxWalker walker(source_, within, budget_);
    std::unordered_map<FourCc, std::uint64_t> counts;
    while (const auto child = TRY(walker.next())) {
      if (TRY(visit(*child, ++counts[child->type], depth, active, out))) {
        TRY(add(child->whole, out));
      }
    }
    return {};
  }

  Source& source_;
  const Limits& limits_;
  BmffMap& map_;
  wire::BoxBudget budget_;
  std::uint32_t left_;
  std::size_t work_left_ = kMaxWork;
};

/// `range` without the parts in `left_out`.
Status hash_without(Source& source, Range range, const std::vector<Range>& left_out,
                    Digest& digest) {
  std::uint64_t at = range.offset;
  for (const Range& part : left_out) {
    TRY(of_asset(digest.update(source, {at, part.offset - at})));
    at = part.end();
  }
  return of_asset(digest.update(source, {at, range.end() - at}));
}

}  // namespace

bool BmffMap::has(FourCc type) const noexcept {
  return std::any_of(boxes.begin(), boxes.end(),
                     [&](const RootBox& root) { return root.box.is(type); });
}

std::vector<Range> BmffMap::left_out() const {
  std::vector<Range> all;
  for (const RootBox& root : boxes) {
    if (root.excluded) all.push_back(root.box.whole);
    all.insert(all.end(), root.left_out.begin(), root.left_out.end());
  }
  normalize(all);
  return all;
}

Result<std::vector<BmffExclusion>> read_bmff_exclusions(const CborItem& map) {
  const CborItem* list = map.find("exclusions");
  if (elements(list).empty()) return malformed("the hash of boxes has no exclusions");
  if (elements(list).size() > kMaxExclusions) return malformed("there are too many exclusions");
  std::vector<BmffExclusion> all;
  for (const CborItem& each : elements(list)) all.push_back(TRY(read_exclusion(each)));
  return all;
}

std::vector<BmffExclusion> mandatory_bmff_exclusions() {
  std::vector<BmffExclusion> all(3);
  all[0].data = {{8, to_buffer(Bytes(mp4::kC2paUuid))}};
  constexpr std::array<std::string_view, 3> kPaths = {"/uuid", "/ftyp", "/mfra"};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].xpath = kPaths[i];
    all[i].path = read_path(kPaths[i]);
  }
  return all;
}

Result<BmffMap> map_bmff(Source& source, std::span<const BmffExclusion> exclusions,
                         const Limits& limits) {
  BmffMap map;
  TRY(of_asset(Mapper(source, limits, map).run(exclusions)));
  return map;
}

Result<ByteBuffer> hash_boxes(Source& source, const BmffMap& map, std::size_t first,
                              std::size_t last, DigestAlgorithm algorithm, bool offsets) {
  Digest digest(algorithm);
  for (std::size_t i = first; i < last; ++i) {
    const RootBox& root = map.boxes[i];
    if (root.excluded) continue;
    if (offsets) {
      ByteBuffer prefix;
      append_be(prefix, root.box.whole.offset, 8);
      digest.update(prefix);
    }
    TRY(hash_without(source, root.box.whole, root.left_out, digest));
  }
  if (last == map.boxes.size()) TRY(of_asset(digest.update(source, map.rest)));
  return digest.finish();
}

}  // namespace colophon::c2pa

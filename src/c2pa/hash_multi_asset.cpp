// SPDX-License-Identifier: Apache-2.0
// c2pa.hash.multi-asset (C2PA 15.12.4, 18.9): a file in parts, each with a binding of its own.
#include "c2pa/bmff_hash.hpp"
#include "formats/mp4.hpp"

#include <algorithm>

namespace colophon::c2pa {
namespace {

using wire::CborItem;

constexpr std::size_t kMaxParts = 1024;

/// A part of a file, seen as a file.
class Window final : public Source {
 public:
  Window(Source& source, Range range) : source_(source), range_(range) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return range_.size; }
  [[nodiscard]] Result<Bytes> view(Range range) override {
    if (range.offset > range_.size || range_.size - range.offset < range.size) {
      return truncated(range, range_.size);
    }
    return source_.view({range_.offset + range.offset, range.size});
  }

 private:
  Source& source_;
  Range range_;
};

struct Part {
  Range range;
  const CborItem* map = nullptr;
  bool optional = false;
};

class PartsCheck {
 public:
  PartsCheck(const Asset& asset, PartLookup lookup, void* context, const Limits& limits)
      : asset_(asset), lookup_(lookup), context_(context), limits_(limits) {}

  /// The word of the failure, or empty.
  Result<std::string_view> run(const CborItem& content) {
    const auto list = elements(content.find("parts"));
    if (list.empty() || list.size() > kMaxParts) return "malformed";
    std::uint64_t at = 0;
    for (const CborItem& each : list) {
      Part part;
      if (const std::string_view word = TRY(locate(each, part)); !word.empty()) return word;
      if (part.optional && part.range.size == 0) continue;
      if (part.range.offset != at) return "malformed";
      at = part.range.end();
      if (const std::string_view word = TRY(check(part)); !word.empty()) return word;
    }
    return at == asset_.source.size() ? std::string_view{} : "malformed";
  }

 private:
  /// An optional part that has been removed comes back empty.
  Result<std::string_view> locate(const CborItem& map, Part& part) {
    const CborItem* location = map.find("location");
    const CborItem* optional = map.find("optional");
    part.map = &map;
    part.optional = optional != nullptr && optional->untagged().number == 21;
    if (location == nullptr || map.find("hashAssertion") == nullptr) return "malformed";
    if (const CborItem* box = location->find("bmffBox")) {
      part.range = TRY(box_named(box->as_text()));
      return part.range.size > 0 || part.optional ? "" : "missingPart";
    }
    const auto offset = number_of(location->find("byteOffset"));
    const auto length = number_of(location->find("length"));
    if (!offset || !length) return "malformed";
    part.range = {*offset, *length};
    if (part.range.end() <= asset_.source.size()) return "";
    if (!part.optional) return *offset < asset_.source.size() ? "malformed" : "missingPart";
    part.range = {};
    return "";
  }

  /// The content of a box at the top of the file; empty when there is none.
  Result<Range> box_named(std::string_view xpath) {
    if (xpath.size() != 5 || xpath.front() != '/') return Range{};
    const auto type = static_cast<wire::FourCc>(*load_be(as_bytes(xpath), 1, 4));
    wire::BoxBudget budget(limits_);
    const auto box = wire::find_box(asset_.source, {0, asset_.source.size()}, type, budget);
    if (!box && box.error().code == ErrorCode::Io) return Failure(box.error());
    return box && *box ? (*box)->body : Range{};
  }

  Result<std::string_view> check(const Part& part) {
    const CborItem* link = part.map->find("hashAssertion");
    const CborItem* url = link->find("url");
    const Binding* binding = lookup_(context_, url != nullptr ? url->as_text() : link->as_text());
    if (binding == nullptr) return "missingPart";
    Window window(asset_.source, part.range);
    const bool primary = part.range.offset == 0;
    const Format* format = primary ? asset_.format : detect(window, "");
    // The layout of the whole names offsets beyond a part; the first one starts where it starts.
    auto layout = format != nullptr ? format->inspect(window, limits_) : Result<Layout>(Layout{});
    if (!layout) return Failure(layout.error());
    const auto store = std::ranges::find(layout->carriers, CarrierKind::C2paStore, &Carrier::kind);
    const Asset asset{
        window, format, &*layout, store == layout->carriers.end() ? nullptr : &*store, {}};
    StatusList status;
    check_hard_binding(asset, *binding, limits_, status);
    return status.failure.empty() ? "" : "mismatch";
  }

  const Asset& asset_;
  PartLookup lookup_;
  void* context_;
  const Limits& limits_;
};

}  // namespace

void check_multi_asset(const Asset& asset, const Binding& binding, PartLookup part, void* context,
                       const Limits& limits, StatusList& status) {
  const std::string url(binding.url);
  const auto word = PartsCheck(asset, part, context, limits).run(binding.content);
  if (!word) {
    status.fail("general.error", url, word.error().message);
  } else if (word->empty()) {
    status.succeed("assertion.multiAssetHash.match", url);
  } else {
    status.fail("assertion.multiAssetHash." + std::string(*word), url,
                "the parts of the file are not what was signed");
  }
}

}  // namespace colophon::c2pa

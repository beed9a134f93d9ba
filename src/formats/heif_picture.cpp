// SPDX-License-Identifier: Apache-2.0
#include "formats/heif_picture.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "formats/heif_plan.hpp"

namespace colophon::heif {
namespace {

constexpr std::size_t kMaxTiles = 65536;

Failure unsupported(std::string_view what) {
  return fail(ErrorCode::Unsupported, fmt::format("{} cannot be drawn on", what), "heif");
}
Failure broken(std::string_view what) {
  return fail(ErrorCode::Malformed, fmt::format("the HEIF file is damaged: {}", what), "meta");
}

FourCc config_of(FourCc type) {
  return type == fourcc("av01") ? fourcc("av1C") : fourcc("hvcC");
}

class Reader {
 public:
  Reader(Source& source, const HeifMeta& meta, const wire::HeifProperties& properties)
      : source_(source), meta_(meta), properties_(properties) {}

  Result<HeifPicture> run() {
    if (!meta_.primary) return broken("it does not say which picture is shown");
    const std::uint32_t primary = *meta_.primary;
    HeifPicture picture;
    picture.parts = TRY(parts_of(primary, picture.width, picture.height));
    TRY(read_turns(primary, picture));
    for (const wire::ItemReference& reference : meta_.references) {
      const bool ours =
          std::find(reference.to.begin(), reference.to.end(), primary) != reference.to.end();
      if (ours && reference.type == fourcc("auxl") && TRY(is_alpha(reference.from))) {
        std::uint32_t width = 0, height = 0;
        picture.alpha = TRY(parts_of(reference.from, width, height));
        if (width != picture.width || height != picture.height) {
          return unsupported("a picture whose transparency has another size");
        }
      } else if (ours && reference.type != fourcc("cdsc") && reference.type != fourcc("prem")) {
        picture.further = true;
      }
    }
    return picture;
  }

 private:
  Result<ByteBuffer> property(std::uint32_t item, const char (&type)[5]) const {
    const wire::PropertyUse* use = properties_.find(item, fourcc(type));
    if (use == nullptr) return ByteBuffer{};
    constexpr std::uint64_t kMost = 4096;
    const Range body = properties_.list[use->index].body;
    return read(source_, {body.offset, std::min(body.size, kMost)});
  }

  Result<std::vector<CodedPicture>> parts_of(std::uint32_t id, std::uint32_t& width,
                                             std::uint32_t& height) const {
    const HeifItem* item = meta_.item(id);
    if (item == nullptr) return broken("a picture is missing");
    const ByteBuffer sides = TRY(property(id, "ispe"));
    if (sides.size() < 12) return broken("the size of a picture is missing");
    width = static_cast<std::uint32_t>(*load_be(sides, 4, 4));
    height = static_cast<std::uint32_t>(*load_be(sides, 8, 4));
    if (item->type == fourcc("grid")) return tiles_of(*item, width, height);
    return std::vector<CodedPicture>{TRY(coded(*item, 0, 0, width, height))};
  }

  Result<CodedPicture> coded(const HeifItem& item, std::uint32_t x, std::uint32_t y,
                             std::uint32_t width, std::uint32_t height) const {
    if (item.type != fourcc("hvc1") && item.type != fourcc("av01")) {
      return unsupported("a picture of another kind than HEVC, AV1 or a grid of these");
    }
    const wire::PropertyUse* config = properties_.find(item.id, config_of(item.type));
    if (config == nullptr) return broken("the configuration of a picture is missing");
    CodedPicture out{item.id, item.type, x, y, width, height, {}, {}};
    out.config = properties_.list[config->index].body;
    out.bytes = TRY(wire::item_ranges(meta_, item, source_.size()));
    std::erase_if(out.bytes, [](const Range& range) { return range.size == 0; });
    if (out.bytes.empty()) return broken("a picture has no bytes");
    return out;
  }

  /// ISO/IEC 23008-12 6.6.2.3.
  Result<std::vector<CodedPicture>> tiles_of(const HeifItem& grid, std::uint32_t width,
                                             std::uint32_t height) const {
    const std::vector<Range> ranges = TRY(wire::item_ranges(meta_, grid, source_.size()));
    if (ranges.size() != 1 || ranges[0].size < 8) return broken("a grid is cut");
    const ByteBuffer bytes = TRY(read(source_, {ranges[0].offset, 8}));
    const std::size_t rows = std::size_t{bytes[2]} + 1, columns = std::size_t{bytes[3]} + 1;
    const std::vector<std::uint32_t>* tiles = nullptr;
    for (const wire::ItemReference& reference : meta_.references) {
      if (reference.type == fourcc("dimg") && reference.from == grid.id) tiles = &reference.to;
    }
    if (tiles == nullptr || tiles->size() != rows * columns || tiles->size() > kMaxTiles) {
      return broken("tiles of a grid are missing");
    }
    std::vector<CodedPicture> out;
    std::uint32_t tile_width = 0, tile_height = 0;
    for (std::size_t i = 0; i < tiles->size(); ++i) {
      const HeifItem* item = meta_.item((*tiles)[i]);
      const ByteBuffer sides = TRY(property((*tiles)[i], "ispe"));
      if (item == nullptr || sides.size() < 12) return broken("a tile of a grid is missing");
      const auto w = static_cast<std::uint32_t>(*load_be(sides, 4, 4));
      const auto h = static_cast<std::uint32_t>(*load_be(sides, 8, 4));
      if (i == 0) {
        tile_width = w;
        tile_height = h;
      }
      if (w != tile_width || h != tile_height || w == 0 || h == 0 || w > UINT16_MAX ||
          h > UINT16_MAX) {
        return broken("the tiles of a grid differ in size");
      }
      if (properties_.find((*tiles)[i], fourcc("irot")) != nullptr ||
          properties_.find((*tiles)[i], fourcc("imir")) != nullptr ||
          properties_.find((*tiles)[i], fourcc("clap")) != nullptr) {
        return unsupported("a grid of turned tiles");
      }
      out.push_back(TRY(coded(*item, static_cast<std::uint32_t>(i % columns) * w,
                              static_cast<std::uint32_t>(i / columns) * h, w, h)));
    }
    if (columns * tile_width < width || rows * tile_height < height) {
      return broken("the tiles of a grid do not cover it");
    }
    return out;
  }

  Result<bool> is_alpha(std::uint32_t item) const {
    const ByteBuffer body = TRY(property(item, "auxC"));
    const std::string_view text = as_text(slice(body, 4));
    return text.starts_with("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha") ||
           text.starts_with("urn:mpeg:hevc:2015:auxid:1");
  }

  /// 9.3 and ISO/IEC 14496-12 12.1.4: cropped, turned against the clock, mirrored, in that order.
  Status read_turns(std::uint32_t item, HeifPicture& picture) const {
    picture.shown_width = picture.width;
    picture.shown_height = picture.height;
    const ByteBuffer clap = TRY(property(item, "clap"));
    if (!clap.empty()) TRY(crop(clap, picture));
    const ByteBuffer irot = TRY(property(item, "irot")), imir = TRY(property(item, "imir"));
    constexpr unsigned kTurned[4] = {1, 8, 3, 6};
    constexpr unsigned kMirrored[2][4] = {{4, 5, 2, 7}, {2, 7, 4, 5}};  // axis 0, axis 1
    const unsigned turns = irot.empty() ? 0 : irot[0] & 3U;
    picture.orientation = imir.empty() ? kTurned[turns] : kMirrored[imir[0] & 1U][turns];
    return {};
  }
  static Status crop(Bytes clap, HeifPicture& picture) {
    if (clap.size() < 32) return broken("clap is cut");
    const auto number = [&](std::size_t i) {
      return static_cast<double>(static_cast<std::int32_t>(*load_be(clap, i * 4, 4)));
    };
    for (const std::size_t i : {1U, 3U, 5U, 7U}) {
      if (number(i) == 0) return broken("clap divides by zero");
    }
    const double width = number(0) / number(1), height = number(2) / number(3);
    const double left = number(4) / number(5) + (picture.width - width) / 2;
    const double top = number(6) / number(7) + (picture.height - height) / 2;
    if (!(width >= 1 && height >= 1 && left >= 0 && top >= 0 && left + width <= picture.width &&
          top + height <= picture.height)) {
      return broken("clap shows what is not there");
    }
    picture.left = static_cast<std::uint32_t>(left);
    picture.top = static_cast<std::uint32_t>(top);
    picture.shown_width = static_cast<std::uint32_t>(width);
    picture.shown_height = static_cast<std::uint32_t>(height);
    return {};
  }

  Source& source_;
  const HeifMeta& meta_;
  const wire::HeifProperties& properties_;
};

}  // namespace

Result<HeifPicture> read_heif_picture(Source& source, const Limits& limits) {
  const mp4::FileMap map = TRY(mp4::map_file(source, limits));
  if (map.moov) return unsupported("a sequence of pictures");
  const std::optional<HeifMeta> meta = TRY(find_meta(source, map, limits));
  if (!meta) return broken("there is no meta box");
  if (meta->damage) return Failure(*meta->damage);
  const wire::HeifProperties properties = TRY(wire::read_heif_properties(source, *meta, limits));
  return Reader(source, *meta, properties).run();
}

/// Another body for a property that nobody else uses.
Status Plan::set_property(const wire::HeifProperties& properties, std::size_t index, Bytes body) {
  const Box& box = properties.list[index];
  const auto by = static_cast<std::int64_t>(body.size()) - static_cast<std::int64_t>(box.body.size);
  change_.content.push_back({box.body, to_buffer(body)});
  if (by == 0) return {};
  relocate_ = true;
  for (const Box& holder : {box, properties.ipco, properties.iprp}) TRY(grow(holder, by));
  return grow(meta_.box, by);
}

/// A property of its own for these users of another one.
Status Plan::add_property(const wire::HeifProperties& properties, std::size_t index, Bytes body,
                          const std::set<std::uint32_t>& users) {
  TRY(check_filled(properties.ipco.body, "the list of properties cannot be made longer"));
  ByteBuffer box;
  wire::append_box(box, properties.list[index].type, body);
  const auto by = static_cast<std::int64_t>(box.size());
  const std::size_t number = properties.list.size() + ++added_properties_;
  for (const auto& [item, uses] : properties.uses) {
    if (!users.contains(item)) continue;
    for (const wire::PropertyUse& use : uses) {
      if (use.index != index) continue;
      const unsigned width = static_cast<unsigned>(use.at.size);
      const std::uint64_t top = 1ULL << (8 * width - 1);
      if (number >= top) return unsupported("a file whose properties are too many");
      ByteBuffer bytes;
      append_be(bytes, number | (use.essential ? top : 0), width);
      change_.content.push_back({use.at, std::move(bytes)});
    }
  }
  inserts_.push_back({{properties.ipco.whole.end(), 0}, std::move(box)});
  relocate_ = true;
  for (const Box& holder : {properties.ipco, properties.iprp}) TRY(grow(holder, by));
  return grow(meta_.box, by);
}

Status Plan::set_pictures(const wire::HeifProperties& properties,
                          std::span<const CodedChange> changes) {
  // Which items take which new configuration instead of which old one.
  std::map<std::pair<std::size_t, ByteBuffer>, std::set<std::uint32_t>> configs;
  for (const CodedChange& change : changes) {
    const HeifItem* item = meta_.item(change.id);
    const wire::PropertyUse* use = properties.find(change.id, config_of(change.type));
    if (item == nullptr || use == nullptr) return broken("a picture is missing");
    std::vector<Range> ranges = TRY(wire::item_ranges(meta_, *item, source_.size()));
    std::erase_if(ranges, [](const Range& range) { return range.size == 0; });
    TRY(set_item(*item, ranges, change.bytes));
    if (TRY(read(source_, properties.list[use->index].body)) != change.config) {
      configs[{use->index, change.config}].insert(change.id);
    }
  }
  for (const auto& entry : configs) {
    const auto& [index, config] = entry.first;
    const std::set<std::uint32_t>& users = entry.second;
    bool alone = true;
    for (const auto& [item, uses] : properties.uses) {
      for (const wire::PropertyUse& use : uses) {
        alone = alone && (use.index != index || users.contains(item));
      }
    }
    if (alone) {
      TRY(set_property(properties, index, config));
    } else {
      TRY(add_property(properties, index, config, users));
    }
  }
  return {};
}

Result<Splice> change_pictures(Source& source, std::span<const CodedChange> changes,
                               const Limits& limits) {
  const mp4::FileMap map = TRY(mp4::map_file(source, limits));
  const std::optional<HeifMeta> meta = TRY(find_meta(source, map, limits));
  if (!meta) return broken("there is no meta box");
  const wire::HeifProperties properties = TRY(wire::read_heif_properties(source, *meta, limits));
  Plan plan = TRY(open_plan(source, map, limits));
  TRY(plan.set_pictures(properties, changes));
  return plan.finish();
}

}  // namespace colophon::heif

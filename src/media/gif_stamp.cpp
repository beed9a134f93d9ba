// SPDX-License-Identifier: Apache-2.0
// A label in a GIF file, in every frame that needs it: images are unpacked, two palette entries
// make the label, and what the label does not touch keeps its bytes.
#include <algorithm>

#include "media/animation.hpp"
#include "media/gif_lzw.hpp"
#include "media/palette.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kScreen = 13;
constexpr std::uint64_t kMaxFile = 128ULL << 20;
constexpr std::uint8_t kExtension = 0x21, kImage = 0x2C, kTrailer = 0x3B, kControl = 0xF9;

Failure broken(std::uint64_t at) {
  return fail(ErrorCode::Malformed,
              "the images of the GIF file are damaged or end early; it is left as it is", "gif",
              at);
}

struct Table {
  std::size_t flags_at = 0;  ///< the byte whose lowest three bits tell its size
  std::size_t at = 0;
  unsigned bits = 0;  ///< 0: there is none
  std::array<bool, 256> used{};
};

struct Image {
  AnimationFrame frame;
  std::size_t control_at = 0;  ///< of the control extension before it; 0: none
  std::optional<unsigned> transparent;
  std::size_t at = 0, data_at = 0, end = 0;  ///< descriptor, code size, behind the terminator
  bool interlaced = false;
  std::optional<std::size_t> own_table;  ///< index; none: the global one
  unsigned code_size = 0;
  ByteBuffer indices;  ///< row by row
};

constexpr unsigned kPasses[4][2] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

/// Rows in the order in which they are stored.
std::vector<std::uint32_t> row_order(std::uint32_t height, bool interlaced) {
  std::vector<std::uint32_t> order;
  if (!interlaced) {
    for (std::uint32_t y = 0; y < height; ++y) order.push_back(y);
    return order;
  }
  for (const auto& [first, step] : kPasses) {
    for (std::uint32_t y = first; y < height; y += step) order.push_back(y);
  }
  return order;
}

class Reader {
 public:
  explicit Reader(Bytes file) : file_(file) {}

  Status run(const Limits& limits) {
    if (file_.size() < kScreen) return broken(0);
    width = static_cast<std::uint32_t>(*load_le(file_, 6, 2));
    height = static_cast<std::uint32_t>(*load_le(file_, 8, 2));
    TRY(check_sides(width, height));
    std::size_t at = kScreen;
    tables.push_back(table_at(10, at));
    for (std::uint32_t count = 0; count < limits.max_structures && at < file_.size(); ++count) {
      const std::uint8_t word = file_[at];
      if (word == kTrailer) break;
      if (word == 0) {
        ++at;
      } else if (word == kExtension) {
        TRY(read_extension(at));
      } else if (word == kImage) {
        TRY(read_image(at));
      } else {
        return broken(at);
      }
    }
    return images.empty() ? Status(broken(at)) : Status();
  }

  std::uint32_t width = 0, height = 0;
  std::vector<Table> tables;  ///< the first is the global one
  std::vector<Image> images;

 private:
  Table table_at(std::size_t flags_at, std::size_t& at) {
    Table table;
    table.flags_at = flags_at;
    table.at = at;
    if ((file_[flags_at] & 0x80) == 0) return table;
    table.bits = (file_[flags_at] & 7U) + 1;
    at += std::size_t{3} << table.bits;
    return table;
  }

  /// The data of sub-blocks; `at` goes behind their terminator.
  std::optional<ByteBuffer> sub_blocks(std::size_t& at) {
    ByteBuffer data;
    while (at < file_.size()) {
      const std::size_t size = file_[at];
      if (size > file_.size() - at - 1) return std::nullopt;
      append(data, file_.subspan(at + 1, size));
      at += size + 1;
      if (size == 0) return data;
    }
    return std::nullopt;
  }

  Status read_extension(std::size_t& at) {
    const std::size_t begin = at;
    if (file_.size() - at < 3) return broken(at);
    const bool control = file_[at + 1] == kControl;
    at += 2;
    const auto data = sub_blocks(at);
    if (!data) return broken(begin);
    if (control && data->size() >= 4) {
      control_at_ = begin;
      control_ = *data;
    }
    return {};
  }

  Status read_image(std::size_t& at) {
    if (file_.size() - at < 11) return broken(at);
    Image image;
    image.at = at;
    const auto word = [&](std::size_t i) {
      return static_cast<std::uint32_t>(*load_le(file_, i, 2));
    };
    image.frame = {word(at + 1), word(at + 3), word(at + 5), word(at + 7)};
    const std::uint8_t flags = file_[at + 9];
    image.interlaced = (flags & 0x40) != 0;
    const AnimationFrame& frame = image.frame;
    if (frame.width == 0 || frame.height == 0) return broken(at);
    total_ += std::uint64_t{frame.width} * frame.height;
    if (total_ > kMaxPicturePixels) {
      return fail(ErrorCode::LimitExceeded, "the GIF animation is too large to be labelled", "gif");
    }
    // Screens that are too small for their images are made larger by viewers.
    width = std::max(width, frame.x + frame.width);
    height = std::max(height, frame.y + frame.height);
    TRY(check_sides(width, height));
    const std::size_t flags_at = at + 9;
    at += 10;
    const Table table = table_at(flags_at, at);
    if (table.bits > 0) {
      image.own_table = tables.size();
      tables.push_back(table);
    }
    if (at >= file_.size()) return broken(at);
    image.data_at = at;
    image.code_size = file_[at++];
    const auto data = sub_blocks(at);
    image.end = at;
    if (!data) return broken(image.data_at);
    take_control(image);
    const auto stored = gif_unpack(*data, image.code_size, std::size_t{frame.width} * frame.height);
    if (!stored) return broken(image.data_at);
    Table& used = tables[image.own_table.value_or(0)];
    for (const std::uint8_t index : *stored) used.used[index] = true;
    image.indices.resize(stored->size());
    std::size_t row = 0;
    for (const std::uint32_t y : row_order(frame.height, image.interlaced)) {
      std::copy_n(
          stored->begin() + static_cast<std::ptrdiff_t>(row++ * frame.width), frame.width,
          image.indices.begin() + static_cast<std::ptrdiff_t>(std::size_t{y} * frame.width));
    }
    images.push_back(std::move(image));
    return {};
  }

  void take_control(Image& image) {
    if (control_at_ == 0) return;
    image.control_at = control_at_;
    const unsigned dispose = control_[0] >> 2 & 7U;
    image.frame.dispose = dispose == 2   ? Dispose::Clear
                          : dispose >= 3 ? Dispose::Restore
                                         : Dispose::Keep;
    if ((control_[0] & 1) != 0) {
      image.transparent = control_[3];
      image.frame.blends = true;
    }
    control_at_ = 0;
  }

  Bytes file_;
  std::size_t control_at_ = 0;
  ByteBuffer control_;
  std::uint64_t total_ = 0;
};

/// The colours of one table with those of the label.
struct Colours {
  bool ready = false, changed = false;
  ByteBuffer rgb;
  unsigned bits = 0, dark = 0, light = 0;
};

class Stamper {
 public:
  Stamper(Bytes file, Reader& reader, const Stamp& stamp, Stamped& out)
      : file_(file), reader_(reader), stamp_(stamp), out_(out), colours_(reader.tables.size()) {}

  Status run() {
    std::vector<AnimationFrame*> frames;
    for (Image& image : reader_.images) frames.push_back(&image.frame);
    TRY(follow_label(frames, stamp_));
    for (Image& image : reader_.images) {
      if (image.frame.touches(stamp_)) TRY(paint(image));
    }
    for (std::size_t i = 0; i < colours_.size(); ++i) write_table(i);
    return {};
  }

 private:
  /// Indices that are transparent in some image that uses the table must stay so.
  Result<Colours*> colours_of(std::size_t index) {
    Colours& colours = colours_[index];
    if (colours.ready) return &colours;
    const Table& table = reader_.tables[index];
    if (table.bits == 0) return broken(table.at);
    PaletteChoice choice;
    choice.rgb = to_buffer(slice(file_, table.at, std::size_t{3} << table.bits));
    if (choice.rgb.size() != std::size_t{3} << table.bits) return broken(table.at);
    choice.used = table.used;
    if (index == 0) choice.used[file_[11]] = true;  // the background
    for (const Image& image : reader_.images) {
      if (image.transparent && image.own_table.value_or(0) == index) {
        choice.kept.push_back(*image.transparent);
      }
    }
    choice.most = 256;
    TRY(choose_label_colours(choice));
    colours.ready = true;
    colours.changed = choice.changed;
    colours.dark = choice.dark;
    colours.light = choice.light;
    colours.bits = table.bits;
    while (std::size_t{3} << colours.bits < choice.rgb.size()) ++colours.bits;
    choice.rgb.resize(std::size_t{3} << colours.bits);
    colours.rgb = std::move(choice.rgb);
    add_contrast(colours.rgb, colours.dark, colours.light, out_.contrast);
    return &colours;
  }

  Status paint(Image& image) {
    const Colours& colours = *TRY(colours_of(image.own_table.value_or(0)));
    const AnimationFrame& frame = image.frame;
    const std::uint32_t right = std::min(stamp_.right(), frame.x + frame.width);
    const std::uint32_t bottom = std::min(stamp_.bottom(), frame.y + frame.height);
    for (std::uint32_t y = std::max(stamp_.y, frame.y); y < bottom; ++y) {
      for (std::uint32_t x = std::max(stamp_.x, frame.x); x < right; ++x) {
        const std::size_t at = std::size_t{y - stamp_.y} * stamp_.plate.width + (x - stamp_.x);
        const bool ink = stamp_.ink.samples[at] >= 128;
        if (!ink && stamp_.plate.samples[at] < 128) continue;
        std::uint8_t& index = image.indices[std::size_t{y - frame.y} * frame.width + (x - frame.x)];
        if (frame.over_label && image.transparent == index) continue;
        index = static_cast<std::uint8_t>(ink ? colours.light : colours.dark);
      }
    }
    ByteBuffer stored;
    for (const std::uint32_t y : row_order(frame.height, image.interlaced)) {
      append(stored, slice(image.indices, std::size_t{y} * frame.width, frame.width));
    }
    const unsigned code_size = std::max({image.code_size, colours.bits, 2U});
    const ByteBuffer data = gif_pack(stored, code_size);
    ByteBuffer bytes{static_cast<std::uint8_t>(code_size)};
    for (std::size_t at = 0; at < data.size(); at += 255) {
      const Bytes part = slice(data, at, 255);
      bytes.push_back(static_cast<std::uint8_t>(part.size()));
      append(bytes, part);
    }
    bytes.push_back(0);
    out_.changes.push_back({{image.data_at, image.end - image.data_at}, std::move(bytes)});
    return {};
  }

  void write_table(std::size_t index) {
    const Colours& colours = colours_[index];
    if (!colours.changed) return;
    const Table& table = reader_.tables[index];
    out_.changes.push_back({{table.at, std::uint64_t{3} << table.bits}, colours.rgb});
    if (colours.bits == table.bits) return;
    const auto flags =
        static_cast<std::uint8_t>((file_[table.flags_at] & 0xF8U) | (colours.bits - 1));
    out_.changes.push_back({{table.flags_at, 1}, {flags}});
  }

  Bytes file_;
  Reader& reader_;
  const Stamp& stamp_;
  Stamped& out_;
  std::vector<Colours> colours_;
};

}  // namespace

Result<Stamped> stamp_gif(Source& source, const MakeStamp& make, const Limits& limits) {
  if (source.size() > kMaxFile) {
    return fail(ErrorCode::LimitExceeded, "the GIF animation is too large to be labelled", "gif");
  }
  const ByteBuffer file = TRY(read(source, {0, source.size()}));
  Reader reader(file);
  TRY(reader.run(limits));
  const Stamp stamp = TRY(make({reader.width, reader.height, 1}));
  Stamped out;
  TRY(Stamper(file, reader, stamp, out).run());
  return out;
}

}  // namespace colophon

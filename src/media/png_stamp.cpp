// SPDX-License-Identifier: Apache-2.0
// A label in a PNG file, in every frame of an APNG: only IDAT and fdAT chunks are written anew, and
// PLTE where the palette has no colours that could be told apart.
#include <zlib.h>

#include <algorithm>

#include "media/exif_view.hpp"
#include "media/palette.hpp"
#include "media/png_rows.hpp"

namespace colophon {
namespace {

constexpr std::uint64_t kSignature = 8, kOverhead = 12, kSequence = 4;
constexpr std::size_t kMaxChunk = 1 << 30;

struct Chunk {
  std::string type;
  Range whole, data;
};

struct Image {
  AnimationFrame frame;
  bool animated = false;      ///< has an fcTL chunk
  std::vector<Chunk> chunks;  ///< IDAT or fdAT
};

struct Content {
  PngHeader header;
  std::vector<Image> images;
  std::optional<Chunk> palette;
  ByteBuffer colours, transparency;
  unsigned orientation = 1;
  bool animation = false;
};

Failure broken(std::string message, std::uint64_t at) {
  return fail(ErrorCode::Malformed, std::move(message), "png", at);
}

class Reader {
 public:
  Reader(Source& source, const Limits& limits) : source_(source), limits_(limits) {}

  Result<Content> run() {
    std::uint64_t at = kSignature;
    for (std::uint32_t count = 0; count < limits_.max_structures; ++count) {
      const Bytes head = view_some(source_, {at, 8});
      if (head.size() < 8) return broken("the PNG file ends before its last chunk", at);
      const std::uint64_t size = *load_be(head, 0, 4);
      const Chunk chunk{to_string(slice(head, 4, 4)), {at, size + kOverhead}, {at + 8, size}};
      if (size > source_.size() - at - 8 || chunk.whole.end() > source_.size()) {
        return broken("a chunk passes the end of the PNG file", at);
      }
      if (count == 0 && (chunk.type != "IHDR" || size != 13)) {
        return broken("the PNG file does not begin with IHDR", at);
      }
      if (chunk.type == "IEND") return std::move(content_);
      TRY(take(chunk));
      at = chunk.whole.end();
    }
    return fail(ErrorCode::LimitExceeded, "the PNG file has too many chunks", "png", at);
  }

 private:
  Status take(const Chunk& chunk) {
    if (chunk.type == "IHDR") return read_header(chunk);
    if (chunk.type == "fcTL") return read_control(chunk);
    if (chunk.type == "acTL") content_.animation = true;
    if (chunk.type == "PLTE") {
      content_.palette = chunk;
      content_.colours =
          TRY(read(source_, {chunk.data.offset, std::min<std::uint64_t>(768, chunk.data.size)}));
    }
    if (chunk.type == "tRNS") {
      content_.transparency =
          TRY(read(source_, {chunk.data.offset, std::min<std::uint64_t>(256, chunk.data.size)}));
    }
    if (chunk.type == "eXIf")
      content_.orientation = view_exif(source_, chunk.data, limits_).orientation;
    if (chunk.type == "IDAT") {
      if (content_.images.empty()) {
        content_.images.emplace_back().frame = {0, 0, content_.header.width, content_.header.height,
                                                false};
      }
      content_.images.front().chunks.push_back(chunk);
    }
    if (chunk.type == "fdAT") {
      if (content_.images.empty() || chunk.data.size < kSequence) {
        return broken("an fdAT chunk stands where no frame is", chunk.whole.offset);
      }
      content_.images.back().chunks.push_back(chunk);
    }
    return {};
  }

  Status read_header(const Chunk& chunk) {
    const Bytes data = TRY(source_.view(chunk.data));
    if (data.size() < 13 || content_.header.width != 0) {
      return broken("IHDR is too short, or not the only one", chunk.whole.offset);
    }
    PngHeader& header = content_.header;
    header.width = static_cast<std::uint32_t>(*load_be(data, 0, 4));
    header.height = static_cast<std::uint32_t>(*load_be(data, 4, 4));
    header.depth = data[8];
    header.colour = data[9];
    header.interlaced = data[12] == 1;
    TRY(check_sides(header.width, header.height));
    constexpr unsigned kDepths[7] = {0x1F, 0, 0x18, 0x0F, 0x18, 0, 0x18};  // bit n: 2 to the n
    unsigned power = 0;
    while (power < 5 && 1U << power != header.depth) ++power;
    if (header.colour > 6 || (kDepths[header.colour] >> power & 1) == 0 || data[10] != 0 ||
        data[11] != 0 || data[12] > 1) {
      return broken("IHDR names a kind of PNG that there is not", chunk.whole.offset);
    }
    return {};
  }

  Status read_control(const Chunk& chunk) {
    if (chunk.data.size != 26) return broken("an fcTL chunk of another size", chunk.whole.offset);
    const Bytes data = TRY(source_.view(chunk.data));
    Image image;
    image.animated = true;
    const auto word = [&](std::size_t i) {
      return static_cast<std::uint32_t>(*load_be(data, i, 4));
    };
    image.frame = {word(12), word(16), word(4), word(8)};
    image.frame.dispose = data[24] == 1   ? Dispose::Clear
                          : data[24] == 2 ? Dispose::Restore
                                          : Dispose::Keep;
    image.frame.blends = data[25] == 1;
    const AnimationFrame& frame = image.frame;
    const PngHeader& canvas = content_.header;
    if (frame.width == 0 || frame.height == 0 || frame.width > canvas.width ||
        frame.height > canvas.height || frame.x > canvas.width - frame.width ||
        frame.y > canvas.height - frame.height) {
      return broken("a frame of the APNG passes its sides", chunk.whole.offset);
    }
    content_.images.push_back(std::move(image));
    return {};
  }

  Source& source_;
  const Limits& limits_;
  Content content_;
};

void append_chunk(ByteBuffer& out, std::string_view type, Bytes data) {
  append_be(out, data.size(), 4);
  const std::size_t begin = out.size();
  append(out, type);
  append(out, data);
  append_be(out, crc32(0, out.data() + begin, static_cast<uInt>(out.size() - begin)), 4);
}

/// Two palette entries that can be told apart, new ones where there is room for them.
Status choose_colours(const Content& content, PngPaint& paint, Stamped& out) {
  if (!content.palette) return broken("there is no PLTE in the PNG file", 0);
  PaletteChoice choice;
  choice.rgb = content.colours;
  choice.rgb.resize(choice.rgb.size() / 3 * 3);
  choice.used.fill(true);
  choice.most = std::size_t{1} << content.header.depth;
  for (unsigned i = 0; i < content.transparency.size(); ++i) {
    if (content.transparency[i] != 255) choice.kept.push_back(i);
  }
  TRY(choose_label_colours(choice));
  paint.dark = choice.dark;
  paint.light = choice.light;
  add_contrast(choice.rgb, choice.dark, choice.light, out.contrast);
  if (!choice.changed) return {};
  ByteBuffer chunk;
  append_chunk(chunk, "PLTE", choice.rgb);
  out.changes.push_back({content.palette->whole, std::move(chunk)});
  return {};
}

/// The first `size` bytes of the pieces.
Result<ByteBuffer> beginning(Source& source, std::span<const Range> pieces, std::uint64_t size) {
  ByteBuffer out;
  for (const Range& piece : pieces) {
    const std::uint64_t part = std::min(size - out.size(), piece.size);
    append(out, TRY(source.view({piece.offset, part})));
    if (out.size() == size) break;
  }
  return out;
}

/// IDAT chunks before the place where the new stream begins stay as they are.
Status replace_idat(Source& source, const Image& image, std::span<const Range> data,
                    const PngRecoded& recoded, Stamped& out) {
  std::size_t first = 0;
  std::uint64_t kept = recoded.kept;
  while (first + 1 < data.size() && data[first].size <= kept) kept -= data[first++].size;
  ByteBuffer bytes = TRY(beginning(source, data.subspan(first), kept));
  append(bytes, recoded.bytes);
  ByteBuffer chunks;
  for (std::size_t at = 0; at < bytes.size(); at += kMaxChunk) {
    append_chunk(chunks, "IDAT", slice(bytes, at, kMaxChunk));
  }
  const std::uint64_t from = image.chunks[first].whole.offset;
  out.changes.push_back({{from, image.chunks.back().whole.end() - from}, std::move(chunks)});
  return {};
}

/// As many fdAT chunks as before, so that the numbers of all chunks stay.
Status replace_fdat(Source& source, const Image& image, std::span<const Range> data,
                    const PngRecoded& recoded, Stamped& out) {
  ByteBuffer bytes = TRY(beginning(source, data, recoded.kept));
  append(bytes, recoded.bytes);
  const std::size_t count = image.chunks.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from = bytes.size() * i / count, to = bytes.size() * (i + 1) / count;
    ByteBuffer body = TRY(read(source, {image.chunks[i].data.offset, kSequence}));
    append(body, slice(bytes, from, to - from));
    ByteBuffer chunk;
    append_chunk(chunk, "fdAT", body);
    out.changes.push_back({image.chunks[i].whole, std::move(chunk)});
  }
  return {};
}

std::optional<std::array<unsigned, 3>> key_of(const Content& content) {
  const unsigned colour = content.header.colour;
  const std::size_t count = colour == 0 ? 1 : colour == 2 ? 3 : 0;
  if (count == 0 || content.transparency.size() < count * 2) return std::nullopt;
  std::array<unsigned, 3> key{};
  const unsigned mask = (1U << content.header.depth) - 1;
  for (std::size_t i = 0; i < count; ++i) {
    key[i] = static_cast<unsigned>(*load_be(content.transparency, i * 2, 2)) & mask;
  }
  return key;
}

}  // namespace

unsigned png_orientation(Source& source, const Limits& limits) {
  const auto content = Reader(source, limits).run();
  return content ? content->orientation : 1;
}

Result<Stamped> stamp_png(Source& source, const MakeStamp& make, const Limits& limits) {
  Content content = TRY(Reader(source, limits).run());
  if (content.images.empty()) return broken("the PNG file has no pixels", source.size());
  const Stamp stamp = TRY(make({content.header.width, content.header.height, content.orientation}));
  Stamped out;
  PngPaint paint;
  paint.stamp = &stamp;
  paint.key = key_of(content);
  if (paint.key && content.header.depth == 1) {
    return fail(ErrorCode::Unsupported,
                "the picture has one colour and a transparent one; a label needs two", "png:tRNS");
  }
  if (content.header.colour == 3) TRY(choose_colours(content, paint, out));
  std::vector<AnimationFrame*> frames;
  for (Image& image : content.images) {
    if (image.animated) frames.push_back(&image.frame);
  }
  if (content.animation) TRY(follow_label(frames, stamp));
  for (const Image& image : content.images) {
    if (image.chunks.empty()) return broken("a frame of the APNG has no pixels", source.size());
    if (!image.frame.touches(stamp)) continue;
    const bool animated = image.chunks.front().type == "fdAT";
    std::vector<Range> data;
    for (const Chunk& chunk : image.chunks) {
      const std::uint64_t skipped = animated ? kSequence : 0;
      data.push_back({chunk.data.offset + skipped, chunk.data.size - skipped});
    }
    const PngRecoded recoded =
        TRY(recode_png(source, data, content.header, image.frame, paint, out.contrast));
    TRY(animated ? replace_fdat(source, image, data, recoded, out)
                 : replace_idat(source, image, data, recoded, out));
  }
  return out;
}

}  // namespace colophon

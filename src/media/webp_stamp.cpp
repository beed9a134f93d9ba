// SPDX-License-Identifier: Apache-2.0
// A label in a WebP file (RFC 9649). Lossless pictures are coded again without loss. Lossy ones
// have no blocks that could be changed alone, since every block is predicted from its neighbours:
// they are coded again with the quantiser that they had. Frames that the label does not touch stay.
#include <webp/decode.h>
#include <webp/encode.h>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "formats/exif.hpp"
#include "formats/riff_form.hpp"
#include "media/exif_view.hpp"
#include "media/png_rows.hpp"
#include "media/webp_quality.hpp"
#include "wire/riff.hpp"

namespace colophon {
namespace {

using wire::fourcc;
using wire::riff::Chunk;

constexpr auto kVp8 = fourcc("VP8 "), kVp8l = fourcc("VP8L"), kVp8x = fourcc("VP8X"),
               kAlph = fourcc("ALPH"), kAnmf = fourcc("ANMF"), kExif = fourcc("EXIF");
constexpr std::uint64_t kFrameHeader = 16;
constexpr std::uint64_t kMaxFile = 256ULL << 20;

Failure broken() {
  return fail(ErrorCode::Malformed,
              "the pixels of the WebP file are damaged or end early; it is left as it is",
              "webp:VP8");
}

/// The chunks of one picture: VP8L, or VP8 with ALPH before it.
struct Image {
  AnimationFrame frame;
  bool animated = false;
  std::optional<Chunk> alpha, pixels, whole;  ///< `whole`: the ANMF around it
};

struct Content {
  std::uint32_t width = 0, height = 0;
  unsigned orientation = 1;
  std::vector<Image> images;
};

void take_chunk(Image& image, const Chunk& chunk) {
  if (chunk.is(kAlph)) image.alpha = chunk;
  if ((chunk.is(kVp8) || chunk.is(kVp8l)) && !image.pixels) image.pixels = chunk;
}

Result<Image> read_frame(Source& source, const Chunk& chunk) {
  Image image;
  image.animated = true;
  image.whole = chunk;
  const Bytes head = TRY(source.view({chunk.data.offset, kFrameHeader}));
  const auto three = [&](std::size_t at) {
    return static_cast<std::uint32_t>(*load_le(head, at, 3));
  };
  image.frame = {three(0) * 2, three(3) * 2, three(6) + 1, three(9) + 1};
  image.frame.dispose = (head[15] & 1) != 0 ? Dispose::Clear : Dispose::Keep;
  image.frame.blends = (head[15] & 2) == 0;
  std::uint64_t at = chunk.data.offset + kFrameHeader;
  while (chunk.data.end() - at >= 8) {
    const Bytes inner = TRY(source.view({at, 8}));
    const std::uint64_t size = *load_le(inner, 4, 4);
    if (size > chunk.data.end() - at - 8) return broken();
    Chunk part;
    part.id = static_cast<wire::FourCc>(*load_be(inner, 0, 4));
    part.data = {at + 8, size};
    part.whole = {at, std::min(8 + size + size % 2, chunk.data.end() - at)};
    take_chunk(image, part);
    at += part.whole.size;
  }
  return image;
}

Result<ByteBuffer> bitstream(Source& source, const Image& image);

Result<Content> read_content(Source& source, const Limits& limits) {
  Content content;
  wire::riff::Budget budget(limits);
  const wire::riff::Form form = TRY(wire::riff::read_form(source, 0, budget));
  TRY(riff::check_whole(form));
  Image still;
  for (const Chunk& chunk : form.chunks.all) {
    if (chunk.is(kVp8x) && chunk.data.size >= 10) {
      const Bytes head = TRY(source.view(chunk.data));
      content.width = static_cast<std::uint32_t>(*load_le(head, 4, 3)) + 1;
      content.height = static_cast<std::uint32_t>(*load_le(head, 7, 3)) + 1;
    } else if (chunk.is(kExif)) {
      const Range block = skip_exif_prefix(source, chunk.data);
      content.orientation = view_exif(source, block, limits).orientation;
    } else if (chunk.is(kAnmf) && chunk.data.size >= kFrameHeader) {
      content.images.push_back(TRY(read_frame(source, chunk)));
    } else {
      take_chunk(still, chunk);
    }
  }
  if (content.images.empty() && still.pixels) content.images.push_back(still);
  for (const Image& image : content.images) {
    if (!image.pixels) return broken();
  }
  if (content.images.empty()) return broken();
  return content;
}

/// A WebP file of that picture alone.
Result<ByteBuffer> bitstream(Source& source, const Image& image) {
  ByteBuffer chunks;
  if (image.alpha && image.pixels->is(kVp8)) {
    // Only the extended form may hold ALPH; its sides are those of the frame.
    const Bytes head = TRY(source.view(
        {image.pixels->data.offset, std::min<std::uint64_t>(10, image.pixels->data.size)}));
    if (head.size() < 10) return broken();
    ByteBuffer extended{0x10, 0, 0, 0};
    append_le(extended, (*load_le(head, 6, 2) & 0x3FFF) - 1, 3);
    append_le(extended, (*load_le(head, 8, 2) & 0x3FFF) - 1, 3);
    append(chunks, wire::riff::make_chunk(kVp8x, extended));
    const ByteBuffer alpha = TRY(read(source, image.alpha->data));
    append(chunks, wire::riff::make_chunk(kAlph, alpha));
  }
  const ByteBuffer pixels = TRY(read(source, image.pixels->data));
  append(chunks, wire::riff::make_chunk(image.pixels->id, pixels));
  ByteBuffer file = to_buffer("RIFF");
  append_le(file, chunks.size() + 4, 4);
  append(file, "WEBP");
  append(file, chunks);
  return file;
}

struct Pixels {
  int width = 0, height = 0;
  std::unique_ptr<std::uint8_t, void (*)(void*)> rgba{nullptr, WebPFree};
};

Result<Pixels> decode(Bytes file) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(file.data(), file.size(), &features) != VP8_STATUS_OK) return broken();
  if (std::uint64_t{4} * static_cast<unsigned>(features.width) *
          static_cast<unsigned>(features.height) >
      kMaxDecoderMemory) {
    return fail(ErrorCode::LimitExceeded, "the WebP picture is too large to be labelled", "webp");
  }
  Pixels pixels;
  pixels.rgba.reset(WebPDecodeRGBA(file.data(), file.size(), &pixels.width, &pixels.height));
  if (!pixels.rgba) return broken();
  return pixels;
}

struct DeletePicture {
  void operator()(WebPPicture* picture) const noexcept {
    WebPPictureFree(picture);
    delete picture;
  }
};

/// The chunks ALPH, VP8, VP8L of the picture, coded again.
Result<ByteBuffer> encode(const Pixels& pixels, bool alpha, bool lossless, float quality) {
  WebPConfig config;
  const std::unique_ptr<WebPPicture, DeletePicture> picture(new WebPPicture);
  if (WebPConfigInit(&config) == 0 || WebPPictureInit(picture.get()) == 0) return broken();
  config.lossless = lossless ? 1 : 0;
  config.quality = lossless ? 50 : quality;
  config.method = lossless ? 3 : 4;
  config.exact = 1;
  config.alpha_quality = 100;
  config.thread_level = 0;
  picture->width = pixels.width;
  picture->height = pixels.height;
  picture->use_argb = lossless ? 1 : 0;
  WebPMemoryWriter writer;
  WebPMemoryWriterInit(&writer);
  picture->writer = WebPMemoryWrite;
  picture->custom_ptr = &writer;
  const int stride = pixels.width * 4;
  const bool good =
      (alpha ? WebPPictureImportRGBA(picture.get(), pixels.rgba.get(), stride)
             : WebPPictureImportRGBX(picture.get(), pixels.rgba.get(), stride)) != 0 &&
      WebPEncode(&config, picture.get()) != 0;
  const ByteBuffer file(writer.mem, writer.mem + writer.size);
  WebPMemoryWriterClear(&writer);
  if (!good) {
    return fail(ErrorCode::LimitExceeded, "the WebP picture could not be coded again", "webp");
  }
  ByteBuffer chunks;
  MemorySource source(file);
  wire::riff::Budget budget{Limits{}};
  const wire::riff::Form form = TRY(wire::riff::read_form(source, 0, budget));
  for (const Chunk& chunk : form.chunks.all) {
    if (chunk.is(kAlph) || chunk.is(kVp8) || chunk.is(kVp8l)) {
      append(chunks,
             wire::riff::make_chunk(chunk.id, slice(file, chunk.data.offset, chunk.data.size)));
    }
  }
  return chunks;
}

void paint(const Pixels& pixels, const AnimationFrame& frame, const PngPaint& how,
           ContrastMeter& meter) {
  const auto width = static_cast<std::uint32_t>(pixels.width);
  const PngHeader rgba{width, static_cast<std::uint32_t>(pixels.height), 8, 6, false};
  for (std::uint32_t y = 0; y < rgba.height; ++y) {
    (void)paint_png_row(pixels.rgba.get() + std::size_t{y} * width * 4, width, frame.x, 1,
                        frame.y + y, rgba, frame, how, meter);
  }
}

void add_change(const Image& image, ByteBuffer chunks, Bytes frame_header, Stamped& out) {
  if (image.whole) {
    ByteBuffer body = to_buffer(frame_header);
    append(body, chunks);
    out.changes.push_back({image.whole->whole, wire::riff::make_chunk(kAnmf, body)});
    return;
  }
  if (image.alpha) out.changes.push_back({image.alpha->whole, {}});
  out.changes.push_back({image.pixels->whole, std::move(chunks)});
}

}  // namespace

unsigned webp_orientation(Source& source, const Limits& limits) {
  const auto content = read_content(source, limits);
  return content ? content->orientation : 1;
}

Result<Stamped> stamp_webp(Source& source, const MakeStamp& make, const Limits& limits) {
  if (source.size() > kMaxFile) {
    return fail(ErrorCode::LimitExceeded, "the WebP picture is too large to be labelled", "webp");
  }
  Content content = TRY(read_content(source, limits));
  Image& first = content.images.front();
  if (!first.animated) {
    const ByteBuffer file = TRY(bitstream(source, first));
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(file.data(), file.size(), &features) != VP8_STATUS_OK) return broken();
    // Nobody's picture is coded in so little, and decoding it takes a gigabyte.
    constexpr std::uint64_t kMostPixelsOfByte = 1 << 16;
    if (std::uint64_t{1} * static_cast<unsigned>(features.width) *
            static_cast<unsigned>(features.height) >
        kMostPixelsOfByte * file.size()) {
      return broken();
    }
    content.width = static_cast<std::uint32_t>(features.width);
    content.height = static_cast<std::uint32_t>(features.height);
    first.frame = {0, 0, content.width, content.height};
  }
  TRY(check_sides(content.width, content.height));
  const Stamp stamp = TRY(make({content.width, content.height, content.orientation}));
  std::vector<AnimationFrame*> frames;
  for (Image& image : content.images) frames.push_back(&image.frame);
  if (first.animated) TRY(follow_label(frames, stamp));
  Stamped out;
  PngPaint how;
  how.stamp = &stamp;
  float least = 101;
  for (const Image& image : content.images) {
    if (!image.frame.touches(stamp)) continue;
    const ByteBuffer file = TRY(bitstream(source, image));
    const Pixels pixels = TRY(decode(file));
    paint(pixels, image.frame, how, out.contrast);
    const bool lossless = image.pixels->is(kVp8l);
    WebPBitstreamFeatures features;
    (void)WebPGetFeatures(file.data(), file.size(), &features);
    float quality = 0;
    if (!lossless) {
      const ByteBuffer bits = TRY(read(source, image.pixels->data));
      quality = webp_quality(bits);
      least = std::min(least, quality);
    }
    ByteBuffer chunks = TRY(encode(pixels, features.has_alpha != 0, lossless, quality));
    ByteBuffer header;
    if (image.whole) header = TRY(read(source, {image.whole->data.offset, kFrameHeader}));
    add_change(image, std::move(chunks), header, out);
  }
  std::int64_t growth = 0;
  for (const Replacement& change : out.changes) {
    growth += static_cast<std::int64_t>(change.bytes.size()) -
              static_cast<std::int64_t>(change.range.size);
  }
  // What stands behind the form stays behind it.
  const std::uint64_t announced = *load_le(TRY(source.view({4, 4})), 0, 4);
  ByteBuffer size;
  append_le(size, static_cast<std::uint64_t>(static_cast<std::int64_t>(announced) + growth), 4);
  out.changes.push_back({{4, 4}, std::move(size)});
  if (least <= 100) {
    out.notes.push_back(
        {"mark-reencoded",
         Severity::Info,
         {fmt::format("lossy WebP cannot be changed in part: the picture was coded "
                      "again, with the quality it had (about {:.0f})",
                      least),
          fmt::format("有损 WebP 无法局部修改：图片已按原有质量（约 {:.0f}）重新编码", least)},
         std::nullopt});
  }
  return out;
}

}  // namespace colophon

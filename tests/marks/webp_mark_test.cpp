// SPDX-License-Identifier: Apache-2.0
#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>

#include "marks/marked.hpp"
#include "media/webp_quality.hpp"
#include "wire/riff.hpp"

using namespace colophon;
using namespace colophon::testing;
using wire::fourcc;

namespace {

constexpr int kWidth = 240, kHeight = 200;

std::vector<std::uint8_t> pattern(int width, int height, int phase, bool holes) {
  std::vector<std::uint8_t> rgba;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto wave =
          static_cast<std::uint8_t>(120 + 90 * std::sin(x * 0.05 + phase) * std::cos(y * 0.04));
      rgba.insert(rgba.end(),
                  {wave, static_cast<std::uint8_t>(x + phase * 40), 60,
                   static_cast<std::uint8_t>(holes && (x / 8 + y / 8) % 2 == 0 ? 0 : 255)});
    }
  }
  return rgba;
}

ByteBuffer make_webp(int width, int height, int phase, bool holes, float quality) {
  const auto rgba = pattern(width, height, phase, holes);
  std::uint8_t* bytes = nullptr;
  const std::size_t size =
      quality < 0 ? WebPEncodeLosslessRGBA(rgba.data(), width, height, width * 4, &bytes)
                  : WebPEncodeRGBA(rgba.data(), width, height, width * 4, quality, &bytes);
  ByteBuffer out(bytes, bytes + size);
  WebPFree(bytes);
  return out;
}

std::vector<std::uint8_t> decoded(const ByteBuffer& file) {
  int width = 0, height = 0;
  std::uint8_t* rgba = WebPDecodeRGBA(file.data(), file.size(), &width, &height);
  REQUIRE(rgba != nullptr);
  std::vector<std::uint8_t> out(rgba,
                                rgba + std::size_t{4} * static_cast<unsigned>(width * height));
  WebPFree(rgba);
  return out;
}

/// Frames of an animation as they are shown, with the times at which they end.
std::vector<std::pair<int, std::vector<std::uint8_t>>> shown(const ByteBuffer& file) {
  std::vector<std::pair<int, std::vector<std::uint8_t>>> out;
  WebPAnimDecoderOptions options;
  WebPAnimDecoderOptionsInit(&options);
  const WebPData data{file.data(), file.size()};
  WebPAnimDecoder* decoder = WebPAnimDecoderNew(&data, &options);
  REQUIRE(decoder != nullptr);
  while (WebPAnimDecoderHasMoreFrames(decoder) != 0) {
    std::uint8_t* rgba = nullptr;
    int time = 0;
    REQUIRE(WebPAnimDecoderGetNext(decoder, &rgba, &time) != 0);
    out.emplace_back(time,
                     std::vector<std::uint8_t>(rgba, rgba + std::size_t{4} * kWidth * kHeight));
  }
  WebPAnimDecoderDelete(decoder);
  return out;
}

struct Frame {
  int x, y, width, height;
  bool clears = false, blends = false;
};
ByteBuffer make_animation(const std::vector<Frame>& frames) {
  ByteBuffer head{0x12, 0, 0, 0}, chunks;
  append_le(head, kWidth - 1, 3);
  append_le(head, kHeight - 1, 3);
  append(chunks, wire::riff::make_chunk(fourcc("VP8X"), head));
  append(chunks, wire::riff::make_chunk(fourcc("ANIM"), ByteBuffer(6, 0)));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const Frame& frame = frames[i];
    const ByteBuffer file =
        make_webp(frame.width, frame.height, static_cast<int>(i), frame.blends, -1);
    ByteBuffer body;
    append_le(body, static_cast<unsigned>(frame.x / 2), 3);
    append_le(body, static_cast<unsigned>(frame.y / 2), 3);
    append_le(body, static_cast<unsigned>(frame.width - 1), 3);
    append_le(body, static_cast<unsigned>(frame.height - 1), 3);
    append_le(body, 70 + i, 3);
    body.push_back(static_cast<std::uint8_t>((frame.clears ? 1 : 0) | (frame.blends ? 0 : 2)));
    append(body, slice(file, 12));
    append(chunks, wire::riff::make_chunk(fourcc("ANMF"), body));
  }
  append(chunks, wire::riff::make_chunk(fourcc("XMP "), to_buffer("<x/>")));
  ByteBuffer file = to_buffer("RIFF");
  append_le(file, chunks.size() + 4, 4);
  append(file, "WEBP");
  append(file, chunks);
  return file;
}

std::size_t bright(const std::vector<std::uint8_t>& rgba, const Mark& mark) {
  std::size_t count = 0;
  for (std::uint32_t y = mark.y; y < mark.y + mark.height; ++y) {
    for (std::uint32_t x = mark.x; x < mark.x + mark.width; ++x) {
      const std::uint8_t* at = &rgba[(std::size_t{y} * kWidth + x) * 4];
      count += at[0] > 220 && at[2] > 220 && at[3] > 250 ? 1 : 0;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("webp mark: lossless pictures keep every pixel outside the label") {
  for (const bool holes : {false, true}) {
    const ByteBuffer file = make_webp(kWidth, kHeight, 0, holes, -1);
    const Marked out = marked(file, "webp");
    const auto before = decoded(file), after = decoded(out.bytes);
    std::size_t outside = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before[i] != after[i] && !near_mark(out.mark, i / 4 % kWidth, i / 4 / kWidth)) ++outside;
    }
    CHECK(outside == 0);
    CHECK(bright(after, out.mark) > out.mark.width * out.mark.height / 5);
    CHECK(out.mark.contrast >= 4.5);
    CHECK(out.notes.empty());
  }
}

TEST_CASE("webp mark: lossy pictures are coded again as well as before, and it is said") {
  for (const bool holes : {false, true}) {
    const ByteBuffer file = make_webp(kWidth, kHeight, 0, holes, 80);
    const Marked out = marked(file, "webp");
    const auto before = decoded(file), after = decoded(out.bytes);
    double error = 0, count = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (near_mark(out.mark, i / 4 % kWidth, i / 4 / kWidth) || before[i | 3] == 0) continue;
      error += std::pow(before[i] - after[i], 2);
      ++count;
    }
    CHECK(10 * std::log10(255 * 255 / (error / count)) > 36);
    CHECK(bright(after, out.mark) > out.mark.width * out.mark.height / 6);
    REQUIRE_FALSE(out.notes.empty());
    CHECK(out.notes[0].rule == "mark-reencoded");
    CHECK(out.bytes.size() < file.size() * 3 / 2 + 2000);
  }
}

TEST_CASE("webp mark: the quality of a VP8 frame is read from its quantisers") {
  for (const float quality : {20.0F, 50.0F, 75.0F, 90.0F}) {
    const auto rgba = pattern(kWidth, kHeight, 0, false);
    WebPConfig config;
    WebPConfigInit(&config);
    config.quality = quality;
    config.segments = 1;
    WebPPicture picture;
    WebPPictureInit(&picture);
    picture.width = kWidth;
    picture.height = kHeight;
    WebPMemoryWriter writer;
    WebPMemoryWriterInit(&writer);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &writer;
    REQUIRE(WebPPictureImportRGBX(&picture, rgba.data(), kWidth * 4) != 0);
    REQUIRE(WebPEncode(&config, &picture) != 0);
    CHECK(webp_quality(Bytes(writer.mem, writer.size).subspan(20)) ==
          doctest::Approx(quality).epsilon(0.06));
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&writer);
  }
  CHECK(webp_quality({}) == 90);
}

TEST_CASE("webp mark: every frame of an animation shows the label, the timing stays") {
  const std::vector<std::vector<Frame>> animations = {
      {{0, 0, kWidth, kHeight}, {0, 0, kWidth, kHeight}},
      {{0, 0, kWidth, kHeight}, {120, 100, 120, 100, false, true}, {2, 2, 20, 20}},
      {{0, 0, kWidth, kHeight, true},
       {0, 0, kWidth, kHeight, true, true},
       {0, 0, kWidth, kHeight}}};
  for (const auto& frames : animations) {
    const ByteBuffer file = make_animation(frames);
    const Marked out = marked(file, "webp");
    const auto before = shown(file), after = shown(out.bytes);
    REQUIRE(after.size() == frames.size());
    for (std::size_t f = 0; f < after.size(); ++f) {
      CHECK(before[f].first == after[f].first);
      CHECK(bright(after[f].second, out.mark) > out.mark.width * out.mark.height / 5);
      std::size_t outside = 0;
      for (std::size_t i = 0; i < before[f].second.size(); ++i) {
        const bool near = near_mark(out.mark, i / 4 % kWidth, i / 4 / kWidth);
        if (before[f].second[i] != after[f].second[i] && !near) ++outside;
      }
      CHECK(outside == 0);
    }
    CHECK(as_text(out.bytes).find("<x/>") != std::string_view::npos);
  }
  CHECK(refused(make_animation({{0, 0, kWidth, kHeight, true}, {10, 10, 40, 40}}), "webp") ==
        ErrorCode::Unsupported);
}

TEST_CASE("webp mark: what stands behind the form stays there") {
  ByteBuffer file = make_webp(kWidth, kHeight, 0, false, -1);
  append(file, to_buffer("behind"));
  const Marked out = marked(file, "webp");
  CHECK(as_text(out.bytes).ends_with("behind"));
  CHECK(*load_le(out.bytes, 4, 4) == out.bytes.size() - 8 - 6);
}

TEST_CASE("webp mark: what cannot carry a label says so") {
  ByteBuffer cut = make_webp(kWidth, kHeight, 0, false, 80);
  cut.resize(cut.size() / 2);
  CHECK(refused(cut, "webp") != ErrorCode::Unsupported);
  ByteBuffer tail = make_animation({{0, 0, kWidth, kHeight}});
  tail.resize(tail.size() - 3);  // a chunk behind the pixels ends early
  CHECK(refused(tail, "webp") == ErrorCode::Truncated);
  CHECK(refused(make_webp(1, 1, 0, false, -1), "webp") == ErrorCode::Unsupported);
  ByteBuffer bad = make_webp(kWidth, kHeight, 0, true, -1);
  for (std::size_t i = 25; i < bad.size(); ++i) bad[i] ^= 0x5A;
  CHECK(refused(bad, "webp") == ErrorCode::Malformed);
}

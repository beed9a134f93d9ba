// SPDX-License-Identifier: Apache-2.0
// WAV, RF64 and BW64: the cue is put into the chunk "data"; every chunk that counts samples follows
// (fmt, fact, cue, smpl of the RIFF specification; bext of EBU Tech 3285; PEAK of libsndfile).
#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "formats/riff_form.hpp"
#include "marks/sound_pcm.hpp"

namespace colophon::sound {
namespace {

using namespace riff;

enum Tag : std::uint64_t { kPcm = 1, kFloat = 3, kALaw = 6, kMuLaw = 7, kExtensible = 0xFFFE };
constexpr std::uint64_t kSamples64 = 8;  // of ds64: behind the size of "data"
constexpr std::uint64_t kTimeReference = 338, kCuePoint = 24, kLoop = 24, kLoops = 36, kPeak = 8;

Failure refuse(std::string message) {
  return fail(ErrorCode::Unsupported, std::move(message), "wav");
}

class WavFile final : public PcmFile {
 public:
  WavFile(Source& source, const Limits& limits) : PcmFile(source), limits_(limits) {}

  Status open();
  Result<Inserted> insert(std::span<const Insertion> insertions) override;

 private:
  using Changes = std::vector<Replacement>;

  Status read_format(const Chunk& chunk);
  Status check_chunks();
  Result<std::uint64_t> number(const Chunk& chunk, std::uint64_t at, unsigned width) {
    if (at + width > chunk.data.size)
      return truncated({chunk.data.offset + at, width}, chunk.data.end());
    return read_le(source_, chunk.data.offset + at, width);
  }
  /// Puts a number that is not what stands there.
  Status put(const Chunk& chunk, std::uint64_t at, std::uint64_t value, unsigned width,
             Changes& out);
  /// Four bytes that hold a frame of the programme.
  Status move_frame(const Chunk& chunk, std::uint64_t at, std::span<const Insertion> insertions,
                    Changes& out);
  Status follow(const Chunk& chunk, std::span<const Insertion> insertions, Inserted& inserted,
                Changes& out);
  Status follow_points(const Chunk& chunk, std::uint64_t first, std::uint64_t count,
                       std::uint64_t step, std::initializer_list<std::uint64_t> places,
                       std::span<const Insertion> insertions, Changes& out);
  Status follow_bext(const Chunk& chunk, std::span<const Insertion> insertions, Inserted& inserted,
                     Changes& out);
  Status follow_peaks(const Chunk& chunk, std::span<const Insertion> insertions, Changes& out);
  Status grow(std::uint64_t by, Changes& out);

  const Limits& limits_;
  Form form_;
  const Chunk* sound_ = nullptr;
};

Status WavFile::read_format(const Chunk& chunk) {
  std::uint64_t tag = TRY(number(chunk, 0, 2));
  layout_.channels = static_cast<std::uint32_t>(TRY(number(chunk, 2, 2)));
  rate_ = static_cast<std::uint32_t>(TRY(number(chunk, 4, 4)));
  const std::uint64_t block = TRY(number(chunk, 12, 2)), bits = TRY(number(chunk, 14, 2));
  layout_.valid_bits = static_cast<unsigned>(bits);
  if (tag == kExtensible) {
    tag = TRY(number(chunk, 24, 2));
    if (const std::uint64_t valid = TRY(number(chunk, 18, 2)); valid > 0 && valid <= bits) {
      layout_.valid_bits = static_cast<unsigned>(valid);
    }
  }
  layout_.bytes = static_cast<unsigned>((bits + 7) / 8);
  if (bits % 8 != 0) layout_.valid_bits = static_cast<unsigned>(bits);
  switch (tag) {
    case kPcm:
      layout_.kind = layout_.bytes == 1 ? PcmKind::Unsigned : PcmKind::Signed;
      break;
    case kFloat:
      layout_.kind = PcmKind::Float;
      break;
    case kALaw:
      layout_.kind = PcmKind::ALaw;
      break;
    case kMuLaw:
      layout_.kind = PcmKind::MuLaw;
      break;
    default:
      return refuse(
          fmt::format("wav: the sound is compressed (format {:#06x}), and a label can be put into "
                      "uncompressed sound "
                      "alone; convert it to PCM first",
                      tag));
  }
  const bool known = layout_.kind == PcmKind::Float ? layout_.bytes == 4 || layout_.bytes == 8
                     : layout_.kind == PcmKind::ALaw || layout_.kind == PcmKind::MuLaw
                         ? layout_.bytes == 1
                         : layout_.bytes >= 1 && layout_.bytes <= 4;
  if (!known || rate_ == 0 || rate_ > 1'000'000 || layout_.channels == 0 ||
      block != layout_.frame() || layout_.valid_bits == 0) {
    return fail(ErrorCode::Malformed,
                fmt::format("the chunk fmt makes no sense: {} channels, {} Hz, {} bits, blocks of "
                            "{} bytes",
                            layout_.channels, rate_, bits, block),
                "wav", chunk.data.offset);
  }
  return {};
}

Status WavFile::check_chunks() {
  for (const Chunk& chunk : form_.chunks.all) {
    if (chunk.is_list(fourcc("wavl"))) {
      return refuse("wav: the sound is kept in pieces (LIST wavl), which a label is not put into");
    }
    if (chunk.is(fourcc("chna"))) {
      return refuse(
          "wav: the sound is a scene of objects with times (ADM, chunk chna), which a label would "
          "make "
          "wrong");
    }
    if (chunk.is(fourcc("data")) && &chunk != sound_)
      return refuse("wav: there are two chunks data");
  }
  return {};
}

Status WavFile::open() {
  Budget budget(limits_);
  form_ = TRY(wire::riff::read_form(source_, 0, budget));
  const Chunk* format = form_.find(fourcc("fmt "));
  sound_ = form_.find(fourcc("data"));
  if (sound_ == nullptr && form_.chunks.damage) return Failure(*form_.chunks.damage);
  if (format == nullptr || sound_ == nullptr) {
    return fail(ErrorCode::Malformed,
                "there is no sound in the file: the chunk fmt or data is missing", "wav");
  }
  TRY(read_format(*format));
  frames_ = sound_->data.size / layout_.frame();
  data_ = {sound_->data.offset, frames_ * layout_.frame()};
  duration_ = static_cast<double>(frames_) / rate_;
  return {};
}

Status WavFile::put(const Chunk& chunk, std::uint64_t at, std::uint64_t value, unsigned width,
                    Changes& out) {
  if (width == 4 && value > UINT32_MAX) {
    return fail(ErrorCode::LimitExceeded,
                "with the label the file would have more samples than its tables can say", "wav");
  }
  if (TRY(number(chunk, at, width)) == value) return {};
  ByteBuffer bytes;
  append_le(bytes, value, width);
  out.push_back({{chunk.data.offset + at, width}, std::move(bytes)});
  return {};
}

Status WavFile::move_frame(const Chunk& chunk, std::uint64_t at,
                           std::span<const Insertion> insertions, Changes& out) {
  return put(chunk, at, moved(TRY(number(chunk, at, 4)), insertions), 4, out);
}

Status WavFile::follow_points(const Chunk& chunk, std::uint64_t first, std::uint64_t count,
                              std::uint64_t step, std::initializer_list<std::uint64_t> places,
                              std::span<const Insertion> insertions, Changes& out) {
  const std::uint64_t there = chunk.data.size > first ? (chunk.data.size - first) / step : 0;
  for (std::uint64_t i = 0; i < std::min({count, there, std::uint64_t{limits_.max_structures}});
       ++i) {
    for (const std::uint64_t place : places) {
      TRY(move_frame(chunk, first + i * step + place, insertions, out));
    }
  }
  return {};
}

/// The clock time of the first sample: what is put in front begins so much earlier.
Status WavFile::follow_bext(const Chunk& chunk, std::span<const Insertion> insertions,
                            Inserted& inserted, Changes& out) {
  const std::uint64_t in_front = moved(0, insertions);
  if (in_front == 0 || chunk.data.size < kTimeReference + 8) return {};
  const std::uint64_t time = TRY(number(chunk, kTimeReference, 8));
  if (time == 0) return {};  // mostly: nobody has set it
  if (time >= in_front) return put(chunk, kTimeReference, time - in_front, 8, out);
  inserted.notes.push_back(
      {"mark-time-reference",
       Severity::Warning,
       {"the time of day in the chunk bext is that of the label now: the programme begins later",
        "bext 块中的时间码现在对应标识的开头，节目内容的起点比它晚"},
       chunk.whole.offset});
  return {};
}

/// Per channel the highest amplitude and where it is.
Status WavFile::follow_peaks(const Chunk& chunk, std::span<const Insertion> insertions,
                             Changes& out) {
  const std::uint64_t first = 8;
  std::uint64_t loudest_at = 0;
  float loudest = 0;
  const auto at = places(insertions);
  for (std::size_t i = 0, before = 0; i < insertions.size(); ++i) {
    const auto& samples = insertions[i].samples;
    for (std::size_t n = 0; n < samples.size(); ++n) {
      if (std::abs(samples[n]) <= loudest) continue;
      loudest = std::abs(samples[n]);
      loudest_at = at[i] + before + n;
    }
    before += samples.size();
  }
  for (std::uint64_t c = 0; c < layout_.channels; ++c) {
    const std::uint64_t place = first + c * kPeak;
    if (place + kPeak > chunk.data.size) break;
    const auto peak =
        std::bit_cast<float>(static_cast<std::uint32_t>(TRY(number(chunk, place, 4))));
    if (c < 2 && loudest > peak) {
      TRY(put(chunk, place, std::bit_cast<std::uint32_t>(loudest), 4, out));
      TRY(put(chunk, place + 4, loudest_at, 4, out));
    } else {
      TRY(move_frame(chunk, place + 4, insertions, out));
    }
  }
  return {};
}

Status WavFile::follow(const Chunk& chunk, std::span<const Insertion> insertions,
                       Inserted& inserted, Changes& out) {
  if (chunk.is(fourcc("fact")) && chunk.data.size >= 4) {
    const std::uint64_t count = TRY(number(chunk, 0, 4));
    if (count == UINT32_MAX || count == 0) return {};
    return put(chunk, 0, count + total(insertions), 4, out);
  }
  if (chunk.is(fourcc("cue ")) && chunk.data.size >= 4) {
    return follow_points(chunk, 4, TRY(number(chunk, 0, 4)), kCuePoint, {4, 20}, insertions, out);
  }
  if (chunk.is(fourcc("smpl")) && chunk.data.size >= kLoops) {
    return follow_points(chunk, kLoops, TRY(number(chunk, 28, 4)), kLoop, {8, 12}, insertions, out);
  }
  if (chunk.is(fourcc("bext"))) return follow_bext(chunk, insertions, inserted, out);
  if (chunk.is(fourcc("PEAK")) && layout_.kind == PcmKind::Float) {
    return follow_peaks(chunk, insertions, out);
  }
  return {};
}

/// The sizes of "data" and of the form, and the padding byte.
Status WavFile::grow(std::uint64_t by, Changes& out) {
  const std::uint64_t size = sound_->data.size + by;
  const bool wide = form_.data_size64.size > 0;
  if (!wide && size >= UINT32_MAX) {
    return fail(ErrorCode::LimitExceeded,
                "with the label the sound is larger than a RIFF file can say; convert it to RF64 "
                "first",
                "wav");
  }
  const Range field = wide ? form_.data_size64 : Range{sound_->whole.offset + 4, 4};
  ByteBuffer bytes;
  append_le(bytes, size, static_cast<unsigned>(field.size));
  out.push_back({field, std::move(bytes)});
  if (wide) {
    const std::uint64_t at = form_.data_size64.offset + kSamples64;
    if (const std::uint64_t count = TRY(read_le(source_, at, 8));
        count > 0 && count < frames_ * 2) {
      ByteBuffer samples;
      append_le(samples, count + by / layout_.frame(), 8);
      out.push_back({{at, 8}, std::move(samples)});
    }
  }
  const Range padding{sound_->data.end(), sound_->whole.end() - sound_->data.end()};
  out.push_back({padding, ByteBuffer(size % 2, 0)});
  return fix_size(source_, form_, out);
}

Result<Inserted> WavFile::insert(std::span<const Insertion> insertions) {
  if (form_.chunks.damage) return Failure(*form_.chunks.damage);
  TRY(check_chunks());
  Inserted inserted;
  Changes changes = TRY(put_frames(insertions, limits_, inserted));
  for (const Chunk& chunk : form_.chunks.all) TRY(follow(chunk, insertions, inserted, changes));
  TRY(grow(total(insertions) * layout_.frame(), changes));
  inserted.splice = TRY(replace_ranges(source_.size(), std::move(changes)));
  return inserted;
}

}  // namespace

OpenedSound open_wav(Source& source, const Limits& limits) {
  auto file = std::make_unique<WavFile>(source, limits);
  TRY(file->open());
  return file;
}

}  // namespace colophon::sound

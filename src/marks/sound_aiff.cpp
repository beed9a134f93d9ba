// SPDX-License-Identifier: Apache-2.0
// AIFF and AIFF-C (Apple, "Audio Interchange File Format" 1.3): the cue is put into the chunk SSND;
// COMM counts the frames, MARK names some of them.
#include <fmt/core.h>

#include <cmath>

#include "marks/sound_pcm.hpp"

namespace colophon::sound {
namespace {

constexpr std::uint64_t kHeader = 8, kFirstChunk = 12, kSoundHeader = 8;

struct Chunk {
  std::string type;
  Range whole, data;  // `whole` includes the padding byte of an odd size, where it is there
};

/// An 80-bit number of IEEE 754, which holds the sample rate.
double extended(Bytes bytes) {
  const auto exponent = static_cast<int>(*load_be(bytes, 0, 2) & 0x7FFF);
  return std::ldexp(static_cast<double>(*load_be(bytes, 2, 8)), exponent - 16383 - 63);
}

class AiffFile final : public PcmFile {
 public:
  AiffFile(Source& source, const Limits& limits) : PcmFile(source), limits_(limits) {}

  Status open();
  Result<Inserted> insert(std::span<const Insertion> insertions) override;

 private:
  using Changes = std::vector<Replacement>;

  Status read_chunks();
  Status read_common(const Chunk& chunk);
  Status set_compression(std::string_view type, unsigned bits);
  Status move_markers(const Chunk& chunk, std::span<const Insertion> insertions, Changes& out);
  [[nodiscard]] const Chunk* find(std::string_view type) const {
    for (const Chunk& chunk : chunks_) {
      if (chunk.type == type) return &chunk;
    }
    return nullptr;
  }

  const Limits& limits_;
  std::vector<Chunk> chunks_;
  std::uint64_t end_ = 0;
  bool compressed_form_ = false;
};

Status AiffFile::read_chunks() {
  const ByteBuffer head = TRY(read(source_, {0, kFirstChunk}));
  compressed_form_ = has_prefix(slice(head, 8), "AIFC");
  const std::uint64_t announced = *load_be(head, 4, 4);
  end_ = kHeader + announced;
  if (announced < 4 || end_ > source_.size()) end_ = source_.size();
  std::uint64_t at = kFirstChunk;
  while (end_ - at >= kHeader) {
    if (chunks_.size() >= limits_.max_structures) {
      return fail(ErrorCode::LimitExceeded, "too many chunks", "aiff", at);
    }
    const Bytes bytes = TRY(source_.view({at, kHeader}));
    const std::uint64_t size = *load_be(bytes, 4, 4);
    Chunk chunk{to_string(slice(bytes, 0, 4)), {at, kHeader + size + size % 2}, {at + 8, size}};
    if (chunk.data.end() > end_) return truncated(chunk.data, end_);
    if (chunk.whole.end() > end_) chunk.whole.size -= 1;
    at = chunk.whole.end();
    chunks_.push_back(std::move(chunk));
  }
  end_ = at;
  return {};
}

Status AiffFile::set_compression(std::string_view type, unsigned bits) {
  layout_.big_endian = true;
  layout_.valid_bits = bits;
  layout_.bytes = (bits + 7) / 8;
  if (type == "NONE" || type == "twos" || type == "in24" || type == "in32") {
    layout_.kind = PcmKind::Signed;
  } else if (type == "sowt") {
    layout_.big_endian = false;
  } else if (type == "raw ") {
    layout_.kind = PcmKind::Unsigned;
  } else if (type == "fl32" || type == "FL32" || type == "fl64" || type == "FL64") {
    layout_.kind = PcmKind::Float;
    layout_.bytes = type[2] == '3' ? 4 : 8;
  } else if (type == "alaw" || type == "ALAW" || type == "ulaw" || type == "ULAW") {
    layout_.kind = type[0] == 'a' || type[0] == 'A' ? PcmKind::ALaw : PcmKind::MuLaw;
    layout_.bytes = 1;  // COMM tells the 16 bits that they become
  } else {
    return fail(ErrorCode::Unsupported,
                fmt::format("aiff: the sound is compressed ({}), and a label can be put into "
                            "uncompressed sound alone; convert it to AIFF or WAV with PCM first",
                            type),
                "aiff");
  }
  return {};
}

Status AiffFile::read_common(const Chunk& chunk) {
  const ByteBuffer data =
      TRY(read(source_, {chunk.data.offset, std::min<std::uint64_t>(chunk.data.size, 22)}));
  if (data.size() < 18) return truncated({chunk.data.offset, 18}, chunk.data.end());
  layout_.channels = static_cast<std::uint32_t>(*load_be(data, 0, 2));
  frames_ = *load_be(data, 2, 4);
  const auto bits = static_cast<unsigned>(*load_be(data, 6, 2));
  const double rate = extended(slice(data, 8, 10));
  std::string type = "NONE";
  if (compressed_form_ && data.size() >= 22) type = to_string(slice(data, 18, 4));
  TRY(set_compression(type, bits));
  const bool number = layout_.kind == PcmKind::Signed || layout_.kind == PcmKind::Unsigned;
  if (layout_.channels == 0 || !(rate >= 1 && rate <= 1e6) ||
      (number && (bits == 0 || bits > 32))) {
    return fail(ErrorCode::Malformed,
                fmt::format("the chunk COMM makes no sense: {} channels, {} Hz, {} bits",
                            layout_.channels, rate, bits),
                "aiff", chunk.data.offset);
  }
  rate_ = static_cast<std::uint32_t>(std::lround(rate));
  return {};
}

Status AiffFile::open() {
  const Status whole = read_chunks();
  if (!whole && (find("COMM") == nullptr || find("SSND") == nullptr)) return whole;
  const Chunk* common = find("COMM");
  const Chunk* sound = find("SSND");
  if (common == nullptr || sound == nullptr || sound->data.size < kSoundHeader) {
    return fail(ErrorCode::Malformed,
                "there is no sound in the file: the chunk COMM or SSND is missing", "aiff");
  }
  TRY(read_common(*common));
  const std::uint64_t offset = TRY(read_be(source_, sound->data.offset, 4));
  const std::uint64_t room = sound->data.size - kSoundHeader;
  if (offset > room) {
    return fail(ErrorCode::Malformed, "the sound begins behind the end of its chunk", "aiff",
                sound->data.offset);
  }
  frames_ = std::min(frames_, (room - offset) / layout_.frame());
  data_ = {sound->data.offset + kSoundHeader + offset, frames_ * layout_.frame()};
  duration_ = static_cast<double>(frames_) / rate_;
  return {};
}

Status AiffFile::move_markers(const Chunk& chunk, std::span<const Insertion> insertions,
                              Changes& out) {
  if (chunk.data.size > limits_.max_inflated) return {};
  const ByteBuffer data = TRY(read(source_, chunk.data));
  const std::uint64_t count = load_be(data, 0, 2).value_or(0);
  std::uint64_t at = 2;
  for (std::uint64_t i = 0; i < count && at + 7 <= data.size(); ++i) {
    const std::uint64_t old = *load_be(data, at + 2, 4);
    ByteBuffer bytes;
    append_be(bytes, moved(old, insertions), 4);
    out.push_back({{chunk.data.offset + at + 2, 4}, std::move(bytes)});
    const std::uint64_t name = 1 + std::uint64_t{data[at + 6]};  // its length, then the text
    at += 6 + name + name % 2;
  }
  return {};
}

Result<Inserted> AiffFile::insert(std::span<const Insertion> insertions) {
  const Chunk& common = *find("COMM");
  const Chunk& sound = *find("SSND");
  Inserted inserted;
  Changes changes = TRY(put_frames(insertions, limits_, inserted));
  const std::uint64_t growth = total(insertions) * layout_.frame();
  const std::uint64_t size = sound.data.size + growth;
  const Range padding{sound.data.end(), sound.whole.end() - sound.data.end()};
  const std::uint64_t form = end_ - kHeader + growth + size % 2 - padding.size;
  if (form > UINT32_MAX || frames_ + total(insertions) > UINT32_MAX) {
    return fail(ErrorCode::LimitExceeded, "an AIFF file cannot grow past 4 GiB", "aiff");
  }
  const auto put = [&](std::uint64_t at, std::uint64_t value) {
    ByteBuffer bytes;
    append_be(bytes, value, 4);
    changes.push_back({{at, 4}, std::move(bytes)});
  };
  changes.push_back({padding, ByteBuffer(size % 2, 0)});
  put(4, form);
  put(sound.whole.offset + 4, size);
  put(common.data.offset + 2, frames_ + total(insertions));
  for (const Chunk& chunk : chunks_) {
    if (chunk.type == "MARK") TRY(move_markers(chunk, insertions, changes));
  }
  inserted.splice = TRY(replace_ranges(source_.size(), std::move(changes)));
  return inserted;
}

}  // namespace

OpenedSound open_aiff(Source& source, const Limits& limits) {
  auto file = std::make_unique<AiffFile>(source, limits);
  TRY(file->open());
  return file;
}

}  // namespace colophon::sound

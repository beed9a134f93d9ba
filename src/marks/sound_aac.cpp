// SPDX-License-Identifier: Apache-2.0
// ADTS (ISO/IEC 13818-7, 6.2): frames with the label between the tags and the programme's own
// frames, which keep every byte.
#include "marks/sound_aac.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "marks/sound_chapters.hpp"
#include "wire/audio_frame.hpp"
#include "wire/id3.hpp"

namespace colophon::sound {
namespace {

constexpr std::uint64_t kSearch = 64 * 1024;
constexpr std::uint64_t kMaxFrames = 20'000'000;
constexpr std::uint64_t kBlock = 256 * 1024;

class AdtsFile final : public WorkerFile {
 public:
  AdtsFile(Source& source, const Limits& limits) : WorkerFile(source), limits_(limits) {}

  Status open();
  Result<Inserted> insert(std::span<const Insertion> insertions) override;
  std::optional<Text> no_middle() const override {
    return Text{"in an AAC file the label is not said again in the middle",
                "AAC 文件中不在中间重复标识"};
  }

 private:
  Result<Bytes> get(std::uint64_t at, std::uint64_t size);
  Result<std::optional<std::uint64_t>> next_frame(std::uint64_t at);
  Result<ByteBuffer> frames_for(const EncodedSound& encoded) const;
  Status walk();

  const Limits& limits_;
  ByteBuffer window_;
  std::uint64_t window_at_ = 0;
  ByteBuffer header_;  ///< of the first frame
  ByteBuffer config_;
  std::uint64_t begin_ = 0, end_ = 0, frames_ = 0;
};

Result<Bytes> AdtsFile::get(std::uint64_t at, std::uint64_t size) {
  if (at < window_at_ || at + size > window_at_ + window_.size()) {
    const std::uint64_t left = at < source_.size() ? source_.size() - at : 0;
    window_ = TRY(read(source_, {at, std::min(left, std::max(size, kBlock))}));
    window_at_ = at;
  }
  return slice(window_, at - window_at_, size);
}

Result<std::optional<std::uint64_t>> AdtsFile::next_frame(std::uint64_t at) {
  for (std::uint64_t i = at; i < at + kSearch && i + 7 <= source_.size(); ++i) {
    const Bytes head = TRY(get(i, 7));
    const auto frame = wire::adts_frame(head);
    if (!frame || i + frame->size > source_.size()) continue;
    if (!header_.empty() && frame->stream != wire::adts_frame(header_)->stream) continue;
    if (i == at && !header_.empty()) return i;
    const std::uint64_t behind = i + frame->size;
    const auto next = wire::adts_frame(TRY(get(behind, 7)));
    if (behind == source_.size() || (next && next->stream == frame->stream)) return i;
  }
  return std::nullopt;
}

Status AdtsFile::open() {
  std::uint64_t at = 0;
  for (int tags = 0; tags < 16; ++tags) {
    const Bytes head = view_some(source_, {at, 10});
    if (!wire::id3::starts(head)) break;
    at += wire::id3::whole_size(head);
  }
  const auto first = TRY(next_frame(at));
  if (!first)
    return fail(ErrorCode::Malformed, "no frame of AAC was found behind the tags", "aac", at);
  begin_ = *first;
  header_ = to_buffer(TRY(get(begin_, 7)));
  // profile, rate and channels of the header as AudioSpecificConfig has them
  const unsigned profile = header_[2] >> 6, rate = (header_[2] >> 2) & 15U;
  const unsigned channels = (header_[2] & 1U) << 2 | header_[3] >> 6;
  append_be(config_, (profile + 1) << 11 | rate << 7 | channels << 3, 2);
  const AacConfig config = TRY(read_aac_config(config_));
  if ((header_[6] & 3) != 0) {
    return fail(ErrorCode::Unsupported, "the frames of this AAC file hold several blocks each",
                "aac");
  }
  TRY(listen_first());
  TRY(check_plain(*first_, config));
  rate_ = config.rate;
  return {};
}

Status AdtsFile::walk() {
  frames_ = 0;
  end_ = begin_;
  for (std::uint64_t at = begin_;; at = end_) {
    const auto place = TRY(next_frame(at));
    if (!place) return {};
    if (++frames_ > kMaxFrames) {
      return fail(ErrorCode::LimitExceeded, "the file has too many frames", "aac", at);
    }
    end_ = *place + wire::adts_frame(TRY(get(*place, 7)))->size;
  }
}

Result<ByteBuffer> AdtsFile::frames_for(const EncodedSound& encoded) const {
  ByteBuffer out;
  for (const EncodedSound::Packet& packet : encoded.packets) {
    const std::size_t size = packet.bytes.size() + 7;
    if (size > 0x1FFF)
      return fail(ErrorCode::Unsupported, "a frame of the label is too large", "aac");
    ByteBuffer head = header_;
    head[1] |= 1;  // no checksum
    head[3] = static_cast<std::uint8_t>((head[3] & 0xF0) | size >> 11);
    head[4] = static_cast<std::uint8_t>(size >> 3);
    head[5] = static_cast<std::uint8_t>((size & 7) << 5 | 0x1F);  // a buffer that nobody measured
    head[6] = 0xFC;
    append(out, head);
    append(out, packet.bytes);
  }
  return out;
}

Result<Inserted> AdtsFile::insert(std::span<const Insertion> insertions) {
  TRY(walk());
  Inserted inserted;
  std::vector<Replacement> changes;
  std::uint64_t packets = frames_, in_front = 0;
  const auto seconds = [&](std::uint64_t count, std::uint64_t samples) {
    return static_cast<double>(count * kAacPacket + samples) / rate_;
  };
  for (const Insertion& insertion : insertions) {
    const bool front = insertion.moment == Moment::Start;
    const EncodedSound encoded = TRY(encode_aac(insertion.samples, config_, first_->bit_rate));
    inserted.begins.push_back(seconds(front ? 0 : packets, encoded.delay));
    packets += encoded.packets.size();
    if (front) in_front = encoded.packets.size();
    changes.push_back({{front ? begin_ : end_, 0}, TRY(frames_for(encoded))});
  }
  inserted.programme_begins = seconds(in_front, 0);
  if (in_front > 0) {
    const auto later = static_cast<std::uint32_t>(std::lround(inserted.programme_begins * 1000));
    for (Replacement& change : TRY(later_chapters(source_, later, limits_))) {
      changes.push_back(std::move(change));
    }
  }
  inserted.duration = seconds(packets, 0);
  inserted.splice = TRY(replace_ranges(source_.size(), std::move(changes)));
  return inserted;
}

}  // namespace

Result<EncodedSound> encode_aac(std::span<const float> samples, Bytes config,
                                std::int64_t programme_bit_rate) {
  const AacConfig wanted = TRY(read_aac_config(config));
  SoundCodec codec;
  codec.name = "aac";
  codec.rate = wanted.rate;
  codec.channels = wanted.channels;
  const std::int64_t heard = std::min(wanted.channels, 2U);  // the others are silent
  codec.bit_rate = std::clamp<std::int64_t>(programme_bit_rate, 48'000 * heard, 96'000 * heard);
  EncodedSound encoded = TRY(encode_sound(samples, codec));
  if (!same_aac(encoded.header, config) || encoded.frame != kAacPacket || encoded.packets.empty()) {
    return fail(ErrorCode::Unsupported,
                "the encoder makes no AAC that fits into this file; convert the file first", "aac");
  }
  return encoded;
}

std::uint32_t unheard_behind(const EncodedSound& encoded, std::size_t samples) {
  const std::uint64_t all = std::uint64_t{encoded.packets.size()} * encoded.frame;
  const std::uint64_t used = encoded.delay + samples;
  return static_cast<std::uint32_t>(all > used ? all - used : 0);
}

Status check_plain(const MediaSound& heard, const AacConfig& config) {
  if (heard.codec == "aac" && heard.source_rate == config.rate &&
      heard.source_channels == config.channels) {
    return {};
  }
  return fail(ErrorCode::Unsupported,
              "the sound is AAC of a kind that a label cannot be put between (only AAC-LC of one "
              "usual layout can); convert it to plain AAC-LC first",
              "aac");
}

OpenedSound open_adts(Source& source, const Limits& limits) {
  auto file = std::make_unique<AdtsFile>(source, limits);
  TRY(file->open());
  return file;
}

}  // namespace colophon::sound

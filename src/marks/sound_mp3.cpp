// SPDX-License-Identifier: Apache-2.0
// MPEG audio: frames with the label are put between the tags and the programme's own frames, which
// stay as they are. The label's frames need no bytes of earlier ones (no bit reservoir) and end in
// silence, so that the programme's first frame is decoded as it was.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "marks/sound_chapters.hpp"
#include "marks/sound_mpeg.hpp"
#include "marks/sound_worker.hpp"
#include "wire/id3.hpp"

namespace colophon::sound {
namespace {

constexpr std::uint64_t kBlock = 256 * 1024;
constexpr std::uint64_t kSearch = 64 * 1024;      // behind tags, and after broken frames
constexpr std::uint64_t kMaxFrames = 40'000'000;  // a fortnight
constexpr std::uint32_t kDecoderDelay = 529;  // what every decoder adds (LAME's tag leaves it out)

/// The file read forwards, block by block.
class Reader {
 public:
  explicit Reader(Source& source) : source_(source) {}
  /// Up to `size` bytes from `at` on.
  Result<Bytes> get(std::uint64_t at, std::uint64_t size) {
    if (at < from_ || at + size > from_ + bytes_.size()) {
      const std::uint64_t left = at < source_.size() ? source_.size() - at : 0;
      bytes_ = TRY(read(source_, {at, std::min(left, std::max(size, kBlock))}));
      from_ = at;
    }
    return slice(bytes_, at - from_, size);
  }

 private:
  Source& source_;
  std::uint64_t from_ = 0;
  ByteBuffer bytes_;
};

/// Frames of a label, ready for the file.
struct LabelFrames {
  ByteBuffer bytes;
  std::vector<std::uint32_t> sizes;
  std::uint64_t samples = 0;
  std::uint32_t delay = 0;
};

class Mp3File final : public WorkerFile {
 public:
  Mp3File(Source& source, const Limits& limits)
      : WorkerFile(source), reader_(source), limits_(limits) {}

  Status open();
  Result<Inserted> insert(std::span<const Insertion> insertions) override;
  std::optional<Text> no_middle() const override {
    return Text{
        "in an MP3 file the label is not said again in the middle, where it would change the "
        "programme around it: frames borrow bits of those before them",
        "MP3 文件中不在中间重复标识：帧之间共用比特池，插入会改变其前后的节目内容"};
  }

 private:
  Status find_first();
  /// The next frame of the stream at or behind `at`, where damage may stand between; nothing: the
  /// sound is over.
  Result<std::optional<std::uint64_t>> next_frame(std::uint64_t at);
  Result<LabelFrames> encode(std::span<const float> samples) const;
  [[nodiscard]] std::uint32_t bit_rate() const;
  Status walk(const LabelFrames& front, InfoFacts& facts);

  Reader reader_;
  const Limits& limits_;
  MpegHeader first_header_;
  std::uint64_t begin_ = 0;  ///< of the first frame with sound
  std::uint64_t end_ = 0;    ///< of the last whole one; of `walk`
  std::uint64_t samples_ = 0;
  std::optional<InfoFrame> info_;
  std::uint64_t info_at_ = 0;
  bool borrows_ = false;  ///< the first frame needs bytes of one that is not there
};

Result<std::optional<std::uint64_t>> Mp3File::next_frame(std::uint64_t at) {
  for (std::uint64_t i = at; i < at + kSearch && i + 4 <= source_.size(); ++i) {
    const Bytes head = TRY(reader_.get(i, 4));
    if (head[0] != 0xFF) continue;
    const auto header = mpeg_header(head);
    if (!header || (first_header_.rate != 0 && !header->like(first_header_))) continue;
    const std::uint64_t behind = i + header->size;
    if (behind > source_.size()) continue;
    if (i == at && first_header_.rate != 0) return i;
    // Anywhere else another one must follow, unless the file ends.
    const Bytes next = TRY(reader_.get(behind, 4));
    const auto second = mpeg_header(next);
    if ((second && second->like(*header)) || behind == source_.size()) return i;
  }
  return std::nullopt;
}

Status Mp3File::find_first() {
  std::uint64_t at = 0;
  for (int tags = 0; tags < 16; ++tags) {
    const Bytes head = view_some(source_, {at, 10});
    if (!wire::id3::starts(head)) break;
    at += wire::id3::whole_size(head);
  }
  const auto place = TRY(next_frame(at));
  if (!place) {
    return fail(ErrorCode::Malformed,
                "no frame of MPEG audio was found behind the tags; frames of free format are not "
                "read here",
                "mp3", at);
  }
  first_header_ = *mpeg_header(TRY(reader_.get(*place, 4)));
  begin_ = *place;
  const Bytes frame = TRY(reader_.get(begin_, first_header_.size));
  info_ = info_frame(first_header_, frame);
  if (info_) {
    info_at_ = begin_;
    begin_ += first_header_.size;
    const auto second = TRY(next_frame(begin_));
    if (!second) {
      return fail(ErrorCode::Unsupported,
                  "there is no sound in the file: a label would be all that is heard", "mp3");
    }
    begin_ = *second;
    first_header_ = *mpeg_header(TRY(reader_.get(begin_, 4)));
  }
  borrows_ = main_data_begin(first_header_, TRY(reader_.get(begin_, 16))) > 0;
  return {};
}

Status Mp3File::open() {
  TRY(find_first());
  if (first_header_.layer == 1) {
    return fail(ErrorCode::Unsupported,
                "no label is put into MPEG audio of layer I; convert it to MP3 first", "mp3");
  }
  TRY(listen_first());
  rate_ = first_header_.rate;
  return {};
}

/// That of the programme where all its frames have one; else one that is good enough.
std::uint32_t Mp3File::bit_rate() const {
  const bool varies = info_ && (info_->kind == InfoFrame::Kind::Vbri ||
                                has_prefix(slice(info_->bytes, info_->at), "Xing"));
  if (!varies) return first_header_.bit_rate;
  return (first_header_.version == 1 ? 64'000U : 32'000U) * first_header_.channels;
}

Result<LabelFrames> Mp3File::encode(std::span<const float> samples) const {
  SoundCodec codec;
  codec.name = first_header_.layer == 3 ? "mp3" : "mp2";
  codec.rate = rate_;
  codec.channels = first_header_.channels;
  codec.bit_rate = bit_rate();
  codec.joint = first_header_.joint;
  const EncodedSound encoded = TRY(encode_sound(samples, codec));
  LabelFrames out;
  out.delay = encoded.delay;
  for (const EncodedSound::Packet& packet : encoded.packets) {
    const auto header = mpeg_header(packet.bytes);
    if (!header || !header->like(first_header_) || header->size != packet.bytes.size() ||
        main_data_begin(*header, packet.bytes) != 0) {
      return fail(ErrorCode::Unsupported,
                  fmt::format("the encoder makes no frames that fit into this file ({} Hz, {} "
                              "channels, {} bit/s)",
                              rate_, codec.channels, codec.bit_rate),
                  "mp3");
    }
    append(out.bytes, packet.bytes);
    out.sizes.push_back(header->size);
    out.samples += header->samples;
  }
  if (first_header_.layer == 2 && !out.sizes.empty()) {
    // Its encoder leaves a faint noise in silence; a frame without a single sample ends that.
    ByteBuffer silence(encoded.packets.back().bytes.size(), 0);
    const auto header = mpeg_header(encoded.packets.back().bytes);
    std::copy_n(encoded.packets.back().bytes.begin(), 4, silence.begin());
    silence[1] |= 1;  // no checksum
    append(out.bytes, silence);
    out.sizes.push_back(header->size);
    out.samples += header->samples;
  }
  return out;
}

/// Every frame of the programme: places, bytes, samples.
Status Mp3File::walk(const LabelFrames& front, InfoFacts& facts) {
  std::uint64_t shift = front.bytes.size() - (info_ ? info_at_ : begin_);
  end_ = begin_;
  samples_ = 0;
  for (std::uint64_t at = begin_;;) {
    const auto place = TRY(next_frame(at));
    if (!place) break;
    if (facts.places.size() >= kMaxFrames) {
      return fail(ErrorCode::LimitExceeded, "the file has too many frames", "mp3", at);
    }
    const auto header = mpeg_header(TRY(reader_.get(*place, 4)));
    const std::uint64_t end = *place + header->size;
    facts.crc = music_crc(TRY(reader_.get(at, end - at)), facts.crc);
    facts.places.push_back(*place + shift);
    samples_ += header->samples;
    end_ = at = end;
  }
  if (samples_ == 0) {
    return fail(ErrorCode::Malformed, "no whole frame of sound is in the file", "mp3", begin_);
  }
  return {};
}

Result<Inserted> Mp3File::insert(std::span<const Insertion> insertions) {
  LabelFrames front, back;
  std::uint64_t back_heard = 0;
  for (const Insertion& insertion : insertions) {
    if (insertion.moment == Moment::Start) front = TRY(encode(insertion.samples));
    if (insertion.moment != Moment::End) continue;
    back = TRY(encode(insertion.samples));
    back_heard = insertion.samples.size();
  }
  InfoFacts facts;
  const std::uint64_t info_size = info_ ? info_->bytes.size() : 0;
  std::uint64_t at = info_size;
  for (const std::uint32_t size : front.sizes) {
    facts.places.push_back(at);
    at += size;
  }
  facts.crc = music_crc(front.bytes, 0);
  TRY(walk(front, facts));
  facts.crc = music_crc(back.bytes, facts.crc);
  at = end_ + front.bytes.size() - (info_ ? info_at_ : begin_);
  for (const std::uint32_t size : back.sizes) {
    facts.places.push_back(at);
    at += size;
  }
  facts.places.push_back(at);

  // Decoders leave out what the encoder put in front and behind, where the info frame tells.
  const bool trims = info_ && info_->lame != 0;
  const std::uint32_t old_delay = trims ? info_->delay : 0;
  const std::uint32_t old_skip = trims ? old_delay + kDecoderDelay : 0;
  const auto own_delay = [&](const LabelFrames& label) {
    return label.delay > kDecoderDelay ? label.delay - kDecoderDelay : 0;
  };
  facts.delay = front.sizes.empty() ? old_delay : own_delay(front);
  facts.padding = trims ? info_->padding : 0;
  if (!back.sizes.empty()) {
    const std::uint64_t used = back.delay + back_heard;
    facts.padding =
        static_cast<std::uint32_t>(back.samples > used ? back.samples - used + kDecoderDelay : 0);
  }
  const std::uint64_t skip = trims ? facts.delay + kDecoderDelay : 0;
  const std::uint64_t tail =
      trims && facts.padding > kDecoderDelay ? facts.padding - kDecoderDelay : 0;
  Inserted inserted;
  const auto seconds = [&](std::uint64_t samples) { return static_cast<double>(samples) / rate_; };
  inserted.programme_begins = front.sizes.empty() ? 0 : seconds(front.samples + old_skip - skip);
  for (const Insertion& insertion : insertions) {
    inserted.begins.push_back(insertion.moment == Moment::Start
                                  ? seconds(front.delay) - seconds(skip)
                                  : seconds(front.samples + samples_ + back.delay) - seconds(skip));
  }
  inserted.duration = seconds(front.samples + samples_ + back.samples - skip - tail);

  std::vector<Replacement> changes;
  if (!front.bytes.empty()) {
    changes = TRY(later_chapters(
        source_, static_cast<std::uint32_t>(std::lround(inserted.programme_begins * 1000)),
        limits_));
  }
  if (info_) {
    ByteBuffer frame = rewritten(*info_, facts);
    changes.push_back({{info_at_, frame.size()}, std::move(frame)});
  }
  if (!front.bytes.empty()) changes.push_back({{begin_, 0}, std::move(front.bytes)});
  if (!back.bytes.empty()) changes.push_back({{end_, 0}, std::move(back.bytes)});
  if (borrows_ && !front.sizes.empty()) {
    inserted.notes.push_back(
        {"mark-cut-start",
         Severity::Info,
         {"the recording was cut out of a longer one: its first frames, which need bits that are "
          "not there, may sound different behind the label",
          "该录音截自更长的录音：开头几帧缺少所需的比特，在标识之后听起来可能不同"},
         begin_});
  }
  inserted.splice = TRY(replace_ranges(source_.size(), std::move(changes)));
  return inserted;
}

}  // namespace

OpenedSound open_mp3(Source& source, const Limits& limits) {
  auto file = std::make_unique<Mp3File>(source, limits);
  TRY(file->open());
  return file;
}

}  // namespace colophon::sound

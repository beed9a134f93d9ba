// SPDX-License-Identifier: Apache-2.0
// FLAC (RFC 9639): frames with the label stand between the programme's own, which keep every
// sample; their headers get new numbers and checksums. In a stream of equal blocks a short last
// frame must stay last, so a label behind it takes its samples into a frame of its own.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "formats/flac.hpp"
#include "marks/sound_flac_scan.hpp"
#include "marks/sound_worker.hpp"

namespace colophon::sound {
namespace {

enum BlockType : std::uint8_t { kStreamInfo = 0, kSeekTable = 3, kCueSheet = 5 };
constexpr std::uint64_t kInfoSize = 34, kSeekPoint = 18;
constexpr std::uint64_t kMaxChecked = 256ULL << 20;  // of a file that is decoded for its MD5

class FlacFile final : public WorkerFile {
 public:
  FlacFile(Source& source, const Limits& limits) : WorkerFile(source), limits_(limits) {}

  Status open();
  Result<Inserted> insert(std::span<const Insertion> insertions) override;
  std::optional<Text> no_middle() const override {
    return Text{"in a FLAC file the label is not said again in the middle",
                "FLAC 文件中不在中间重复标识"};
  }

 private:
  using Changes = std::vector<Replacement>;
  [[nodiscard]] Status check_total() const;
  /// Frames of one label.
  struct Label {
    ByteBuffer bytes;
    std::uint64_t frames = 0, samples = 0;
    std::uint32_t least = UINT32_MAX, most = 0;  ///< bytes of a frame
  };

  [[nodiscard]] std::vector<std::int32_t> numbers(std::span<const float> samples) const;
  Label encode(std::vector<std::vector<std::int32_t>> channels, std::uint64_t first_frame,
               std::uint64_t first_sample, bool whole_blocks) const;
  [[nodiscard]] std::vector<std::vector<std::int32_t>> channels_of(
      std::span<const float> samples) const;
  /// The samples of the last frame, one row per channel.
  Result<std::vector<std::vector<std::int32_t>>> last_samples();
  Status renumber(std::uint64_t frames, std::uint64_t samples, bool without_last, Changes& out,
                  std::vector<std::uint64_t>& places);
  Status follow_tables(std::uint64_t samples, std::span<const std::uint64_t> places,
                       Inserted& inserted, Changes& out);
  Result<ByteBuffer> checked_md5(const Splice& splice, std::uint64_t in_front, std::uint64_t total,
                                 Inserted& inserted);

  const Limits& limits_;
  flac::Stream stream_;
  ByteBuffer info_;
  unsigned bits_ = 16;
  std::uint32_t channels_ = 2;
  std::uint64_t sound_at_ = 0, samples_ = 0;
  std::vector<FlacPlace> frames_;
  FlacHeader first_;
};

Status FlacFile::open() {
  stream_ = TRY(flac::read_stream(source_, limits_));
  if (stream_.damage) return Failure(*stream_.damage);
  if (stream_.blocks.empty() || stream_.blocks[0].type != kStreamInfo ||
      stream_.blocks[0].data.size < kInfoSize) {
    return fail(ErrorCode::Malformed, "the block STREAMINFO is missing", "flac");
  }
  info_ = TRY(read(source_, {stream_.blocks[0].data.offset, kInfoSize}));
  const std::uint64_t packed = *load_be(info_, 10, 8);
  const auto rate = static_cast<std::uint32_t>(packed >> 44);
  channels_ = static_cast<std::uint32_t>((packed >> 41 & 7) + 1);
  bits_ = static_cast<unsigned>((packed >> 36 & 31) + 1);
  samples_ = packed & 0xFFFFFFFFF;
  sound_at_ = stream_.blocks.back().whole.end();
  if (rate == 0 || rate > 768'000)
    return fail(ErrorCode::Malformed, "the block STREAMINFO tells no usual sample rate", "flac");
  TRY(listen_first());
  rate_ = rate;
  if (samples_ > 0) duration_ = static_cast<double>(samples_) / rate_;
  return {};
}

Status FlacFile::check_total() const {
  const std::uint64_t total = frames_.back().sample + frames_.back().block;
  if (samples_ == 0 || samples_ == total) return {};
  return fail(ErrorCode::Malformed,
              fmt::format("the file says that it has {} samples, but there are {}: a frame is "
                          "damaged or missing",
                          samples_, total),
              "flac");
}

std::vector<std::int32_t> FlacFile::numbers(std::span<const float> samples) const {
  std::vector<std::int32_t> out;
  const double most = std::ldexp(1.0, static_cast<int>(bits_) - 1);
  for (const float sample : samples) {
    out.push_back(static_cast<std::int32_t>(
        std::clamp(std::round(static_cast<double>(sample) * most), -most, most - 1)));
  }
  return out;
}

std::vector<std::vector<std::int32_t>> FlacFile::channels_of(std::span<const float> samples) const {
  std::vector<std::vector<std::int32_t>> out(channels_,
                                             std::vector<std::int32_t>(samples.size(), 0));
  out[0] = numbers(samples);
  if (channels_ > 1) out[1] = out[0];
  return out;
}

FlacFile::Label FlacFile::encode(std::vector<std::vector<std::int32_t>> channels,
                                 std::uint64_t first_frame, std::uint64_t first_sample,
                                 bool whole_blocks) const {
  Label out;
  const std::size_t declared = static_cast<std::size_t>(*load_be(info_, 2, 2));
  const bool tells = first_.variable || frames_.size() == 1;  // a single frame may be a short one
  const std::size_t block = std::max<std::size_t>(
      {16, tells ? declared : first_.block, first_.variable ? 0 : first_.block});
  std::size_t size = channels[0].size();
  if (whole_blocks || first_.variable) size = (size + block - 1) / block * block;
  for (auto& channel : channels) channel.resize(size, 0);
  for (std::size_t at = 0; at < size; at += block) {
    const std::size_t count = std::min(block, size - at);
    std::vector<std::vector<std::int32_t>> part;
    for (const auto& channel : channels) {
      const auto begin = channel.begin() + static_cast<std::ptrdiff_t>(at);
      part.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(count));
    }
    const ByteBuffer frame = flac_frame(
        first_, first_.variable ? first_sample + at : first_frame + out.frames, bits_, part);
    append(out.bytes, frame);
    out.least = std::min(out.least, static_cast<std::uint32_t>(frame.size()));
    out.most = std::max(out.most, static_cast<std::uint32_t>(frame.size()));
    ++out.frames;
    out.samples += count;
  }
  return out;
}

Result<std::vector<std::vector<std::int32_t>>> FlacFile::last_samples() {
  const FlacPlace& last = frames_.back();
  // A file of that frame alone.
  ByteBuffer file = to_buffer("fLaC");
  file.push_back(0x80);
  append_be(file, kInfoSize, 3);
  append(file, info_);
  const std::size_t unknown = 8 + 13;  // the total and the MD5 are those of the whole stream
  file[unknown] &= 0xF0;
  std::fill(file.begin() + unknown + 1, file.end(), 0);
  append(file, TRY(read(source_, {last.at, last.size})));
  MemorySource source(file);
  const ExactSound sound = TRY(exact_sound(source));
  if (sound.channels != channels_ || sound.bits != bits_ ||
      sound.samples.size() != std::size_t{last.block} * channels_) {
    return fail(ErrorCode::Malformed, "the last frame cannot be decoded", "flac", last.at);
  }
  std::vector<std::vector<std::int32_t>> out(channels_);
  for (std::size_t i = 0; i < sound.samples.size(); ++i) {
    out[i % channels_].push_back(sound.samples[i]);
  }
  return out;
}

/// New headers for all frames; `places` gets where each begins, from the first frame of the file
/// on.
Status FlacFile::renumber(std::uint64_t frames, std::uint64_t samples, bool without_last,
                          Changes& out, std::vector<std::uint64_t>& places) {
  std::uint64_t at = places.empty() ? 0 : places.back();
  places.clear();
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    const FlacPlace& frame = frames_[i];
    places.push_back(at);
    if (without_last && i + 1 == frames_.size()) {
      out.push_back({{frame.at, frame.size}, {}});
      break;
    }
    const ByteBuffer head = TRY(read(source_, {frame.at, frame.header}));
    const auto header = flac_header(head);
    if (!header)
      return fail(ErrorCode::Malformed, "a frame has changed meanwhile", "flac", frame.at);
    const std::uint64_t number = header->variable ? samples + frame.sample : frames + i;
    at += frame.size;
    if (number == header->number) continue;
    ByteBuffer renewed = flac_header_bytes(*header, number, header->block, header->channels_code);
    const std::uint64_t rest = frame.size - frame.header - 2;
    const std::uint64_t place = frame.at + frame.size - 2;
    ByteBuffer crc;
    append_be(crc,
              moved_flac_crc(static_cast<std::uint16_t>(TRY(read_be(source_, place, 2))), head,
                             renewed, rest),
              2);
    at += renewed.size() - frame.header;
    out.push_back({{frame.at, frame.header}, std::move(renewed)});
    out.push_back({{place, 2}, std::move(crc)});
  }
  return {};
}

Status FlacFile::follow_tables(std::uint64_t samples, std::span<const std::uint64_t> places,
                               Inserted& inserted, Changes& out) {
  const auto put = [&](std::uint64_t at, std::uint64_t value) {
    ByteBuffer bytes;
    append_be(bytes, value, 8);
    out.push_back({{at, 8}, std::move(bytes)});
  };
  for (const flac::Block& block : stream_.blocks) {
    if (block.type == kSeekTable) {
      const ByteBuffer data = TRY(read(source_, block.data));
      for (std::uint64_t at = 0; at + kSeekPoint <= data.size(); at += kSeekPoint) {
        const std::uint64_t sample = *load_be(data, at, 8);
        if (sample == UINT64_MAX) continue;  // a place for a later point
        const auto frame = std::lower_bound(
            frames_.begin(), frames_.end(), sample,
            [](const FlacPlace& each, std::uint64_t wanted) { return each.sample < wanted; });
        // A point that names no frame is made one that says nothing.
        const bool right = frame != frames_.end() && frame->sample == sample;
        put(block.data.offset + at, right ? sample + samples : UINT64_MAX);
        if (right) {
          put(block.data.offset + at + 8,
              places[static_cast<std::size_t>(frame - frames_.begin())]);
        }
      }
    }
    if (block.type == kCueSheet && samples > 0) {
      inserted.notes.push_back(
          {"mark-cue-sheet",
           Severity::Warning,
           {"the tracks in the block CUESHEET begin later than it says by the length of the label",
            "CUESHEET 块中各音轨的实际起点比其所记晚，差值为标识的长度"},
           block.whole.offset});
    }
  }
  return {};
}

/// The MD5 of all samples; empty where it cannot be told. The programme's own samples must have the
/// MD5 that they had.
Result<ByteBuffer> FlacFile::checked_md5(const Splice& splice, std::uint64_t in_front,
                                         std::uint64_t total, Inserted& inserted) {
  const ByteBuffer old = to_buffer(slice(info_, 18, 16));
  const bool unset = std::all_of(old.begin(), old.end(), [](auto byte) { return byte == 0; });
  const auto note = [&](std::string en, std::string zh) {
    inserted.notes.push_back(
        {"mark-md5", Severity::Warning, {std::move(en), std::move(zh)}, std::nullopt});
  };
  SplicedSource after(source_, splice);
  const std::uint64_t own = frames_.back().sample + frames_.back().block;
  Result<SoundDigest> sum = fail(ErrorCode::LimitExceeded, "it is too large for that");
  if (after.size() <= kMaxChecked) sum = digest_sound(after, in_front, own);
  if (!sum) {
    note(
        "the checksum of the samples (MD5) is left out, because not the whole sound was decoded: " +
            sum.error().message,
        "因未解码整个声音，样本校验和（MD5）留空");
    return ByteBuffer();
  }
  if (sum->samples != total || sum->broken > 0) {
    return fail(ErrorCode::Mismatch,
                fmt::format("the file with the label has {} samples that can be decoded instead of "
                            "{}; nothing is written",
                            sum->samples, total),
                "flac");
  }
  if (unset) return ByteBuffer();
  if (sum->part != old) {
    const auto before = digest_sound(source_, 0, own);
    if (!before || before->whole != sum->part) {
      return fail(ErrorCode::Mismatch,
                  "the programme would not be the same behind the label; nothing is written",
                  "flac");
    }
    note("the checksum of the samples (MD5) was wrong before; it is right now",
         "样本校验和（MD5）原先有误，现已更正");
  }
  return sum->whole;
}

Result<Inserted> FlacFile::insert(std::span<const Insertion> insertions) {
  FlacFrames found = TRY(scan_flac(source_, sound_at_));
  frames_ = std::move(found.places);
  first_ = found.first;
  TRY(check_total());
  Inserted inserted;
  const std::uint64_t own = frames_.back().sample + frames_.back().block;
  Label front, back;
  std::span<const float> behind;
  for (const Insertion& insertion : insertions) {
    if (insertion.moment == Moment::Start)
      front = encode(channels_of(insertion.samples), 0, 0, true);
    if (insertion.moment == Moment::End) behind = insertion.samples;
  }
  bool merge = false;
  std::uint64_t merged = 0;
  if (!behind.empty()) {
    auto channels = channels_of(behind);
    const FlacPlace& last = frames_.back();
    const std::uint32_t usual =
        frames_.size() > 1 ? first_.block : static_cast<std::uint32_t>(*load_be(info_, 2, 2));
    merge = !first_.variable && last.block != usual;
    if (merge) {
      auto joined = TRY(last_samples());
      merged = last.block;
      for (std::size_t c = 0; c < joined.size(); ++c) {
        joined[c].insert(joined[c].end(), channels[c].begin(), channels[c].end());
      }
      channels = std::move(joined);
    }
    back = encode(std::move(channels), front.frames + frames_.size() - (merge ? 1 : 0),
                  front.samples + own - merged, false);
  }
  Changes changes;
  if (!front.bytes.empty()) changes.push_back({{sound_at_, 0}, front.bytes});
  std::vector<std::uint64_t> places{front.bytes.size()};
  TRY(renumber(front.frames, front.samples, merge, changes, places));
  const std::uint64_t end = frames_.back().at + frames_.back().size;
  if (!back.bytes.empty()) changes.push_back({{end, 0}, back.bytes});
  TRY(follow_tables(front.samples, places, inserted, changes));

  const std::uint64_t total = front.samples + own - merged + back.samples;
  ByteBuffer info = info_;
  store_be(info, 10, (*load_be(info, 10, 8) & ~std::uint64_t{0xFFFFFFFFF}) | (total & 0xFFFFFFFFF),
           8);
  const std::uint64_t least = *load_be(info, 4, 3), most = *load_be(info, 7, 3);
  if (least != 0)
    store_be(info, 4, std::min({least, std::uint64_t{front.least}, std::uint64_t{back.least}}), 3);
  if (most != 0)
    store_be(info, 7, std::max({most, std::uint64_t{front.most}, std::uint64_t{back.most}}), 3);
  std::fill(info.begin() + 18, info.end(), 0);
  const Range place{stream_.blocks[0].data.offset, kInfoSize};
  Changes all = changes;
  all.push_back({place, info});
  inserted.splice = TRY(replace_ranges(source_.size(), std::move(all)));
  const ByteBuffer md5 = TRY(checked_md5(inserted.splice, front.samples, total, inserted));
  if (!md5.empty()) {
    std::copy(md5.begin(), md5.end(), info.begin() + 18);
    changes.push_back({place, info});
    inserted.splice = TRY(replace_ranges(source_.size(), std::move(changes)));
  }
  for (const Insertion& insertion : insertions) {
    inserted.begins.push_back(
        insertion.moment == Moment::Start ? 0 : static_cast<double>(front.samples + own) / rate_);
  }
  inserted.programme_begins = static_cast<double>(front.samples) / rate_;
  inserted.duration = static_cast<double>(total) / rate_;
  return inserted;
}

}  // namespace

OpenedSound open_flac(Source& source, const Limits& limits) {
  auto file = std::make_unique<FlacFile>(source, limits);
  TRY(file->open());
  return file;
}

}  // namespace colophon::sound

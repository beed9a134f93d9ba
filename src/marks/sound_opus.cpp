// SPDX-License-Identifier: Apache-2.0
// Ogg Opus (RFC 7845): packets with the label stand in the programme's own logical stream, because
// players stop at the joint of chained streams. Pages of the programme keep their packets; their
// positions, numbers and checksums follow.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "formats/ogg.hpp"
#include "marks/sound_worker.hpp"

namespace colophon::sound {
namespace {

using wire::ogg::Page;

constexpr std::uint32_t kRate = 48'000;  // of positions, whatever was encoded
constexpr std::size_t kOnPage = 50;      // packets: about a second
constexpr std::size_t kHeadSize = 19;
constexpr std::size_t kLargest = 60'000;  // of a packet, so that it fits on a page

/// How many samples a packet plays (RFC 6716, 3.1 and 3.2); nothing when it is none.
std::optional<std::uint32_t> samples_in(Bytes packet) {
  if (packet.empty()) return std::nullopt;
  constexpr std::uint32_t kSilk[] = {480, 960, 1920, 2880}, kCelt[] = {120, 240, 480, 960};
  const unsigned config = packet[0] >> 3;
  const std::uint32_t frame = config < 12   ? kSilk[config & 3]
                              : config < 16 ? kSilk[config & 1]
                                            : kCelt[config & 3];
  const unsigned code = packet[0] & 3;
  if (code == 3 && packet.size() < 2) return std::nullopt;
  const std::uint32_t frames = code == 0 ? 1 : code < 3 ? 2 : packet[1] & 63U;
  if (frames == 0 || frames * frame > 5760) return std::nullopt;
  return frames * frame;
}

class OpusFile final : public WorkerFile {
 public:
  OpusFile(Source& source, const Limits& limits) : WorkerFile(source), limits_(limits) {}

  Status open();
  Result<Inserted> insert(std::span<const Insertion> insertions) override;
  std::optional<Text> no_middle() const override {
    return Text{"in an Opus file the label is not said again in the middle",
                "Opus 文件中不在中间重复标识"};
  }

 private:
  /// A page of the programme.
  struct Spot {
    Page page;
    std::uint64_t samples = 0;  ///< of the packets that end on it
  };
  struct Label {
    EncodedSound encoded;
    std::uint64_t samples = 0, heard = 0;
  };

  Status walk();
  Status read_body(Spot& spot);
  Result<Label> encode(std::span<const float> samples) const;
  [[nodiscard]] std::vector<ByteBuffer> pages_of(const Label& label, std::uint64_t position,
                                                 std::uint32_t sequence, bool last) const;

  const Limits& limits_;
  std::uint32_t serial_ = 0;
  ByteBuffer head_;
  Page head_page_;
  std::uint32_t pre_skip_ = 0;
  std::uint64_t sound_at_ = 0;  ///< behind the headers' last page
  std::uint32_t next_sequence_ = 0;
  std::vector<Spot> spots_;
  ByteBuffer open_packet_;  ///< the beginning of a packet that goes on on the next page
  bool goes_on_ = false;
};

Status OpusFile::open() {
  const ogg::File file = TRY(ogg::read_file(source_, limits_));
  if (file.damage) return Failure(*file.damage);
  const ogg::Stream* sound = nullptr;
  std::size_t others = 0;
  for (const ogg::Stream& stream : file.streams) {
    if (stream.codec != nullptr && stream.codec->magic == ogg::kStoreMagic) continue;
    if (sound == nullptr) sound = &stream;
    others += &stream != sound ? 1 : 0;
  }
  if (sound == nullptr || sound->codec == nullptr || sound->codec->magic != "OpusHead") {
    return fail(ErrorCode::Unsupported, "packets of a label can stand in Ogg files of Opus alone",
                "ogg");
  }
  if (others > 0) {
    return fail(ErrorCode::Unsupported,
                "the Ogg file has several streams, or one behind the other, which a label cannot "
                "be put between",
                "ogg");
  }
  serial_ = sound->serial;
  head_page_ = TRY(wire::ogg::read_page(source_, sound->first_page));
  head_ = TRY(read(source_, head_page_.body));
  if (head_.size() < kHeadSize) return truncated(head_page_.body, source_.size());
  pre_skip_ = static_cast<std::uint32_t>(*load_le(head_, 10, 2));
  if (head_[9] == 0 || head_[9] > 2 || head_[18] != 0) {
    return fail(ErrorCode::Unsupported,
                "the Opus file has more than two channels, which a label cannot be put between",
                "ogg");
  }
  if (sound->pieces.empty())
    return fail(ErrorCode::Malformed, "the comment header is missing", "ogg");
  TRY(listen_first());
  rate_ = kRate;
  return {};
}

/// Adds up what the packets play that end on this page.
Status OpusFile::read_body(Spot& spot) {
  const Page& page = spot.page;
  if (((page.flags & wire::ogg::kContinued) != 0) != goes_on_) {
    return fail(ErrorCode::Malformed, "a page of the Ogg file is missing", "ogg",
                page.whole.offset);
  }
  const ByteBuffer body = TRY(read(source_, page.body));
  std::uint64_t at = 0;
  for (const std::uint8_t size : page.lacing) {
    if (open_packet_.size() < 2) append(open_packet_, slice(body, at, size));
    at += size;
    goes_on_ = size == 255;
    if (goes_on_) continue;
    const auto samples = samples_in(open_packet_);
    open_packet_.clear();
    if (!samples) {
      return fail(ErrorCode::Malformed, "a packet of the Opus file is damaged", "ogg",
                  page.whole.offset);
    }
    spot.samples += *samples;
  }
  return {};
}

Status OpusFile::walk() {
  // Two packets of headers, each ending with its page (RFC 7845, 3).
  std::size_t headers = 0;
  bool ended = false;
  for (std::uint64_t at = 0; at < source_.size();) {
    if (spots_.size() > 4 * std::size_t{limits_.max_structures}) {
      return fail(ErrorCode::LimitExceeded, "the file has too many pages", "ogg", at);
    }
    Page page = TRY(wire::ogg::read_page(source_, at));
    at = page.whole.end();
    if (page.serial != serial_) continue;
    if (ended)
      return fail(ErrorCode::Malformed, "the Opus stream goes on behind its end", "ogg",
                  page.whole.offset);
    ended = (page.flags & wire::ogg::kLast) != 0;
    if (headers < 2) {
      for (const std::uint8_t size : page.lacing) headers += size < 255 ? 1 : 0;
      next_sequence_ = page.sequence + 1;
      sound_at_ = at;
      if (headers > 2) {
        return fail(ErrorCode::Unsupported,
                    "the headers of the Opus stream share a page with its sound", "ogg",
                    page.whole.offset);
      }
      continue;
    }
    if (!TRY(wire::ogg::check(source_, page))) {
      return fail(ErrorCode::Malformed, "the checksum of a page is not right; get the whole file",
                  "ogg", page.whole.offset);
    }
    Spot spot{std::move(page), 0};
    TRY(read_body(spot));
    spots_.push_back(std::move(spot));
  }
  if (spots_.empty() || goes_on_) {
    return fail(ErrorCode::Truncated, "the file ends before its sound does; get the whole file",
                "ogg", source_.size());
  }
  return {};
}

Result<OpusFile::Label> OpusFile::encode(std::span<const float> samples) const {
  SoundCodec codec;
  codec.name = "opus";
  codec.rate = kRate;
  codec.channels = head_[9];
  codec.bit_rate = std::clamp<std::int64_t>(first_->bit_rate, 32'000 * std::int64_t{head_[9]},
                                            64'000 * std::int64_t{head_[9]});
  // The header asks players for a gain, which applies to the label, too.
  const auto gain = static_cast<std::int16_t>(*load_le(head_, 16, 2));
  std::vector<float> scaled(samples.begin(), samples.end());
  const auto factor = static_cast<float>(std::pow(10, -gain / 256.0 / 20));
  for (float& sample : scaled) sample = std::clamp(sample * factor, -1.0F, 1.0F);
  Label out;
  out.encoded = TRY(encode_sound(scaled, codec));
  out.heard = samples.size();
  auto& packets = out.encoded.packets;
  for (auto packet = packets.begin(); packet != packets.end(); ++packet) {
    // Nothing of what follows would be heard, and only one packet may be cut (RFC 7845, 4.4).
    if (out.samples >= out.encoded.delay + out.heard) {
      packets.erase(packet, packets.end());
      break;
    }
    const auto length = samples_in(packet->bytes);
    if (!length || packet->bytes.size() > kLargest)
      return fail(ErrorCode::Unsupported, "the encoder makes no Opus that fits into this file",
                  "ogg");
    out.samples += *length;
  }
  return out;
}

std::vector<ByteBuffer> OpusFile::pages_of(const Label& label, std::uint64_t position,
                                           std::uint32_t sequence, bool last) const {
  std::vector<ByteBuffer> out;
  const std::uint64_t begin = position;
  const auto& packets = label.encoded.packets;
  for (std::size_t from = 0; from < packets.size();) {
    ByteBuffer lacing, body;
    std::size_t count = 0;
    while (from < packets.size() && count < kOnPage) {
      const ByteBuffer& packet = packets[from].bytes;
      if (lacing.size() + wire::ogg::segments(packet.size()) > wire::ogg::kMaxSegments) break;
      lacing.insert(lacing.end(), packet.size() / 255, 255);
      lacing.push_back(static_cast<std::uint8_t>(packet.size() % 255));
      append(body, packet);
      position += *samples_in(packet);
      ++from;
      ++count;
    }
    const bool end = last && from == packets.size();
    // The end of the last page says where the sound ends.
    const std::uint64_t heard = begin + label.encoded.delay + label.heard;
    out.push_back(
        wire::ogg::make_page({serial_, sequence++, end ? std::min(position, heard) : position,
                              static_cast<std::uint8_t>(end ? wire::ogg::kLast : 0)},
                             lacing, body));
  }
  return out;
}

Result<Inserted> OpusFile::insert(std::span<const Insertion> insertions) {
  TRY(walk());
  Label front, back;
  for (const Insertion& insertion : insertions) {
    (insertion.moment == Moment::Start ? front : back) = TRY(encode(insertion.samples));
  }
  const auto put = [](ByteBuffer& to, const std::vector<ByteBuffer>& pages) {
    for (const ByteBuffer& page : pages) append(to, page);
  };
  std::vector<Replacement> changes;
  // A recording may begin at any position; behind a label it begins at the label's end.
  const Spot& first = spots_.front();
  std::uint64_t base = 0;
  if (first.page.granule != wire::ogg::kNoGranule && first.page.granule > first.samples) {
    base = first.page.granule - first.samples;
  }
  const std::uint64_t shift = front.samples > 0 ? front.samples - base : 0;  // wraps, as sums do
  std::uint32_t more = 0;
  std::uint32_t skip = pre_skip_;
  if (front.samples > 0) {
    skip = front.encoded.delay;
    const auto pages = pages_of(front, 0, next_sequence_, false);
    more = static_cast<std::uint32_t>(pages.size());
    Replacement& added = changes.emplace_back(Replacement{{sound_at_, 0}, {}});
    put(added.bytes, pages);
    ByteBuffer page = TRY(read(source_, head_page_.whole));
    const std::size_t head_at =
        static_cast<std::size_t>(head_page_.body.offset - head_page_.whole.offset);
    store_le(page, head_at + 10, skip, 2);
    store_le(page, 22, 0, 4);
    store_le(page, 22, wire::ogg::checksum(page), 4);
    changes.push_back({head_page_.whole, std::move(page)});
  }
  std::uint64_t position = front.samples > 0 ? front.samples : base;
  std::uint64_t end = 0;  // where the programme ends for a listener
  for (std::size_t i = 0; i < spots_.size(); ++i) {
    const Page& page = spots_[i].page;
    const bool last = i + 1 == spots_.size();
    position += spots_[i].samples;
    std::uint64_t granule = page.granule;
    if (granule != wire::ogg::kNoGranule) granule += shift;
    std::uint8_t flags = page.flags;
    end = granule == wire::ogg::kNoGranule ? position : granule;
    if (last && back.samples > 0) {
      flags &= static_cast<std::uint8_t>(~wire::ogg::kLast);
      granule = position;
    }
    if (granule == page.granule && flags == page.flags && more == 0) continue;
    changes.push_back({{page.whole.offset + 5, 21},
                       wire::ogg::moved(page, flags, granule, page.sequence + more)});
  }
  if (back.samples > 0) {
    const Page& last = spots_.back().page;
    Replacement& added = changes.emplace_back(Replacement{{last.whole.end(), 0}, {}});
    put(added.bytes, pages_of(back, position, last.sequence + more + 1, true));
  }
  Inserted inserted;
  const std::uint64_t zero = (front.samples > 0 ? 0 : base) + skip;
  const auto seconds = [&](std::uint64_t at) {
    return at > zero ? static_cast<double>(at - zero) / kRate : 0.0;
  };
  for (const Insertion& insertion : insertions) {
    inserted.begins.push_back(
        insertion.moment == Moment::Start ? 0 : seconds(position + back.encoded.delay));
  }
  inserted.programme_begins = front.samples > 0 ? seconds(front.samples + pre_skip_) : 0;
  inserted.duration = seconds(back.samples > 0 ? position + back.encoded.delay + back.heard : end);
  inserted.splice = TRY(replace_ranges(source_.size(), std::move(changes)));
  return inserted;
}

}  // namespace

OpenedSound open_opus(Source& source, const Limits& limits) {
  auto file = std::make_unique<OpusFile>(source, limits);
  TRY(file->open());
  return file;
}

}  // namespace colophon::sound

// SPDX-License-Identifier: Apache-2.0
#include "marks/sound_flac_scan.hpp"

#include <algorithm>
#include <cstring>

namespace colophon::sound {
namespace {

constexpr std::uint64_t kMaxFrames = 4'000'000;
constexpr std::uint64_t kBlock = 256 * 1024;

class Scanner {
 public:
  Scanner(Source& source, std::uint64_t sound_at) : source_(source), sound_at_(sound_at) {}
  Result<FlacFrames> run();

 private:
  Status add_frame(const FlacHeader& header, std::uint64_t at, std::uint64_t end);
  Result<std::uint64_t> end_of_last(std::uint64_t begin);

  Source& source_;
  std::uint64_t sound_at_;
  FlacFrames found_;
};

Status Scanner::add_frame(const FlacHeader& header, std::uint64_t at, std::uint64_t end) {
  if (found_.places.size() >= kMaxFrames) {
    return fail(ErrorCode::LimitExceeded, "the file has too many frames", "flac", at);
  }
  const std::uint64_t sample =
      found_.places.empty() ? 0 : found_.places.back().sample + found_.places.back().block;
  // All blocks of a stream with numbered frames are alike, but for the last.
  if (!header.variable && !found_.places.empty() &&
      found_.places.back().block != found_.first.block) {
    return fail(ErrorCode::Unsupported,
                "the blocks of this FLAC stream differ although it says that they do not", "flac",
                at);
  }
  found_.places.push_back(
      {at, end - at, sample, header.block, static_cast<std::uint8_t>(header.size)});
  return {};
}

/// Where the last frame ends: with the file, or before an ID3v1 tag.
Result<std::uint64_t> Scanner::end_of_last(std::uint64_t begin) {
  for (const std::uint64_t tag : {std::uint64_t{0}, std::uint64_t{128}}) {
    if (source_.size() - begin <= tag + 8) break;
    const std::uint64_t end = source_.size() - tag;
    if (tag > 0 && !has_prefix(view_some(source_, {end, 3}), "TAG")) break;
    std::uint16_t crc = 0;
    for (std::uint64_t at = begin; at < end; at += kBlock) {
      crc = flac_crc(TRY(source_.view({at, std::min(kBlock, end - at)})), crc);
    }
    if (crc == 0) return end;
  }
  return fail(ErrorCode::Malformed,
              "a frame is damaged, or the file is cut: its checksum is not right; get the whole "
              "file",
              "flac", begin);
}

/// Frames have no length: each ends where its checksum is right and the header of the next stands.
Result<FlacFrames> Scanner::run() {
  const auto first = flac_header(view_some(source_, {sound_at_, kLongestFlacHeader}));
  if (!first)
    return fail(ErrorCode::Malformed, "there is no frame behind the metadata", "flac", sound_at_);
  found_.first = *first;
  FlacHeader header = found_.first;
  std::uint64_t begin = sound_at_, done = sound_at_;  // the checksum covers [begin, done)
  std::uint16_t crc = 0;
  ByteBuffer window;
  for (std::uint64_t from = sound_at_; from < source_.size(); from += kBlock) {
    const std::uint64_t size = std::min(kBlock + kLongestFlacHeader, source_.size() - from);
    window = TRY(read(source_, {from, size}));
    const std::uint64_t stop = from + std::min(kBlock, size);
    for (std::uint64_t at = std::max(from, begin + 1); at < stop; ++at) {
      const auto* found = static_cast<const std::uint8_t*>(
          std::memchr(window.data() + (at - from), 0xFF, static_cast<std::size_t>(stop - at)));
      if (found == nullptr) break;
      at = from + static_cast<std::uint64_t>(found - window.data());
      const auto next = flac_header(slice(window, at - from, kLongestFlacHeader));
      const std::uint64_t expected = header.number + (header.variable ? header.block : 1);
      if (at < begin + header.size + 2) continue;  // inside the frame's own header
      if (!next || next->variable != header.variable || next->number != expected) continue;
      const std::uint16_t whole = flac_crc(slice(window, done - from, at - done), crc);
      if (whole != 0) continue;
      TRY(add_frame(header, begin, at));
      header = *next;
      begin = done = at;
      crc = 0;
    }
    crc = flac_crc(slice(window, done - from, stop - done), crc);
    done = stop;
  }
  const std::uint64_t end = TRY(end_of_last(begin));
  TRY(add_frame(header, begin, end));
  return std::move(found_);
}

}  // namespace

Result<FlacFrames> scan_flac(Source& source, std::uint64_t sound_at) {
  return Scanner(source, sound_at).run();
}

}  // namespace colophon::sound

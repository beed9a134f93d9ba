// SPDX-License-Identifier: Apache-2.0
// Uncompressed sound: its sample formats, read to one channel and made from one; and what WAV and
// AIFF share.
#pragma once

#include "marks/sound_file.hpp"

namespace colophon::sound {

enum class PcmKind : std::uint8_t { Unsigned, Signed, Float, ALaw, MuLaw };

struct PcmLayout {
  PcmKind kind = PcmKind::Signed;
  unsigned bytes = 2;        ///< of one sample
  unsigned valid_bits = 16;  ///< the highest of them; the others are 0
  bool big_endian = false;
  std::uint32_t channels = 1;

  [[nodiscard]] std::uint64_t frame() const noexcept { return std::uint64_t{bytes} * channels; }
};

/// The mean of all channels, appended; `frames` are whole.
void append_mono(Bytes frames, const PcmLayout& layout, std::vector<float>& out);
/// Frames with this on the first two channels and silence on the others.
[[nodiscard]] ByteBuffer frames_of(std::span<const float> samples, const PcmLayout& layout);

/// A container whose sound is one stretch of uncompressed frames.
class PcmFile : public SoundFile {
 public:
  [[nodiscard]] Result<std::vector<float>> hear(double from, double seconds) override;

 protected:
  explicit PcmFile(Source& source) : source_(source) {}
  /// Where each insertion goes, in frames of the programme.
  [[nodiscard]] std::vector<std::uint64_t> places(std::span<const Insertion> insertions) const;
  /// Puts the samples there. Error `limit-exceeded` when they are more than memory is for.
  [[nodiscard]] Result<std::vector<Replacement>> put_frames(std::span<const Insertion> insertions,
                                                            const Limits& limits,
                                                            Inserted& inserted) const;
  /// Where the programme's frame `frame` stands afterwards.
  [[nodiscard]] std::uint64_t moved(std::uint64_t frame,
                                    std::span<const Insertion> insertions) const;
  [[nodiscard]] static std::uint64_t total(std::span<const Insertion> insertions);

  Source& source_;
  PcmLayout layout_;
  Range data_;  ///< whole frames
  std::uint64_t frames_ = 0;
};

}  // namespace colophon::sound

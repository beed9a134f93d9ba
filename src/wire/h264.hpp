// SPDX-License-Identifier: Apache-2.0
// NAL units of H.264 (ITU-T H.264 clause 7.3) and its decoder configuration record (ISO/IEC
// 14496-15 clause 5.3.3): as much of them as joining two encodings needs.
#pragma once

#include "base/source.hpp"

namespace colophon::wire {

constexpr unsigned kSliceUnit = 1, kIdrUnit = 5, kSeiUnit = 6, kSequenceUnit = 7, kPictureUnit = 8;
[[nodiscard]] inline unsigned unit_type(Bytes unit) noexcept {
  return unit.empty() ? 0 : unit[0] & 0x1FU;
}

/// Each unit behind a length of `width` bytes. Nothing when they do not fill `sample`.
[[nodiscard]] std::optional<std::vector<Bytes>> prefixed_units(Bytes sample, unsigned width);
/// Units between start codes (annex B).
[[nodiscard]] std::vector<Bytes> annex_b_units(Bytes stream);
/// False: the unit is too long for a length of so many bytes.
[[nodiscard]] bool append_unit(ByteBuffer& sample, Bytes unit, unsigned width);

/// A sequence parameter set, up to the shape of its pixels.
struct SequenceSet {
  unsigned id = 0, profile = 0, constraints = 0, level = 0;
  unsigned chroma = 1;                              ///< chroma_format_idc
  unsigned depth = 8;                               ///< of luma
  unsigned references = 0;                          ///< max_num_ref_frames
  bool frames_only = true;                          ///< nothing is interlaced
  std::uint32_t width = 0, height = 0;              ///< shown, cropped
  std::uint32_t pixel_width = 1, pixel_height = 1;  ///< sample aspect ratio
};
[[nodiscard]] std::optional<SequenceSet> read_sequence_set(Bytes unit);
/// pic_parameter_set_id of a picture parameter set.
[[nodiscard]] std::optional<unsigned> picture_set_id(Bytes unit);

/// What a decoder must have before the first sample ("avcC").
struct AvcConfig {
  std::array<std::uint8_t, 4> head{};  ///< version, profile, compatibility, level
  unsigned length_size = 4;
  std::vector<ByteBuffer> sequence_sets, picture_sets;
  ByteBuffer rest;  ///< what high profiles add
};
[[nodiscard]] std::optional<AvcConfig> read_avc_config(Bytes record);
/// Nothing: there are more sets than a record holds.
[[nodiscard]] std::optional<ByteBuffer> write_avc_config(const AvcConfig& config);

/// The messages of an SEI unit that speak of what is shown or said with a picture, and not of how
/// the stream is coded: captions, HDR data, user data. Empty: there are none.
[[nodiscard]] ByteBuffer lasting_messages(Bytes sei);

}  // namespace colophon::wire

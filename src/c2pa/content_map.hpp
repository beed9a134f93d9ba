// SPDX-License-Identifier: Apache-2.0
// The hard binding that a signer writes: which bytes of a file are hashed, and the assertion that
// says so (C2PA 9.2, 18.5, 18.6, 18.8).
#pragma once

#include "c2pa/build.hpp"
#include "c2pa/text_normalizer.hpp"

namespace colophon::c2pa {

/// A stretch of a file that goes into a digest, after a prefix.
struct Stretch {
  Range range;
  ByteBuffer prefix = {};
  std::size_t into = 0;  ///< which digest
};

/// Digests over stretches of a file that passes by once, in order.
class ContentHash {
 public:
  /// `stretches` in file order, without overlap. `normalizer`: for text.
  ContentHash(std::size_t digests, std::vector<Stretch> stretches,
              std::optional<TextNormalizer> normalizer);
  void update(Bytes next);
  /// Error: the text cannot be normalized.
  [[nodiscard]] Result<std::vector<ByteBuffer>> finish();

 private:
  void feed(Bytes next, Digest& digest);

  std::vector<Digest> digests_;
  std::vector<Stretch> stretches_;
  std::optional<TextNormalizer> normalizer_;
  Status status_;
  std::size_t current_ = 0;
  bool begun_ = false;  ///< the prefix of the current one has been fed
  std::uint64_t at_ = 0;
};

class ContentMap {
 public:
  /// `store`: where the store stands, or will stand; null: in another file.
  [[nodiscard]] static Result<ContentMap> of(Source& file, const Format& format,
                                             const Carrier* store, const Limits& limits);
  [[nodiscard]] ContentHash hash() const { return {digests_, stretches_, normalizer_}; }
  /// Of one size, whatever the hashes are and wherever the store stands.
  [[nodiscard]] NewAssertion assertion(const std::vector<ByteBuffer>& hashes) const;
  /// With zeros for hashes.
  [[nodiscard]] NewAssertion blank() const;

 private:
  enum class Kind : std::uint8_t { Data, Bmff, Boxes, Collection };
  [[nodiscard]] static Kind kind_for(Source& file, const Format& format) noexcept;
  Status map_data(Source& file, const Format& format, const Carrier* store, const Limits& limits);
  Status map_bmff_boxes(Source& file, const Limits& limits);
  Status map_named_boxes(Source& file, const Format& format, const Limits& limits);
  Status map_collection(Source& file, const Limits& limits);

  Kind kind_ = Kind::Data;
  std::size_t digests_ = 1;
  std::vector<Stretch> stretches_;
  std::optional<TextNormalizer> normalizer_;
  std::optional<Range> left_out_;  ///< Data
  /// Collection: of the digests but the last. Boxes: of all, and the store, which has none.
  std::vector<std::string> names_;
};

}  // namespace colophon::c2pa

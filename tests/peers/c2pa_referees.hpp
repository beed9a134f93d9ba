// SPDX-License-Identifier: Apache-2.0
// Validators of C2PA that share no code with this one, and files to ask them about.
#pragma once

#include "c2pa/sealed.hpp"

namespace colophon::testing {

enum class Validator : std::uint8_t {
  C2paRs,   ///< @contentauth/c2pa-wasm
  C2paTs,   ///< @trustnxt/c2pa-ts: PNG, JPEG, HEIF and AVIF; knows no anchors
  Decoder,  ///< tests/peers/c2pa_decoder.py
};
/// False, with a word about it, when it is not installed. Packages of npm are looked for in
/// COLOPHON_C2PA_PEER, else where `./dev setup --peers` puts them.
[[nodiscard]] bool have_validator(Validator validator);

/// A file with one flipped bit.
struct Flipped {
  std::uint64_t at = 0;
  ByteBuffer bytes;
};
/// The file with one flipped bit, `count` times, at random places outside of what a signature of
/// ours leaves open; fewer where hardly any byte is left.
[[nodiscard]] std::vector<Flipped> flips(const Format& format, Bytes file, int count,
                                         Random& random);

class SignedFiles {
 public:
  explicit SignedFiles(const TestSignatory& by);
  void add(const Format& format, Bytes bytes, std::string what = {});
  [[nodiscard]] bool empty() const { return names_.empty(); }
  [[nodiscard]] const std::string& what(std::size_t index) const { return what_[index]; }
  /// One answer for each file, in order and from one process: "Trusted", or "Invalid",
  /// "Valid" or "refused" with the reason.
  [[nodiscard]] std::vector<std::string> answers(Validator validator,
                                                 const std::string& options = {}) const;

 private:
  TemporaryFolder folder_;
  std::vector<std::string> names_, what_;
};

}  // namespace colophon::testing

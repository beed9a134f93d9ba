// SPDX-License-Identifier: Apache-2.0
// TIFF streams made in code, for the tests of every container that holds one.
#pragma once

#include "wire/tiff_ifd.hpp"

#include <vector>

namespace colophon::testing {

struct TiffField {
  std::uint16_t tag = 0;
  std::uint16_t type = 0;
  std::uint64_t count = 0;
  ByteBuffer value;  ///< in the stream's byte order
};
struct TestChild;
struct TestIfd {
  std::vector<TiffField> fields;
  std::vector<TestChild> children;
};
struct TestChild {
  std::uint16_t tag = 0;  ///< of the pointer
  TestIfd ifd;
};
struct TiffFlavour {
  bool big_endian = false;
  bool big = false;
};

/// A text entry: type 2 with its terminating zero, or type 7 (1) without.
[[nodiscard]] TiffField ascii(std::uint16_t tag, std::string_view text);
[[nodiscard]] TiffField undefined(std::uint16_t tag, std::string_view bytes);
[[nodiscard]] TiffField number(TiffFlavour flavour, std::uint16_t tag, wire::TiffType type,
                               std::uint64_t value);
/// One page per element, chained; entries are sorted by tag, values stand behind their directory.
[[nodiscard]] ByteBuffer make_tiff(TiffFlavour flavour, const std::vector<TestIfd>& pages);
/// A grey 4 x 4 picture's fields; its strip stands behind everything, see make_tiff_picture.
[[nodiscard]] ByteBuffer make_tiff_picture(TiffFlavour flavour, std::vector<TestIfd> pages);

}  // namespace colophon::testing

// SPDX-License-Identifier: Apache-2.0
#include "support/specimens.hpp"
#include "support/tiff_builder.hpp"

namespace colophon::testing {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kPacket = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>";
constexpr std::uint16_t kDngVersion = 50706;

TestIfd with_everything() {
  return {{ascii(270, "a grey ramp"), ascii(305, "by hand"), undefined(700, kPacket),
           undefined(33723,
                     "\x1C\x02\x78\0\x07"
                     "caption"sv)},
          {{0x8769, {{undefined(0x9286, "ASCII\0\0\0{\"AIGC\":{}}"sv)}, {}}},
           {0x8825, {{ascii(1, "N")}, {}}}}};
}

std::vector<Specimen> make() {
  std::vector<Specimen> all;
  const std::pair<std::string, TiffFlavour> flavours[] = {{"little-endian", {false, false}},
                                                          {"big-endian", {true, false}},
                                                          {"BigTIFF", {false, true}},
                                                          {"big-endian BigTIFF", {true, true}}};
  for (const auto& [name, flavour] : flavours) {
    const TestIfd second{{ascii(270, "page two"), undefined(52545, "not a real store")}, {}};
    all.push_back({"tiff", name + ", plain", make_tiff_picture(flavour, {{}})});
    all.push_back({"tiff", name + ", every carrier, two pages",
                   make_tiff_picture(flavour, {with_everything(), second})});
  }
  TestIfd raw = with_everything();
  raw.fields.push_back({kDngVersion, 1, 4, {1, 4, 0, 0}});
  all.push_back({"dng", "with XMP", make_tiff_picture({}, {raw})});
  const TestIfd bare{{{kDngVersion, 1, 4, {1, 4, 0, 0}}}, {{330, {}}}};
  ByteBuffer odd = make_tiff_picture({true, false}, {bare});
  odd.push_back(0);
  all.push_back({"dng", "without XMP, of odd size, with a SubIFD", odd});
  return all;
}

const bool registered = register_specimens(make);

}  // namespace
}  // namespace colophon::testing

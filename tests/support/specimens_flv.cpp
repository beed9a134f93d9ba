// SPDX-License-Identifier: Apache-2.0
#include "support/flash.hpp"
#include "support/specimens.hpp"

namespace colophon::testing {
namespace {

using namespace flash;

constexpr std::string_view kLabel =
    R"({"Label":"1","ContentProducer":"somebody","ProduceID":"0123456789"})";

std::vector<Specimen> make() {
  const ByteBuffer label = property("AIGC", text(kLabel));
  const ByteBuffer encoder = property("encoder", text("Lavf59"));
  const ByteBuffer xmp =
      script("onXMPData", object(property("liveXML", long_text("<x:xmpmeta/>"))));
  ByteBuffer no_last_size = film(script("onMetaData", object(encoder)));
  no_last_size.resize(no_last_size.size() - 4);
  return {
      {"flv", "no metadata", film({})},
      {"flv", "an object", film(script("onMetaData", object(encoder)))},
      {"flv", "an array", film(script("onMetaData", array(1, encoder)))},
      {"flv", "an array with a wrong count and no end",
       film(script("onMetaData", array(0, encoder, false)))},
      {"flv", "labelled", film(script("onMetaData", array(2, encoder + label)))},
      {"flv", "key frames", indexed_film(1, encoder)},
      {"flv", "key frames and a label", indexed_film(2, label + encoder)},
      {"flv", "XMP and a second onMetaData",
       indexed_film(1, encoder, xmp + script("onMetaData", object(label)))},
      {"flv", "recorded from a stream",
       film(tag(18, text("@setDataFrame") + text("onMetaData") + array(1, encoder)))},
      {"flv", "other scripts", film(script("onCuePoint", object(encoder)) + xmp)},
      {"flv", "a long label",
       film(script("onMetaData", object(property("aigc", long_text(kLabel)))))},
      {"flv", "without the last size", no_last_size},
  };
}

[[maybe_unused]] const bool kRegistered = register_specimens(make);

}  // namespace
}  // namespace colophon::testing

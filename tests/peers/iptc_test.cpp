// SPDX-License-Identifier: Apache-2.0
// IPTC labels in XMP against ExifTool, Exiv2 and Exempi (Adobe's XMP toolkit, through Python).
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <sstream>

#include "standards/details.hpp"
#include "standards/standards.hpp"
#include "standards/xmp.hpp"
#include "support/referees.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::string_view kExt = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
constexpr std::string_view kTrained =
    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
constexpr std::string_view kComposite =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

/// Exempi's answer for one property of a packet in a file; "none" when it has none.
std::string by_exempi(const TemporaryFolder& folder, Bytes packet, std::string_view name) {
  constexpr std::string_view kScript = R"(
import ctypes, sys
try: l = ctypes.CDLL("libexempi.so.8")
except OSError: print("absent"); sys.exit()
l.xmp_init()
l.xmp_new.restype = ctypes.c_void_p
l.xmp_new.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
l.xmp_string_new.restype = ctypes.c_void_p
l.xmp_string_cstr.restype = ctypes.c_char_p
l.xmp_string_cstr.argtypes = [ctypes.c_void_p]
l.xmp_get_property.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p]
data = open(sys.argv[1], "rb").read()
packet = l.xmp_new(data, len(data))
text = l.xmp_string_new()
there = packet and l.xmp_get_property(packet, sys.argv[2].encode(), sys.argv[3].encode(), text, None)
print(l.xmp_string_cstr(text).decode() if there else "none", end="")
)";
  write_file(folder.file("ask.py"), as_bytes(kScript));
  write_file(folder.file("ask.xmp"), packet);
  return output(fmt::format("python3 {} {} {} {}", folder.file("ask.py"), folder.file("ask.xmp"),
                            kExt, name));
}

std::string exiftool(const std::string& file, std::string_view tag) {
  std::string answer = output(fmt::format("exiftool -s3 -{} {}", tag, file));
  while (answer.ends_with('\n')) answer.pop_back();
  return answer;
}

/// Every XMP tag that ExifTool shows, but those that a write must change.
std::vector<std::string> other_tags(const std::string& file) {
  std::istringstream lines(output("exiftool -G1 -a -s -XMP:all " + file));
  std::vector<std::string> tags;
  for (std::string line; std::getline(lines, line);) {
    const bool ours =
        line.find("DigitalSourceType") != line.npos || line.find("AISystem") != line.npos;
    if (!ours) tags.push_back(line);
  }
  std::sort(tags.begin(), tags.end());
  return tags;
}

Label label_of(Origin origin) {
  Label label;
  label.origin = origin;
  label.system = "Model & <Co> \"模型\"";
  label.system_version = "7.1";
  return label;
}

/// The file with the label in its XMP packet.
ByteBuffer labelled(const Format& format, Bytes file, const Label& label) {
  const std::string old = payload_of(format, file, CarrierKind::Xmp);
  const auto packet = kIptc.write(label, CarrierKind::Xmp, as_bytes(old));
  REQUIRE_MESSAGE(packet, (packet ? "" : packet.error().message));
  return edited(format, file, {CarrierKind::Xmp, "", std::nullopt, *packet});
}

void check_referees(const TemporaryFolder& folder, const Format& format, const std::string& name,
                    const Label& label, std::string_view uri) {
  const std::string file = folder.file(name);
  CHECK(exiftool(file, "XMP-iptcExt:DigitalSourceType") == uri);
  CHECK(exiftool(file, "XMP-iptcExt:AISystemUsed") == label.system);
  CHECK(exiftool(file, "XMP-iptcExt:AISystemVersionUsed") == label.system_version);
  const std::string by_exiv2 = output("exiv2 -px " + file);
  for (const std::string_view part :
       {std::string_view("Xmp.iptcExt.DigitalSourceType"), uri,
        std::string_view("Xmp.iptcExt.AISystemUsed"), std::string_view(label.system)}) {
    CHECK_MESSAGE(by_exiv2.find(part) != by_exiv2.npos, by_exiv2);
  }
  const std::string packet = payload_of(format, read_file(file), CarrierKind::Xmp);
  const std::string source_type = by_exempi(folder, as_bytes(packet), "DigitalSourceType");
  if (source_type == "absent\n") {
    MESSAGE("skipped: libexempi is not installed");
    return;
  }
  CHECK(source_type == uri);
  CHECK(by_exempi(folder, as_bytes(packet), "AISystemUsed") == label.system);
}

}  // namespace

TEST_CASE("referees read the IPTC label of fresh pictures and of ones that ExifTool filled") {
  if (!have_tools({"exiftool", "exiv2", "convert", "python3"})) return;
  const TemporaryFolder folder;
  for (const std::string name : {"png", "jpeg"}) {
    for (const bool filled : {false, true}) {
      const std::string file = fmt::format("{}{}.{}", name, filled, name);
      CAPTURE(file);
      const Format* format = find_format(name);
      REQUIRE(format != nullptr);
      output("convert -size 16x16 gradient: " + folder.file(file));
      if (filled) {
        output(
            "exiftool -q -overwrite_original -XMP-dc:Title='a title' -XMP-dc:Subject=one "
            "-XMP-dc:Subject=two -XMP-iptcExt:PersonInImage=somebody "
            "-XMP-xmpMM:DerivedFromInstanceID=x " +
            folder.file(file));
      }
      const auto before = other_tags(folder.file(file));
      const std::string warnings = exiftool(folder.file(file), "Warning");
      const std::string pixels = output("identify -format %# " + folder.file(file));
      const Label label = label_of(Origin::Generated);
      write_file(folder.file(file), labelled(*format, read_file(folder.file(file)), label));
      check_referees(folder, *format, file, label, kTrained);
      CHECK(output("identify -format %# " + folder.file(file)) == pixels);
      CHECK(exiftool(folder.file(file), "Warning") == warnings);
      if (filled) CHECK(other_tags(folder.file(file)) == before);

      const Label changed = label_of(Origin::Edited);
      write_file(folder.file(file), labelled(*format, read_file(folder.file(file)), changed));
      check_referees(folder, *format, file, changed, kComposite);
      if (filled) CHECK(other_tags(folder.file(file)) == before);
    }
  }
}

TEST_CASE("a padded packet of ExifTool keeps its size") {
  if (!have_tools({"exiftool", "exiv2", "convert", "python3"})) return;
  const TemporaryFolder folder;
  const std::string file = folder.file("a.png");
  output("convert -size 16x16 gradient: " + file);
  output("exiftool -q -overwrite_original -XMP-dc:Title=t " + file);
  const std::string old = payload_of(*find_format("png"), read_file(file), CarrierKind::Xmp);
  const std::string padded = old.substr(0, old.find("<?xpacket end")) + std::string(2000, ' ') +
                             old.substr(old.find("<?xpacket end"));
  const auto packet = kIptc.write(label_of(Origin::Generated), CarrierKind::Xmp, as_bytes(padded));
  REQUIRE(packet);
  CHECK(packet->size() == padded.size());
}

TEST_CASE("IPTC labels that the referees write are read") {
  if (!have_tools({"exiftool", "exiv2", "convert", "python3"})) return;
  const TemporaryFolder folder;
  const auto read = [&](const std::string& file) {
    Carrier carrier;
    carrier.kind = CarrierKind::Xmp;
    const std::string packet = payload_of(*find_format("jpeg"), read_file(file), CarrierKind::Xmp);
    const auto all = kIptc.read(carrier, as_bytes(packet), {});
    REQUIRE(all.size() == 1);
    return all[0];
  };
  const std::string by_exiftool = folder.file("a.jpg");
  output("convert -size 16x16 gradient: " + by_exiftool);
  output(fmt::format("exiftool -q -overwrite_original -XMP-iptcExt:DigitalSourceType={} {}",
                     kTrained, by_exiftool));
  CHECK(read(by_exiftool).says->origin == Origin::Generated);
  const std::string by_exiv2 = folder.file("b.jpg");
  output("convert -size 16x16 gradient: " + by_exiv2);
  output(
      fmt::format("exiv2 -M 'set Xmp.iptcExt.DigitalSourceType {}' "
                  "-M 'set Xmp.iptcExt.AISystemUsed Model' {}",
                  kComposite, by_exiv2));
  CHECK(read(by_exiv2).says->origin == Origin::Edited);
  CHECK(read(by_exiv2).says->system == "Model");
}

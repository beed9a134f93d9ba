// SPDX-License-Identifier: Apache-2.0
// Matroska, WebM and FLV against ffmpeg, mkvtoolnix and exiftool.
#include <doctest/doctest.h>

#include "support/flash.hpp"
#include "support/matroska.hpp"
#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

constexpr std::string_view kLabel =
    R"({"Label":"1","ContentProducer":"001191110108MA01R70K8D10000","ProduceID":"01J"})";
constexpr std::string_view kLonger =
    R"({"Label":"1","ContentProducer":"001191110108MA01R70K8D10000","ProduceID":"01J",)"
    R"("ReservedCode1":"","ContentPropagator":"001191110108MA01R70K8D10001","PropagateID":"02",)"
    R"("ReservedCode2":""})";

bool have_tools() {
  for (const char* tool : {"ffmpeg", "ffprobe", "exiftool", "mkvinfo", "mkvmerge"}) {
    if (have_tool(tool)) continue;
    MESSAGE("skipped: ", tool, " is not installed");
    return false;
  }
  return true;
}

std::string output(const std::string& command) {
  const Ran ran = run(command + " 2>&1");
  CAPTURE(command);
  CHECK_MESSAGE(ran.code == 0, ran.output);
  return ran.output;
}

std::string probe(const std::string& file, const std::string& what) {
  return output("ffprobe -v error -of default=nw=1:nk=1 -show_entries " + what + " " + file);
}
std::string content(const std::string& file) {
  return output("ffmpeg -v warning -i " + file + " -map 0 -c copy -f framemd5 -") +
         output("ffmpeg -v warning -i " + file + " -map 0:v? -map 0:a? -f framemd5 -");
}
/// A seek uses the index of key frames.
std::string content_after_seek(const std::string& file) {
  return output("ffmpeg -v warning -ss 2 -i " + file + " -map 0 -c copy -f framemd5 -");
}

constexpr const char* kSources = "-f lavfi -i testsrc2=s=128x96:r=25:d=3 -f lavfi -i sine=d=3 ";
constexpr const char* kH264 = "-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac ";
constexpr const char* kVp8 = "-c:v libvpx -deadline realtime -g 25 -c:a libopus ";

struct Recipe {
  std::string name, options;
  bool in_place;  ///< the first label can be written without moving the media
};
const Recipe kRecipes[] = {
    {"plain.mkv", kH264, true},
    {"tagged.mkv", std::string(kH264) + "-metadata title=T -metadata comment=C ", true},
    {"reserved.mkv", std::string(kH264) + "-cues_to_front 1 -reserve_index_space 3000 ", true},
    {"front.mkv", std::string(kH264) + "-cues_to_front 1 ", true},
    {"live.mkv", std::string(kH264) + "-live 1 ", false},
    {"piped.mkv", std::string(kH264) + "-f matroska - > ", false},
    {"piped.webm", std::string(kVp8) + "-f webm - > ", false},
    {"piped.flv", std::string(kH264) + "-ar 44100 -f flv - > ", false},
    {"sound.mka", "-vn -c:a aac ", true},
    {"plain.webm", kVp8, true},
    {"live.webm", std::string(kVp8) + "-f webm -live 1 ", false},
    {"dash.webm", std::string(kVp8) + "-an -dash 1 ", true},
    {"reserved.webm", std::string(kVp8) + "-reserve_index_space 2000 ", true},
    {"plain.flv", std::string(kH264) + "-ar 44100 ", false},
    {"index.flv", std::string(kH264) + "-ar 44100 -flvflags add_keyframe_index ", false},
    {"bare.flv", std::string(kH264) + "-ar 44100 -flvflags no_metadata ", false},
};

std::string make(const TemporaryFolder& folder, const Recipe& recipe) {
  const std::string file = folder.file(recipe.name);
  output(std::string("ffmpeg -v error -y ") + kSources + recipe.options + file);
  return file;
}

/// Sets the value and writes the outcome to `to`. True: the plan keeps the media where they are.
bool set(const std::string& from, const std::string& to, std::string_view value) {
  const ByteBuffer bytes = read_file(from);
  REQUIRE_FALSE(bytes.empty());
  MemorySource source(bytes);
  const Format* format = detect(source, "x");
  REQUIRE(format != nullptr);
  const Layout layout = format->inspect(source, Limits{}).value();
  CHECK_FALSE(layout.damage);
  const Edit edit{CarrierKind::AigcKey, "", std::nullopt, to_buffer(value), 0};
  const auto splice = plan_edits(*format, source, layout, {&edit, 1}, Limits{});
  REQUIRE_MESSAGE(splice, (splice ? "" : splice.error().message));
  const ByteBuffer out = testing::apply(bytes, *splice);
  write_file(to, out);
  if (format->id == "flv") {
    CHECK(flash::pointed_at(out) == flash::pointed_at(bytes));
    CHECK(flash::is_well_formed(out));
  } else {
    CHECK(matroska::pointed_at(out) == matroska::pointed_at(bytes));
  }
  CHECK(payload_of(*format, out, CarrierKind::AigcKey) == value);
  return splice->fits_in_place(bytes.size());
}

std::string extension(const std::string& name) {
  return name.substr(name.find('.'));
}
bool is_flv(const std::string& file) {
  return file.ends_with(".flv");
}

/// mkvmerge's own words about what is wrong.
std::string complaints(const std::string& file) {
  if (is_flv(file)) return output("exiftool -validate -a -warning -error " + file);
  const std::string report = output("mkvmerge -J " + file);
  const auto part = [&](const std::string& name) {
    const auto at = report.find('"' + name + '"');
    return report.substr(at, report.find(']', at) - at);
  };
  const Ran info = run("mkvinfo -v -v " + file + " 2>&1");
  const bool unknown = info.output.find("(Unknown element") != std::string::npos ||
                       info.output.find("Error") != std::string::npos;
  return part("errors") + part("warnings") + (unknown ? " mkvinfo complains" : "") +
         output("exiftool -validate -a -warning -error " + file);
}

void check_label(const std::string& file, std::string_view label, const std::string& original) {
  CAPTURE(file);
  CHECK(probe(file, "format_tags=AIGC") == std::string(label) + "\n");
  CHECK(content(file) == content(original));
  CHECK(content_after_seek(file) == content_after_seek(original));
  CHECK(complaints(file) == complaints(original));
  if (is_flv(file)) {
    CHECK(output("exiftool -a -AIGC -Aigc " + file).find("001191110108") != std::string::npos);
    return;
  }
  CHECK(output("mkvinfo -a " + file).find("String: " + std::string(label)) != std::string::npos);
  CHECK(output("mkvextract " + file + " tags -").find("<Name>AIGC</Name>") != std::string::npos);
}

}  // namespace

TEST_CASE("peers: a label in Matroska, WebM and FLV is seen, and every stream stays what it was") {
  if (!have_tools()) return;
  for (const Recipe& recipe : kRecipes) {
    CAPTURE(recipe.name);
    const TemporaryFolder folder;
    const std::string original = make(folder, recipe);
    const std::string first = folder.file("1" + extension(recipe.name));
    const std::string second = folder.file("2" + extension(recipe.name));
    CHECK(set(original, first, kLabel) == recipe.in_place);
    const bool again = set(first, second, kLonger);
    if (!is_flv(first)) CHECK(again);  // the first way left room
    check_label(first, kLabel, original);
    check_label(second, kLonger, original);
    CHECK(probe(second, "format_tags=title,comment,encoder") ==
          probe(original, "format_tags=title,comment,encoder"));
    CHECK(probe(second, "stream_tags") == probe(original, "stream_tags"));
  }
}

TEST_CASE("peers: files of mkvmerge are labelled in place") {
  if (!have_tools()) return;
  for (const char* options : {"", "--disable-track-statistics-tags", "--clusters-in-meta-seek"}) {
    CAPTURE(options);
    const TemporaryFolder folder;
    const std::string source = make(folder, kRecipes[0]);
    const std::string original = folder.file("m.mkv");
    output("mkvmerge -q " + std::string(options) + " -o " + original + " " + source);
    const std::string labelled = folder.file("n.mkv");
    CHECK(set(original, labelled, kLabel));
    check_label(labelled, kLabel, original);
  }
}

TEST_CASE("peers: ffmpeg's own label is read and replaced where it stands") {
  if (!have_tools()) return;
  for (const char* name : {"x.mkv", "x.webm", "x.flv"}) {
    CAPTURE(name);
    const TemporaryFolder folder;
    const std::string codecs = std::string(name) == "x.webm" ? kVp8 : kH264;
    const std::string file =
        make(folder, {name, codecs + "-metadata AIGC='" + std::string(kLabel) + "' ", false});
    const ByteBuffer bytes = read_file(file);
    MemorySource source(bytes);
    const Format* format = detect(source, "x");
    REQUIRE(format != nullptr);
    CHECK(payload_of(*format, bytes, CarrierKind::AigcKey) == kLabel);
    const std::string out = folder.file("y" + extension(name));
    set(file, out, kLonger);
    check_label(out, kLonger, file);
    // The old words are nowhere in the file any more.
    CHECK(to_string(read_file(out)).find(R"("ProduceID":"01J"})") == std::string::npos);
  }
}

TEST_CASE("peers: what mkvpropedit and mkvmerge do with our file keeps the label") {
  if (!have_tools() || !have_tool("mkvpropedit")) return;
  const TemporaryFolder folder;
  const std::string original = make(folder, kRecipes[0]);
  const std::string labelled = folder.file("1.mkv"), remuxed = folder.file("2.mkv");
  set(original, labelled, kLabel);
  output("mkvmerge -q -o " + remuxed + " " + labelled);
  CHECK(probe(remuxed, "format_tags=AIGC") == std::string(kLabel) + "\n");
  output("mkvpropedit -q " + labelled + " --edit info --set title=New");
  CHECK(probe(labelled, "format_tags=AIGC") == std::string(kLabel) + "\n");
  CHECK(content(labelled) == content(original));
  const std::string again = folder.file("3.mkv");
  set(labelled, again, kLonger);
  CHECK(probe(again, "format_tags=AIGC") == std::string(kLonger) + "\n");
}

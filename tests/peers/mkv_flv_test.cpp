// SPDX-License-Identifier: Apache-2.0
// Matroska, WebM and FLV against ffmpeg, mkvtoolnix and exiftool.
#include <doctest/doctest.h>

#include "support/flash.hpp"
#include "support/matroska.hpp"
#include "support/referees.hpp"

using namespace colophon;
using namespace colophon::testing;

namespace {

std::string content(const std::string& file) {
  return output("ffmpeg -v warning -i " + file + " -map 0 -c copy -f framemd5 -") +
         output("ffmpeg -v warning -i " + file + " -map 0:v? -map 0:a? -f framemd5 -");
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

/// True: the plan keeps the media where they are. `in_place`: that is wanted.
bool set(const std::string& from, const std::string& to, std::string_view value,
         bool in_place = true) {
  const Changed changed = change_file(from, to, CarrierKind::AigcKey, value, in_place);
  if (changed.format->id == "flv") {
    CHECK(flash::pointed_at(changed.after) == flash::pointed_at(changed.before));
    CHECK(flash::is_well_formed(changed.after));
  } else {
    CHECK(matroska::pointed_at(changed.after) == matroska::pointed_at(changed.before));
  }
  return changed.in_place;
}

std::string extension(const std::string& name) {
  return name.substr(name.find('.'));
}
bool is_flv(const std::string& file) {
  return file.ends_with(".flv");
}

/// mkvmerge's own words about what is wrong.
std::string complaints(const std::string& file) {
  if (is_flv(file)) return exiftool_warnings(file);
  const std::string report = output("mkvmerge -J " + file);
  const auto part = [&](const std::string& name) {
    const auto at = report.find('"' + name + '"');
    return report.substr(at, report.find(']', at) - at);
  };
  const Ran info = run("mkvinfo -v -v " + file + " 2>&1");
  const bool unknown = info.output.find("(Unknown element") != std::string::npos ||
                       info.output.find("Error") != std::string::npos;
  return part("errors") + part("warnings") + (unknown ? " mkvinfo complains" : "") +
         exiftool_warnings(file);
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
  if (!have_tools({"ffmpeg", "ffprobe", "exiftool", "mkvinfo", "mkvmerge"})) return;
  for (const Recipe& recipe : kRecipes) {
    CAPTURE(recipe.name);
    const TemporaryFolder folder;
    const std::string original = make(folder, recipe);
    const std::string first = folder.file("1" + extension(recipe.name));
    const std::string second = folder.file("2" + extension(recipe.name));
    CHECK(set(original, first, kShortLabel) == recipe.in_place);
    const bool again = set(first, second, kLongLabel);
    if (!is_flv(first)) CHECK(again);  // the first way left room
    check_label(first, kShortLabel, original);
    check_label(second, kLongLabel, original);
    CHECK(probe(second, "format_tags=title,comment,encoder") ==
          probe(original, "format_tags=title,comment,encoder"));
    CHECK(probe(second, "stream_tags") == probe(original, "stream_tags"));
  }
}

TEST_CASE("peers: in a new file exiftool sees the label and the old tags without -ee") {
  if (!have_tools({"ffmpeg", "ffprobe", "exiftool", "mkvinfo", "mkvmerge"})) return;
  for (const Recipe& recipe : kRecipes) {
    if (is_flv(recipe.name)) continue;
    CAPTURE(recipe.name);
    const TemporaryFolder folder;
    const std::string original = make(folder, recipe);
    const std::string first = folder.file("1" + extension(recipe.name));
    const std::string second = folder.file("2" + extension(recipe.name));
    set(original, first, kShortLabel, false);
    CHECK(set(first, second, kLongLabel, false));  // there is room now
    for (const auto& [file, value] :
         {std::pair{first, kShortLabel}, std::pair{second, kLongLabel}}) {
      check_label(file, value, original);
      const std::string seen = output("exiftool -a -s " + file);
      CHECK(seen.find(std::string(value)) != std::string::npos);
      CHECK((seen.find("Encoder ") != std::string::npos) ==
            (output("exiftool -a -s " + original).find("Encoder ") != std::string::npos));
    }
  }
}

TEST_CASE("peers: files of mkvmerge are labelled in place") {
  if (!have_tools({"ffmpeg", "ffprobe", "exiftool", "mkvinfo", "mkvmerge"})) return;
  for (const char* options : {"", "--disable-track-statistics-tags", "--clusters-in-meta-seek"}) {
    CAPTURE(options);
    const TemporaryFolder folder;
    const std::string source = make(folder, kRecipes[0]);
    const std::string original = folder.file("m.mkv");
    output("mkvmerge -q " + std::string(options) + " -o " + original + " " + source);
    const std::string labelled = folder.file("n.mkv");
    CHECK(set(original, labelled, kShortLabel));
    check_label(labelled, kShortLabel, original);
  }
}

TEST_CASE("peers: ffmpeg's own label is read and replaced where it stands") {
  if (!have_tools({"ffmpeg", "ffprobe", "exiftool", "mkvinfo", "mkvmerge"})) return;
  for (const char* name : {"x.mkv", "x.webm", "x.flv"}) {
    CAPTURE(name);
    const TemporaryFolder folder;
    const std::string codecs = std::string(name) == "x.webm" ? kVp8 : kH264;
    const std::string file =
        make(folder, {name, codecs + "-metadata AIGC='" + std::string(kShortLabel) + "' ", false});
    const ByteBuffer bytes = read_file(file);
    MemorySource source(bytes);
    const Format* format = detect(source, "x");
    REQUIRE(format != nullptr);
    CHECK(payload_of(*format, bytes, CarrierKind::AigcKey) == kShortLabel);
    const std::string out = folder.file("y" + extension(name));
    set(file, out, kLongLabel);
    check_label(out, kLongLabel, file);
    // The old words are nowhere in the file any more.
    CHECK(to_string(read_file(out)).find(R"("ProduceID":"01J"})") == std::string::npos);
  }
}

TEST_CASE("peers: what mkvpropedit and mkvmerge do with our file keeps the label") {
  if (!have_tools({"ffmpeg", "ffprobe", "exiftool", "mkvinfo", "mkvmerge"}) ||
      !have_tool("mkvpropedit"))
    return;
  const TemporaryFolder folder;
  const std::string original = make(folder, kRecipes[0]);
  const std::string labelled = folder.file("1.mkv"), remuxed = folder.file("2.mkv");
  set(original, labelled, kShortLabel);
  output("mkvmerge -q -o " + remuxed + " " + labelled);
  CHECK(probe(remuxed, "format_tags=AIGC") == std::string(kShortLabel) + "\n");
  output("mkvpropedit -q " + labelled + " --edit info --set title=New");
  CHECK(probe(labelled, "format_tags=AIGC") == std::string(kShortLabel) + "\n");
  CHECK(content(labelled) == content(original));
  const std::string again = folder.file("3.mkv");
  set(labelled, again, kLongLabel);
  CHECK(probe(again, "format_tags=AIGC") == std::string(kLongLabel) + "\n");
}

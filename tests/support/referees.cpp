// SPDX-License-Identifier: Apache-2.0
#include "support/referees.hpp"

#include <doctest/doctest.h>

namespace colophon::testing {

bool have_tools(std::initializer_list<const char*> tools) {
  for (const char* tool : tools) {
    if (have_tool(tool)) continue;
    MESSAGE("skipped: ", std::string_view(tool), " is not installed");
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

std::string exiftool_warnings(const std::string& file) {
  return output("exiftool -validate -a -warning -error " + file);
}

std::string probe(const std::string& file, const std::string& entries) {
  return output("ffprobe -v error -of default=nw=1:nk=1 -show_entries " + entries + " " + file);
}

std::string content_after_seek(const std::string& file) {
  return output("ffmpeg -v warning -ss 2 -i " + file + " -map 0 -c copy -f framemd5 -");
}

Changed change_file(const std::string& from, const std::string& to, CarrierKind kind,
                    std::string_view value, bool in_place) {
  Changed changed;
  changed.before = read_file(from);
  REQUIRE_FALSE(changed.before.empty());
  MemorySource source(changed.before);
  changed.format = detect(source, from);
  REQUIRE((changed.format != nullptr && changed.format->can_write(kind)));
  const Layout layout = changed.format->inspect(source, Limits{}).value();
  CHECK_FALSE(layout.damage);
  const Edit edit{kind, "", std::nullopt, to_buffer(value), false, in_place};
  const auto splice = plan_edits(*changed.format, source, layout, {&edit, 1}, Limits{});
  REQUIRE_MESSAGE(splice, (splice ? "" : splice.error().message));
  changed.after = testing::apply(changed.before, *splice);
  changed.in_place = splice->fits_in_place(changed.before.size());
  CHECK(payload_of(*changed.format, changed.after, kind) == value);
  write_file(to, changed.after);
  return changed;
}

std::string with_packet(std::string_view format, const TemporaryFolder& folder,
                        const std::string& name) {
  std::string after = folder.file("labelled-" + name);
  const Changed changed = change_file(folder.file(name), after, CarrierKind::Xmp,
                                      "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>");
  CHECK(changed.format->id == format);
  change_file(after, after, CarrierKind::Xmp, kPacket);
  CHECK(output("exiftool -b -XMP " + after) == kPacket);
  CHECK(output("exiftool -s3 -XMP-dc:Source " + after) == "the referee reads this\n");
  return after;
}

}  // namespace colophon::testing

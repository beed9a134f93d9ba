// SPDX-License-Identifier: Apache-2.0
// What the tests in tests/peers share: asking a tool that nobody here wrote, and giving it a file
// that was changed through the row that recognises it.
#pragma once

#include "support/support.hpp"

#include <initializer_list>

namespace colophon::testing {

/// Two values of a label, one longer, and an XMP packet with a dc:source.
inline constexpr std::string_view kShortLabel =
    R"({"Label":"1","ContentProducer":"001191110108MA01R70K8D10000","ProduceID":"01J"})";
inline constexpr std::string_view kLongLabel =
    R"({"Label":"1","ContentProducer":"001191110108MA01R70K8D10000","ProduceID":"01J",)"
    R"("ReservedCode1":"","ContentPropagator":"001191110108MA01R70K8D10001","PropagateID":"02",)"
    R"("ReservedCode2":""})";
inline constexpr std::string_view kPacket =
    R"(<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF )"
    R"(xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" )"
    R"(xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:source>the referee reads this</dc:source>)"
    R"(</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>)";

/// False, with a word about it, when a referee is not installed.
[[nodiscard]] bool have_tools(std::initializer_list<const char*> tools);
/// What a command says in all; it must succeed.
std::string output(const std::string& command);
/// ExifTool's complaints about a file.
[[nodiscard]] std::string exiftool_warnings(const std::string& file);
/// ffprobe's bare values of `entries`, one per line.
[[nodiscard]] std::string probe(const std::string& file, const std::string& entries);
/// The packets behind a seek, which uses the indexes of a film.
[[nodiscard]] std::string content_after_seek(const std::string& file);

/// A file changed by the row that recognises its content.
struct Changed {
  const Format* format = nullptr;
  ByteBuffer before, after;
  bool in_place = false;  ///< the plan keeps everything where it is
};
/// Sets one value in `from` and writes the outcome to `to`. `in_place`: as a change of the file
/// itself would do it.
Changed change_file(const std::string& from, const std::string& to, CarrierKind kind,
                    std::string_view value, bool in_place = false);
/// Sets XMP in a file of that format, then replaces it by kPacket; ExifTool must read the packet.
/// The path of the outcome.
std::string with_packet(std::string_view format, const TemporaryFolder& folder,
                        const std::string& name);

}  // namespace colophon::testing

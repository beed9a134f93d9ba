// SPDX-License-Identifier: Apache-2.0
// What c2pa-rs and ExifTool say of files that were signed here.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

#include "c2pa/sealed.hpp"
#include "crypto/tools.hpp"
#include "support/referees.hpp"
#include "wire/zip.hpp"

namespace colophon::testing {
namespace {

/// Its files: COLOPHON_C2PA_PEER, else where `./dev setup --peers` puts them.
std::string peer_modules() {
  const char* given = std::getenv("COLOPHON_C2PA_PEER");
  const char* source = std::getenv("COLOPHON_SOURCE_DIR");
  return given != nullptr
             ? given
             : std::string(source != nullptr ? source : ".") + "/build/peers/node_modules";
}

bool have_peer() {
  if (have_tool("node") && std::filesystem::exists(peer_modules() + "/@contentauth/c2pa-wasm")) {
    return true;
  }
  MESSAGE("skipped: @contentauth/c2pa-wasm is not installed");
  return false;
}

/// Rows that the peer has no reader for, or reads otherwise (docs/c2pa.md).
bool peer_reads(const Format& format) {
  static const std::set<std::string_view> kNot = {"html",  "markdown", "text", "subtitle", "json",
                                                  "jsonl", "ogg",      "font", "aiff",     "c2pa"};
  return !kNot.contains(format.id);
}

/// The peer reads no compressed members, and calls that a mismatch.
bool has_compressed_members(Bytes bytes) {
  MemorySource source(bytes);
  if (!wire::looks_like_zip(source)) return false;
  const auto zip = wire::read_zip(source, Limits{});
  return zip && std::any_of(zip->members.begin(), zip->members.end(),
                            [](const auto& member) { return member.method != 0; });
}

/// Files that the peer does not read as we do (docs/c2pa.md).
bool peer_differs(const std::string& what) {
  static const std::set<std::string> kOdd = {"mov: without ftyp",
                                             "wav: RF64",
                                             "wav: BW64",
                                             "pdf: bytes before the header, counted",
                                             "avi: OpenDML with room",
                                             "avi: OpenDML without room"};
  return kOdd.contains(what);
}

/// One answer for each file, in order: "Trusted", "Invalid assertion.dataHash.mismatch", ...
class Peer {
 public:
  explicit Peer(const TestSignatory& by) {
    const ByteBuffer der = by.root.front().der();
    write_file(folder_.file("root.der"), der);
    openssl(folder_, "x509 -inform DER -in root.der -out root.pem");
  }

  void add(const Format& format, Bytes bytes) {
    const std::string name = std::to_string(names_.size()) + "." + std::string(format.id);
    write_file(folder_.file(name), bytes);
    names_.push_back(name);
  }
  [[nodiscard]] std::string file(std::size_t index) const { return folder_.file(names_[index]); }

  [[nodiscard]] std::vector<std::string> answers() const {
    const char* source = std::getenv("COLOPHON_SOURCE_DIR");
    std::string command = "cd '" + folder_.path() + "' && node '" +
                          std::string(source != nullptr ? source : ".") +
                          "/tests/peers/c2pa_states.mjs' '" + peer_modules() + "' root.pem";
    for (const std::string& name : names_) command += " " + name;
    std::istringstream lines(output(command));
    std::vector<std::string> found;
    for (std::string line; std::getline(lines, line);) found.push_back(line);
    REQUIRE(found.size() == names_.size());
    return found;
  }

 private:
  TemporaryFolder folder_;
  std::vector<std::string> names_;
};

template <typename Visit>
void for_each_signed(const TestSignatory& by, const Visit& visit) {
  for (const Specimen& specimen : specimens()) {
    const Format* format = find_format(specimen.format);
    if (!is_signable(*format, specimen) || !peer_reads(*format)) continue;
    CAPTURE(specimen.format);
    CAPTURE(specimen.what);
    if (has_compressed_members(specimen.bytes)) continue;
    visit(*format, specimen, sealed(*format, specimen.bytes, by.signatory, usual_draft()));
  }
}

}  // namespace

TEST_CASE("c2pa-rs trusts what is signed here") {
  const TestSignatory* by = signatory();
  if (by == nullptr || !have_peer()) return;
  Peer peer(*by);
  std::vector<std::string> what;
  for_each_signed(*by, [&](const Format& format, const Specimen& specimen, Bytes bytes) {
    peer.add(format, bytes);
    what.push_back(specimen.format + ": " + specimen.what);
  });
  const std::vector<std::string> answers = peer.answers();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    CAPTURE(what[i]);
    CAPTURE(answers[i]);
    CHECK((answers[i] == "Trusted\t") != peer_differs(what[i]));
  }
}

TEST_CASE("c2pa-rs trusts every algorithm, and a manifest with a parent") {
  const TestSignatory* by = signatory();
  if (by == nullptr || !have_peer()) return;
  const Format& png = *find_format("png");
  const auto all = specimens();
  const ByteBuffer& picture = std::find_if(all.begin(), all.end(), [](const auto& each) {
                                return each.format == "png";
                              })->bytes;
  for (const char* kind : {"es384", "es512", "ps256", "ps384", "ps512", "eddsa"}) {
    CAPTURE(kind);
    const TestSignatory& other = *signatory(kind);
    Peer peer(other);
    peer.add(png, sealed(png, picture, other.signatory, usual_draft()));
    CHECK(peer.answers().front() == "Trusted\t");
  }
  const ByteBuffer once = sealed(png, picture, by->signatory, usual_draft());
  c2pa::Draft draft = usual_draft();
  draft.label = "urn:c2pa:22222222-2222-4333-8444-555555555555";
  draft.disclosure = true;
  draft.system = "Model";
  draft.system_version = "2";
  draft.parent =
      *c2pa::make_parent(store_of(png, once), validated_file(png, once, {}), "image/png", Limits{});
  Peer peer(*by);
  peer.add(png, sealed(png, once, by->signatory, draft));
  draft.edited = true;
  draft.source_type =
      "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
  peer.add(png, sealed(png, once, by->signatory, draft));
  for (const std::string& answer : peer.answers()) CHECK(answer == "Trusted\t");
}

TEST_CASE("one flipped bit outside what is left open makes c2pa-rs say invalid, too") {
  const TestSignatory* by = signatory();
  if (by == nullptr || !have_peer()) return;
  Random random(43);
  Peer peer(*by);
  std::vector<std::string> what;
  std::set<std::string> seen;
  for_each_signed(*by, [&](const Format& format, const Specimen& specimen, Bytes bytes) {
    if (!seen.insert(specimen.format).second) return;
    const std::vector<Range> open = open_ranges(format, bytes);
    for (int i = 0, tried = 0; i < 30 && tried < 3000; ++tried) {
      const std::uint64_t at = random.below(bytes.size());
      const bool left_open = std::any_of(open.begin(), open.end(), [&](const Range& range) {
        return at >= range.offset && at < range.end();
      });
      if (left_open) continue;
      ++i;
      ByteBuffer changed = to_buffer(bytes);
      changed[at] ^= static_cast<std::uint8_t>(1U << random.below(8));
      CHECK(validated_file(format, changed, by->root).state == c2pa::State::Invalid);
      peer.add(format, changed);
      what.push_back(specimen.format + " at " + std::to_string(at));
    }
  });
  const std::vector<std::string> answers = peer.answers();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    CAPTURE(what[i]);
    CAPTURE(answers[i]);
    CHECK_FALSE(answers[i].starts_with("Trusted"));
    CHECK_FALSE(answers[i].starts_with("Valid"));
  }
}

TEST_CASE("ExifTool reads the claim that was signed") {
  const TestSignatory* by = signatory();
  if (by == nullptr || !have_tools({"exiftool"})) return;
  const TemporaryFolder folder;
  for_each_signed(*by, [&](const Format& format, const Specimen& specimen, Bytes bytes) {
    static const std::set<std::string> kKnown = {"png", "jpeg", "jxl"};
    if (!kKnown.contains(specimen.format)) return;
    const std::string file = folder.file("x." + std::string(format.extensions.front()));
    write_file(file, bytes);
    const std::string said = run("exiftool -a -G -s '" + file + "' 2>&1").output;
    CHECK(said.find("Colophon") != std::string::npos);
    CHECK(said.find("trainedAlgorithmicMedia") != std::string::npos);
  });
}

}  // namespace colophon::testing

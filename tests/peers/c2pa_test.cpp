// SPDX-License-Identifier: Apache-2.0
// What others say of files that were signed here: c2pa-rs, c2pa-ts, the second decoder of these
// tests (c2pa_decoder.py), ExifTool.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "c2pa/golden.hpp"
#include "peers/c2pa_referees.hpp"
#include "support/referees.hpp"
#include "wire/zip.hpp"

namespace colophon::testing {
namespace {

constexpr const char* kOtherLabel = "urn:c2pa:22222222-2222-4333-8444-555555555555";

/// Does the validator have a reader for files of this row?
bool reads(Validator validator, const Format& format) {
  static const std::set<std::string_view> kNotRs = {"html",     "markdown", "text",
                                                    "subtitle", "ogg",      "font"};
  static const std::set<std::string_view> kTs = {"png", "jpeg", "heif", "avif"};
  if (validator == Validator::C2paRs) return !kNotRs.contains(format.id);
  return validator == Validator::Decoder || kTs.contains(format.id);
}

bool has_compressed_members(Bytes bytes) {
  MemorySource source(bytes);
  if (!wire::looks_like_zip(source)) return false;
  const auto zip = wire::read_zip(source, Limits{});
  return zip && std::any_of(zip->members.begin(), zip->members.end(),
                            [](const auto& member) { return member.method != 0; });
}

/// What c2pa-rs says of files that it does not read as we do (docs/c2pa.md); else "Trusted".
std::string expected(const Specimen& specimen) {
  static const std::set<std::string> kRefused = {"mov: without ftyp",
                                                 "wav: RF64",
                                                 "wav: BW64",
                                                 "pdf: bytes before the header, counted",
                                                 "avi: OpenDML with room",
                                                 "avi: OpenDML without room"};
  if (kRefused.contains(specimen.format + ": " + specimen.what)) return "refused\t";
  if (has_compressed_members(specimen.bytes)) return "Invalid\tassertion.collectionHash.mismatch";
  return "Trusted\t";
}

/// The same for c2pa-ts, else "Valid".
std::string expected_ts(const Specimen& specimen) {
  static const std::map<std::string, std::string> kOther = {
      {"heif: meta of open size", "refused\t"},
      {"jpeg: fill bytes before XMP", "refused\t"},
      {"heif: XMP in a uuid box", "Invalid\tassertion.bmffHash.mismatch"}};
  const auto found = kOther.find(specimen.format + ": " + specimen.what);
  return found != kOther.end() ? found->second : "Valid\t";
}

template <typename Visit>
void for_each_signed(const TestSignatory& by, Validator validator, const Visit& visit) {
  for (const Specimen& specimen : specimens()) {
    const Format* format = find_format(specimen.format);
    if (!is_signable(*format, specimen) || !reads(validator, *format)) continue;
    CAPTURE(specimen.format);
    CAPTURE(specimen.what);
    visit(*format, specimen, sealed(*format, specimen.bytes, by.signatory, usual_draft()));
  }
}

/// The same for one specimen of each row, which the validator reads as we do.
template <typename Visit>
void for_one_of_each(const TestSignatory& by, Validator validator, const Visit& visit) {
  std::set<std::string> seen;
  for_each_signed(by, validator, [&](const Format& format, const Specimen& specimen, Bytes bytes) {
    const bool same = validator != Validator::C2paRs || expected(specimen) == "Trusted\t";
    if (same && seen.insert(specimen.format).second) visit(format, bytes);
  });
}

template <typename Check>
void check_answers(const SignedFiles& files, Validator validator, const Check& check,
                   const std::string& options = {}) {
  const std::vector<std::string> answers = files.answers(validator, options);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    CAPTURE(files.what(i));
    CAPTURE(answers[i]);
    check(answers[i]);
  }
}

/// One flipped bit, here and there: every validator, and this one, say invalid.
void check_flips(Validator validator, int count) {
  const TestSignatory* by = signatory();
  if (by == nullptr || !have_validator(validator)) return;
  Random random(43);
  SignedFiles files(*by);
  for_one_of_each(*by, validator, [&](const Format& format, Bytes bytes) {
    for (const Flipped& flipped : flips(format, bytes, count, random)) {
      CHECK(validated_file(format, flipped.bytes, by->root).state == c2pa::State::Invalid);
      files.add(format, flipped.bytes,
                std::string(format.id) + " at " + std::to_string(flipped.at));
    }
  });
  check_answers(files, validator, [](const std::string& answer) {
    CHECK_FALSE(answer.starts_with("Trusted"));
    CHECK_FALSE(answer.starts_with("Valid"));
  });
}

}  // namespace

TEST_CASE("c2pa-rs trusts what is signed here") {
  const TestSignatory* by = signatory();
  if (by == nullptr || !have_validator(Validator::C2paRs)) return;
  SignedFiles files(*by);
  std::vector<std::string> wanted;
  for_each_signed(*by, Validator::C2paRs,
                  [&](const Format& format, const Specimen& specimen, Bytes bytes) {
                    files.add(format, bytes, specimen.format + ": " + specimen.what);
                    wanted.push_back(expected(specimen));
                  });
  std::size_t next = 0;
  check_answers(files, Validator::C2paRs,
                [&](const std::string& answer) { CHECK(answer.starts_with(wanted[next++])); });
}

TEST_CASE("c2pa-ts finds valid what is signed here") {
  const TestSignatory* by = signatory();
  if (by == nullptr || !have_validator(Validator::C2paTs)) return;
  SignedFiles files(*by);
  std::vector<std::string> wanted;
  for_each_signed(*by, Validator::C2paTs,
                  [&](const Format& format, const Specimen& specimen, Bytes bytes) {
                    files.add(format, bytes, specimen.format + ": " + specimen.what);
                    wanted.push_back(expected_ts(specimen));
                  });
  std::size_t next = 0;
  check_answers(files, Validator::C2paTs,
                [&](const std::string& answer) { CHECK(answer.starts_with(wanted[next++])); });
}

TEST_CASE("the second decoder trusts what is signed here, in every row") {
  const TestSignatory* by = signatory();
  if (by == nullptr || !have_validator(Validator::Decoder)) return;
  SignedFiles files(*by);
  for_each_signed(*by, Validator::Decoder,
                  [&](const Format& format, const Specimen& specimen, Bytes bytes) {
                    files.add(format, bytes, specimen.format + ": " + specimen.what);
                  });
  check_answers(files, Validator::Decoder,
                [](const std::string& answer) { CHECK(answer == "Trusted"); });
}

TEST_CASE("the golden vectors are trusted by the others, too") {
  const TestSignatory by = golden_signatory();
  for (const Validator validator : {Validator::C2paRs, Validator::Decoder}) {
    if (!have_validator(validator)) continue;
    SignedFiles files(by);
    for (const GoldenVector& vector : golden_vectors()) {
      const Format& format = *find_format(vector.format);
      const bool apart = vector.format == "mov" || has_compressed_members(vector.unsigned_bytes);
      const bool differs = validator == Validator::C2paRs && apart;  // mov: without ftyp
      if (!reads(validator, format) || differs) continue;
      files.add(format, read_file(golden_folder() + vector.name), vector.name);
    }
    const bool decoder = validator == Validator::Decoder;
    check_answers(
        files, validator,
        [&](const std::string& answer) { CHECK(answer == (decoder ? "Trusted" : "Trusted\t")); },
        decoder ? "--time " + std::to_string(kGoldenTime) : "");
  }
}

TEST_CASE("every algorithm is trusted by the others, too") {
  for (const char* kind : {"es384", "es512", "ps256", "ps384", "ps512", "eddsa"}) {
    const TestSignatory* by = signatory(kind);
    if (by == nullptr) return;
    CAPTURE(kind);
    SignedFiles files(*by);
    for (const Specimen& specimen : specimens()) {
      if (specimen.format != "png") continue;
      const Format& png = *find_format("png");
      files.add(png, sealed(png, specimen.bytes, by->signatory, usual_draft()), specimen.what);
    }
    if (have_validator(Validator::C2paRs)) {
      check_answers(files, Validator::C2paRs,
                    [](const std::string& answer) { CHECK(answer == "Trusted\t"); });
    }
    if (have_validator(Validator::Decoder)) {
      check_answers(files, Validator::Decoder,
                    [](const std::string& answer) { CHECK(answer == "Trusted"); });
    }
  }
}

TEST_CASE("a file that is signed again keeps its manifest as an ingredient, in every row") {
  const TestSignatory* by = signatory();
  if (by == nullptr) return;
  for (const Validator validator : {Validator::C2paRs, Validator::Decoder}) {
    if (!have_validator(validator)) continue;
    SignedFiles files(*by);
    for_one_of_each(*by, validator, [&](const Format& format, Bytes once) {
      c2pa::Draft draft = usual_draft();
      draft.label = kOtherLabel;
      draft.disclosure = true;
      draft.system = "Model";
      draft.system_version = "2";
      const auto parent =
          c2pa::make_parent(store_of(format, once), validated_file(format, once, {}),
                            format.media_types.front(), Limits{});
      REQUIRE(parent);
      draft.parent = *parent;
      files.add(format, sealed(format, once, by->signatory, draft), std::string(format.id));
      draft.edited = true;
      draft.source_type =
          "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
      files.add(format, sealed(format, once, by->signatory, draft), std::string(format.id));
    });
    const std::string wanted = validator == Validator::C2paRs ? "Trusted\t\t1" : "Trusted";
    check_answers(files, validator, [&](const std::string& answer) { CHECK(answer == wanted); });
  }
}

TEST_CASE("one flipped bit outside what is left open makes c2pa-rs say invalid, too") {
  check_flips(Validator::C2paRs, 12);
}

TEST_CASE("one flipped bit outside what is left open makes c2pa-ts say invalid, too") {
  check_flips(Validator::C2paTs, 12);
}

TEST_CASE("one flipped bit outside what is left open makes the second decoder say invalid, too") {
  check_flips(Validator::Decoder, 12);
}

TEST_CASE("ExifTool reads the claim that was signed") {
  const TestSignatory* by = signatory();
  if (by == nullptr || !have_tools({"exiftool"})) return;
  const TemporaryFolder folder;
  for_each_signed(
      *by, Validator::C2paRs, [&](const Format& format, const Specimen& specimen, Bytes bytes) {
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

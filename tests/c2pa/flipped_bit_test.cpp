// SPDX-License-Identifier: Apache-2.0
// One flipped bit in a signed file, as whoever runs `verify` hears of it: the signature is Invalid,
// or the file is said to be damaged. It never just has no label.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "c2pa/sealed.hpp"
#include "crypto/tools.hpp"
#include "ops/ops.hpp"

namespace colophon::testing {
namespace {

Report verified(Bytes file, const Format& format, const TestSignatory& by) {
  MemorySource source(file);
  const auto trust = std::make_shared<TrustStore>();
  trust->anchors = by.root;
  VerifyOptions options;
  options.file_name = "file." + std::string(format.extensions.front());
  options.trust = trust;
  return verify(source, system_env(), options);
}

/// What a person or a script cannot miss: exit code 3 or 4.
bool is_said(const Report& report) {
  const auto is_bad = [](const Evidence& evidence) {
    return evidence.c2pa &&
           (evidence.integrity == Integrity::Invalid || evidence.integrity == Integrity::Damaged);
  };
  return report.error || std::any_of(report.evidence.begin(), report.evidence.end(), is_bad);
}

std::string story(const Report& report) {
  std::string text = report.format != nullptr ? std::string(report.format->id) : "no container";
  for (const Evidence& evidence : report.evidence) {
    text += "; " + evidence.carrier;
    if (evidence.c2pa) text += " " + evidence.c2pa->state;
  }
  for (const Finding& finding : report.findings) text += "; " + finding.rule;
  return text;
}

bool inside(const std::vector<Range>& ranges, std::uint64_t at) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return at >= range.offset && at < range.end(); });
}

/// How many bits of each specimen; 0: every one.
std::uint64_t flips_wanted() {
  const char* told = std::getenv("COLOPHON_FLIPS");
  return told != nullptr ? std::strtoull(told, nullptr, 10) : 100;
}

class Flips {
 public:
  Flips(const Format& format, ByteBuffer file, const TestSignatory& by)
      : format_(format), file_(std::move(file)), by_(by), open_(open_ranges(format, file_)) {}

  void try_bit(std::uint64_t bit) {
    const std::uint64_t at = bit / 8;
    if (inside(open_, at)) return;
    file_[at] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const Report report = verified(file_, format_, by_);
    file_[at] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CAPTURE(at);
    CAPTURE(bit % 8);
    CHECK_MESSAGE(is_said(report), story(report));
  }
  [[nodiscard]] std::uint64_t bits() const noexcept { return file_.size() * 8; }

 private:
  const Format& format_;
  ByteBuffer file_;
  const TestSignatory& by_;
  std::vector<Range> open_;
};

}  // namespace

TEST_CASE("one flipped bit of a signed file is said by verify, in every row") {
  const TestSignatory* by = signatory();
  if (by == nullptr) return;
  const char* only = std::getenv("COLOPHON_ONLY");
  Random random(97);
  for (const Specimen& specimen : specimens()) {
    const Format& format = *find_format(specimen.format);
    if (!is_signable(format, specimen) || (only != nullptr && specimen.format != only)) continue;
    CAPTURE(specimen.format);
    CAPTURE(specimen.what);
    Flips flips(format, sealed(format, specimen.bytes, by->signatory, usual_draft()), *by);
    const std::uint64_t wanted = flips_wanted();
    for (std::uint64_t i = 0; i < (wanted != 0 ? wanted : flips.bits()); ++i) {
      flips.try_bit(wanted != 0 ? random.below(flips.bits()) : i);
    }
  }
}

}  // namespace colophon::testing

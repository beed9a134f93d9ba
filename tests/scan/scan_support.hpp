// SPDX-License-Identifier: Apache-2.0
// Scans inside tests.
#pragma once

#include <doctest/doctest.h>
#include <map>

#include "io/io.hpp"
#include "io/packing.hpp"
#include "scan/scan.hpp"
#include "support/support.hpp"

namespace colophon::testing {

inline const std::string kLabelledRecord =
    R"({"id":"ai","text":"x","AIGC":{"Label":"1","ContentProducer":"001191110102MAD55U9H0F10002",)"
    R"("ProduceID":"1","ReservedCode1":"","ContentPropagator":"","PropagateID":"",)"
    R"("ReservedCode2":""}})"
    "\n";

inline ByteBuffer pack(const std::string& text, Packing packing) {
  MemorySink sink;
  auto packer = open_packer(packing, sink);
  REQUIRE((*packer)->write(as_bytes(text)));
  REQUIRE((*packer)->finish());
  return sink.bytes();
}
inline void write_packed(const std::string& path, const std::string& text,
                         Packing packing = Packing::None) {
  REQUIRE(make_folders_for(path));
  write_file(path, pack(text, packing));
}

struct ScanOutcome {
  std::string lines;
  std::vector<Error> errors;  ///< as they came
  std::map<std::string, std::vector<Error>> errors_by_file;
  scan::Counts counts;
  std::uint64_t of(const std::string& origin) const {
    const auto found = counts.origins.find(origin);
    return found == counts.origins.end() ? 0 : found->second;
  }
};
inline ScanOutcome scan_files(const std::vector<std::string>& inputs) {
  ScanOutcome outcome;
  scan::ScanJob job;
  job.inputs = inputs;
  job.jobs = 2;
  job.print = [&](std::string_view lines) -> Status {
    outcome.lines += lines;
    return {};
  };
  job.complain = [&](const std::string& file, const scan::Document*, const Error& error) {
    outcome.errors.push_back(error);
    outcome.errors_by_file[file].push_back(error);
  };
  auto report = scan::scan(job, system_env());
  REQUIRE(report);
  outcome.counts = report->counts;
  return outcome;
}

/// One member of a tar file, as ustar has it.
[[nodiscard]] std::string tar_member(const std::string& name, const std::string& body,
                                     char type = '0');

}  // namespace colophon::testing

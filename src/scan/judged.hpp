// SPDX-License-Identifier: Apache-2.0
// A batch and what its documents say, ready to be written.
#pragma once

#include "scan/scan.hpp"

namespace colophon::scan {

/// What is wrong with a document.
struct Told {
  Document document;
  Error error;
};

struct Judged {
  Batch batch;
  std::string lines;            ///< of the results
  std::string attributes;       ///< of the attribute file, if there is to be one
  std::vector<Origin> origins;  ///< of every document, if there is to be a copy
  Counts counts;                ///< of this batch
  std::vector<Told> told;
};

/// Adds the batch's documents to `judged`. For any thread.
void judge_batch(Judged& judged, const std::string& file, std::uint64_t file_size,
                 const ScanJob& job, const Env& env);
void add(Counts& all, const Counts& part);

}  // namespace colophon::scan

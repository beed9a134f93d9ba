// SPDX-License-Identifier: Apache-2.0
// Which files a scan reads, and what its results depend on.
#pragma once

#include "scan/scan.hpp"

namespace colophon::scan {

struct InputFile {
  std::string path, below;  ///< `below`: from the folder that was named
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
};

/// All files of the job, and of them those of its shard: every `count`-th. Error `usage` when two
/// inputs would write the same file beside the results; `io` of folders.
[[nodiscard]] Result<std::vector<InputFile>> inputs_of(const ScanJob& job);
/// Changes with the options, the inputs and the version.
[[nodiscard]] std::string signature_of(const ScanJob& job, const std::vector<InputFile>& inputs);

}  // namespace colophon::scan

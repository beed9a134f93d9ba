// SPDX-License-Identifier: Apache-2.0
// Private to src/media: one request to the worker, and its answer. What the worker says is as
// hostile as the file it reads.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/source.hpp"

namespace colophon {

struct WorkerAnswer {
  std::multimap<std::string, std::string> head;
  ByteBuffer body;

  [[nodiscard]] std::string text(const std::string& name) const;
  /// Nothing when it is not a number, or not there.
  [[nodiscard]] std::optional<std::int64_t> number(const std::string& name) const;
};

/// Starts the worker for this request (without the version) and waits for its answer.
[[nodiscard]] Result<WorkerAnswer> ask_worker(Source& media, const std::string& request);
/// The error for an answer that makes no sense.
[[nodiscard]] Failure strange_answer();
/// Text of the worker, short and printable.
[[nodiscard]] std::string plain_answer(std::string_view text);

}  // namespace colophon

// SPDX-License-Identifier: Apache-2.0
// Private to src/media: a worker that answers little by little.
#pragma once

#include "base/child.hpp"
#include "base/source.hpp"

#include <memory>

namespace colophon {

/// A worker at work; it ends with this object.
struct StartedWorker {
  StartedWorker(Descriptor pipe, pid_t id) : output(std::move(pipe)), child(id) {}
  Descriptor output;
  Child child;
};
/// `line`: the request without the version; `parts`: what stands behind it on descriptor 0.
[[nodiscard]] Result<std::unique_ptr<StartedWorker>> start_worker(Source& media,
                                                                  const std::string& line,
                                                                  Bytes parts);

}  // namespace colophon

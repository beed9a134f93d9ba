// SPDX-License-Identifier: Apache-2.0
// Sounds whose packets cannot stand beside those of a label: the worker codes them again as a
// whole.
#pragma once

#include "marks/sound_worker.hpp"

namespace colophon::sound {

class RemadeSound final : public WorkerFile {
 public:
  /// `why`: the packets cannot be kept; empty: nothing is known of the container.
  RemadeSound(Source& source, const Format& format, std::string why)
      : WorkerFile(source), format_(format), why_(std::move(why)) {}

  [[nodiscard]] Result<Inserted> insert(std::span<const Insertion> insertions) override;
  [[nodiscard]] std::optional<Text> no_middle() const override;

 private:
  [[nodiscard]] Result<std::shared_ptr<Source>> made(Bytes request);
  [[nodiscard]] Status check_lossless(Source& made, std::uint64_t in_front);
  [[nodiscard]] Status check_lossy(Source& made, double in_front, double behind);

  const Format& format_;
  std::string why_;
};

}  // namespace colophon::sound

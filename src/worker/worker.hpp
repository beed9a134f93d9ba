// SPDX-License-Identifier: Apache-2.0
// The things that the worker is asked for (src/media/worker_protocol.hpp).
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace colophon::worker {

/// Ends the request; its text goes into the answer.
struct Failed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Copy {
  unsigned width = 0, height = 0;   ///< of the picture
  unsigned columns = 0, rows = 0;   ///< of the copy
  std::vector<std::uint8_t> bytes;  ///< rows without gaps
};
struct Wanted {
  unsigned side = 256;  ///< the longer one of the copy is at most this
  std::int64_t at_us = 0;
  unsigned channels = 1;  ///< 1 grey, 3 RGB
};

/// The sides of a copy.
void scale_sides(Copy& copy, unsigned side);

/// The lines of the answer to `probe`.
[[nodiscard]] std::string probe();
[[nodiscard]] Copy film_picture(const Wanted& wanted);
[[nodiscard]] Copy heif_picture(const Wanted& wanted);

// These answer in records (src/media/film_protocol.hpp). Their input stands behind the request's
// line on descriptor 0, from `parts_at` on.
void film_label(std::uint64_t parts_at);
void film_compare(std::uint64_t parts_at);
void film_look(std::uint64_t parts_at);
void film_remake(std::uint64_t parts_at);
void still_label(std::uint64_t parts_at);
void sound_remake(std::uint64_t parts_at);

}  // namespace colophon::worker

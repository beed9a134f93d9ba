// SPDX-License-Identifier: Apache-2.0
// Work on film that the worker does: coded pictures in, coded pictures or grey copies out. What
// comes back is as hostile as the film; nothing here is believed but sizes that were checked.
#pragma once

#include "base/limits.hpp"
#include "media/film_protocol.hpp"
#include "media/picture.hpp"

#include <functional>
#include <memory>

namespace colophon {

/// What a request may cost, from how much there is to do.
struct FilmBudget {
  std::uint64_t frames = 0;
  std::uint32_t width = 0, height = 0;
  bool encodes = false;
};

/// Hears one record. Its bytes are valid during the call.
using HearRecord = std::function<Status(worker::Record kind, Bytes bytes)>;
/// Starts the worker for `word` with these parts behind the request, and hears it to its end.
/// Errors: those of `hear`; `not-found` (no worker), `malformed` (it says why), `io` (it broke
/// down, or said nothing for too long).
[[nodiscard]] Status film_work(Source& media, const std::string& word, Bytes parts,
                               const FilmBudget& budget, const HearRecord& hear);

/// The parts of a request, one behind the other.
template <typename T>
void append_part(ByteBuffer& parts, const T& part) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&part);
  parts.insert(parts.end(), bytes, bytes + sizeof part);
}
/// A record's structure; nothing when it is too short.
template <typename T>
[[nodiscard]] std::optional<T> record_of(Bytes bytes) {
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T record;
  std::copy_n(bytes.begin(), sizeof record, reinterpret_cast<std::uint8_t*>(&record));
  return record;
}

}  // namespace colophon

// SPDX-License-Identifier: Apache-2.0
// Server-sent events (HTML Living Standard, 9.2) as bytes: where one ends, and what its data are.
#pragma once

#include "base/bytes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace colophon::stream {

struct Piece {
  enum class Kind : std::uint8_t {
    Event,  ///< with the blank line that ends it
    Long,   ///< a part of an event above the cap
    Cut,    ///< what stood behind the last event when the stream ended
  };
  Kind kind = Kind::Event;
  std::string bytes;
  std::uint64_t offset = 0;  ///< of the event
  bool first = false;        ///< of the parts of a long event
};

/// Cuts bytes at blank lines; CRLF, LF and CR end a line.
class Splitter {
 public:
  explicit Splitter(std::size_t cap) : cap_(cap) {}
  [[nodiscard]] std::vector<Piece> push(std::string_view chunk);
  [[nodiscard]] std::vector<Piece> finish();

 private:
  void append(std::string_view part, std::vector<Piece>& out);
  void end(std::string_view part, std::vector<Piece>& out);

  std::size_t cap_;
  std::string buffer_;
  std::uint64_t start_ = 0, seen_ = 0;  ///< offsets: of this event, behind what was appended
  bool line_empty_ = true;
  bool after_cr_ = false;  ///< an LF here belongs to the line's end
  bool blank_ = false;     ///< that CR ended a blank line
  bool long_ = false;
};

struct Event {
  std::string data;  ///< the data lines, joined by LF
  std::string type;  ///< of the field `event`
  std::string type_lines;
  std::string line_end = "\n";
  bool has_data = false;

  /// Where a byte of `data` stands in the event.
  [[nodiscard]] std::size_t place(std::size_t in_data) const;

  struct Stretch {
    std::size_t in_data, in_event;
  };
  std::vector<Stretch> stretches;
};
[[nodiscard]] Event read_event(std::string_view bytes);

}  // namespace colophon::stream

// SPDX-License-Identifier: Apache-2.0
#include "stream/events.hpp"

#include <algorithm>
#include <utility>

namespace colophon::stream {

void Splitter::append(std::string_view part, std::vector<Piece>& out) {
  seen_ += part.size();
  if (long_) {
    if (!part.empty()) out.push_back({Piece::Kind::Long, std::string(part), start_, false});
    return;
  }
  buffer_ += part;
  if (buffer_.size() <= cap_) return;
  out.push_back({Piece::Kind::Long, std::exchange(buffer_, {}), start_, true});
  long_ = true;
}

void Splitter::end(std::string_view part, std::vector<Piece>& out) {
  append(part, out);
  if (!long_) out.push_back({Piece::Kind::Event, std::exchange(buffer_, {}), start_, true});
  start_ = seen_;
  line_empty_ = true;
  long_ = blank_ = false;
}

std::vector<Piece> Splitter::push(std::string_view chunk) {
  std::vector<Piece> out;
  std::size_t from = 0, at = 0;
  const auto close = [&] {
    end(chunk.substr(from, at - from), out);
    from = at;
  };
  while (at < chunk.size()) {
    const char c = chunk[at];
    if (std::exchange(after_cr_, false)) {
      if (c == '\n') ++at;
      if (blank_) close();
      if (c == '\n') continue;
    }
    if (c == '\n') {
      ++at;
      if (std::exchange(line_empty_, true)) close();
    } else if (c == '\r') {
      ++at;
      after_cr_ = true;
      blank_ = std::exchange(line_empty_, true);
    } else {
      line_empty_ = false;
      at = std::min(chunk.find_first_of("\r\n", at), chunk.size());
    }
  }
  append(chunk.substr(from), out);
  return out;
}

std::vector<Piece> Splitter::finish() {
  std::vector<Piece> out;
  if (after_cr_ && blank_) {
    end({}, out);
  } else if (!buffer_.empty()) {
    out.push_back({Piece::Kind::Cut, std::exchange(buffer_, {}), start_, true});
  }
  return out;
}

Event read_event(std::string_view bytes) {
  Event event;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = std::min(bytes.find_first_of("\r\n", at), bytes.size());
    const std::size_t next =
        bytes.substr(end).starts_with("\r\n") ? end + 2 : std::min(end + 1, bytes.size());
    const std::string_view line = bytes.substr(at, end - at);
    if (at == 0 && next > end) event.line_end = bytes.substr(end, next - end);
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view name = line.substr(0, colon);
    std::size_t value = std::min(colon + 1, line.size());
    if (value < line.size() && line[value] == ' ') ++value;
    if (name == "data") {
      if (event.has_data) event.data += '\n';
      event.has_data = true;
      event.stretches.push_back({event.data.size(), at + value});
      event.data += line.substr(value);
    } else if (name == "event") {
      event.type = line.substr(value);
      event.type_lines += bytes.substr(at, next - at);
    }
    at = next;
  }
  return event;
}

std::size_t Event::place(std::size_t in_data) const {
  const auto after =
      std::upper_bound(stretches.begin(), stretches.end(), in_data,
                       [](std::size_t at, const Stretch& one) { return at < one.in_data; });
  const Stretch& own = *std::prev(after);
  return own.in_event + (in_data - own.in_data);
}

}  // namespace colophon::stream

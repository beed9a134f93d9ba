// SPDX-License-Identifier: Apache-2.0
#include "stream/labeller.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace colophon::stream {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

std::string_view message(StreamFault fault) {
  switch (fault) {
    case StreamFault::Usage:
      return "the request is wrong, so nothing was labelled";
    case StreamFault::Cut:
      return "the stream ended too early: labels that belong to its end were not written";
    case StreamFault::NotJson:
      return "the data of an event are no JSON; it was passed on as it came";
    case StreamFault::TooLong:
      return "an event is too long or has too many choices; it was passed on as it came";
    case StreamFault::ServerError:
      return "the model's server reported an error; it was passed on as it came";
    case StreamFault::HasLabel:
      return "the stream brought an aigc member of its own; it was kept and ours not written";
  }
  return "";
}

std::string what_is_wrong(const StreamRequest& request) {
  if (!is_utf8(request.text)) return "the text of the label is no UTF-8";
  if (request.aigc.empty()) return {};
  if (request.kind == StreamKind::Plain) return "plain text has no place for an aigc object";
  const auto json = wire::parse_json(request.aigc, {});
  if (!json || json->type != wire::JsonType::Object) return "aigc is no JSON object";
  return {};
}

/// Bytes of a character at the end of `text` that is not whole yet.
std::size_t open_end(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto c = static_cast<unsigned char>(text[text.size() - back]);
    if ((c & 0xC0) == 0x80) continue;
    const std::size_t size = c >= 0xF8 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
    return size > back ? back : 0;
  }
  return 0;
}

}  // namespace

std::string WholeCharacters::push(std::string text) {
  if (!held_.empty()) text.insert(0, std::exchange(held_, {}));
  const std::size_t keep = open_end(text);
  held_ = text.substr(text.size() - keep);
  text.resize(text.size() - keep);
  return text;
}

std::string WholeCharacters::rest() {
  return std::exchange(held_, {});
}

void Problems::note(StreamFault fault, std::uint64_t offset) {
  for (StreamProblem& problem : all) {
    if (problem.fault != fault) continue;
    ++problem.count;
    return;
  }
  all.push_back({fault, offset, 1, std::string(message(fault))});
}

Labeller::Labeller(StreamRequest request)
    : request_(std::move(request)),
      error_(what_is_wrong(request_)),
      splitter_(request_.max_event),
      chat_(error_.empty() ? request_ : StreamRequest{}, problems_) {
  if (error_.empty()) return;
  request_.text.clear();
  problems_.all.push_back({StreamFault::Usage, 0, 1, error_});
}

std::string Labeller::plain(std::string text) {
  if (text.empty() || std::exchange(started_, true) || request_.place != LabelPlace::Start) {
    return text;
  }
  return text.insert(text.starts_with(kMark) ? kMark.size() : 0, request_.text);
}

std::string Labeller::push(std::string_view chunk) {
  seen_ += chunk.size();
  if (request_.kind == StreamKind::Plain) return plain(characters_.push(std::string(chunk)));
  std::string out;
  for (const Piece& piece : splitter_.push(chunk)) chat_.take(piece, out);
  return characters_.push(std::move(out));
}

StreamEnd Labeller::finish() {
  StreamEnd end;
  if (request_.kind == StreamKind::Chat) {
    for (const Piece& piece : splitter_.finish()) chat_.take(piece, end.bytes);
    chat_.finish(seen_, end, end.bytes);
    end.bytes.insert(0, characters_.rest());
  } else {
    const std::string rest = characters_.rest();
    if (!rest.empty()) problems_.note(StreamFault::Cut, seen_ - rest.size());
    end.complete = rest.empty();
    end.bytes = plain(rest);
    if (started_ && request_.place == LabelPlace::End) end.bytes += request_.text;
    end.answers = started_ ? 1 : 0;
    end.labelled = started_ && !request_.text.empty() ? 1 : 0;
  }
  end.problems = problems_.all;
  return end;
}

}  // namespace colophon::stream

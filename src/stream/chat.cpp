// SPDX-License-Identifier: Apache-2.0
// Chat completion chunks as OpenAI's API and its many copies send them.
#include "base/text.hpp"
#include "stream/labeller.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace colophon::stream {
namespace {

using wire::JsonType;
using wire::JsonValue;

constexpr std::size_t kMaxChoices = 1024;
constexpr std::string_view kMark = "\xEF\xBB\xBF";  // a byte order mark may open the stream

bool is_set(const JsonValue* value) {
  return value != nullptr && value->type != JsonType::Null;
}
bool has_text(const JsonValue* content) {
  return content != nullptr && ((content->type == JsonType::String && !content->text.empty()) ||
                                (content->type == JsonType::Array && !content->items.empty()));
}
std::uint64_t index_of(const JsonValue& choice, std::size_t position) {
  const JsonValue* index = choice.find("index");
  std::uint64_t number = position;
  if (index != nullptr && index->type == JsonType::Number) {
    std::from_chars(index->text.data(), index->text.data() + index->text.size(), number);
  }
  return number;
}

}  // namespace

Chat::Chat(const StreamRequest& request, Problems& problems)
    : request_(request), problems_(problems), quoted_(wire::quote_json(request.text)) {
  // A line's end in the object would end the data line; strings hold none.
  for (char& c : request_.aigc) {
    if (c == '\n' || c == '\r') c = ' ';
  }
}

void Chat::take(const Piece& piece, std::string& out) {
  if (piece.kind == Piece::Kind::Event) return event(piece.bytes, piece.offset, out);
  if (piece.kind == Piece::Kind::Cut) return cut(piece, out);
  if (piece.first) problems_.note(StreamFault::TooLong, piece.offset);
  first_ = false;
  release(out);
  out += piece.bytes;
}

void Chat::cut(const Piece& piece, std::string& out) {
  const Event last = read_event(piece.bytes);
  // Clients that read by lines take this for the end, so it is one.
  if (!done_ && last.has_data && trim(last.data) == "[DONE]") return done(piece.bytes, out);
  problems_.note(StreamFault::Cut, piece.offset);
  release(out);
  out += piece.bytes;
}

void Chat::event(std::string_view bytes, std::uint64_t offset, std::string& out) {
  if (std::exchange(first_, false) && bytes.starts_with(kMark)) {
    out += kMark;
    bytes.remove_prefix(kMark.size());
  }
  offset_ = offset;
  const Event event = read_event(bytes);
  if (!done_ && event.has_data && trim(event.data) == "[DONE]") return done(bytes, out);
  release(out);
  if (event.type == "error") problems_.note(StreamFault::ServerError, offset);
  if (done_ || trim(event.data).empty()) {
    out += bytes;
    return;
  }
  const auto json = wire::parse_json(event.data, {});
  const bool object = json && json->type == JsonType::Object;
  if (!json) problems_.note(StreamFault::NotJson, offset);
  if (object && is_set(json->find("error")) && event.type != "error") {
    problems_.note(StreamFault::ServerError, offset);
  }
  const JsonValue* choices = object ? json->find("choices") : nullptr;
  if (choices != nullptr && choices->type == JsonType::Array) {
    chunk(event, bytes, *json, out);
  } else {
    out += bytes;
  }
}

void Chat::chunk(const Event& event, std::string_view bytes, const JsonValue& json,
                 std::string& out) {
  head_.clear();
  for (const char* key : {"id", "object", "created", "model"}) {
    const JsonValue* value = json.find(key);
    if (value == nullptr || value->type == JsonType::Array || value->type == JsonType::Object) {
      continue;
    }
    head_ +=
        fmt::format(R"("{}":{},)", key,
                    std::string_view(event.data).substr(value->begin, value->end - value->begin));
  }
  type_lines_ = event.type_lines;
  line_end_ = event.line_end;
  for (const auto& member : json.members) {
    if (request_.aigc.empty() || !equals_ignore_case(member.key, "aigc")) continue;
    problems_.note(StreamFault::HasLabel, offset_);
    foreign_ = true;
  }
  std::string before;
  std::vector<Insert> inserts;
  const auto& choices = json.find("choices")->items;
  for (std::size_t i = 0; i < choices.size(); ++i) choice(choices[i], i, event, before, inserts);
  std::sort(inserts.begin(), inserts.end(),
            [](const Insert& a, const Insert& b) { return a.at < b.at; });
  std::string own;
  std::size_t from = 0;
  for (const Insert& insert : inserts) {
    own += bytes.substr(from, insert.at - from);
    own += insert.text;
    from = insert.at;
  }
  const std::size_t grown = own.size() - from;
  own += bytes.substr(from);
  out += before;
  if (request_.aigc.empty() || foreign_ || !all_finished()) {
    out += own;
    return;
  }
  held_ = std::move(own);
  held_at_ = event.place(json.end - 1) + grown;
}

void Chat::choice(const JsonValue& json, std::size_t position, const Event& event,
                  std::string& before, std::vector<Insert>& inserts) {
  if (json.type != JsonType::Object) return;
  const std::uint64_t index = index_of(json, position);
  if (choices_.size() >= kMaxChoices && !choices_.contains(index)) {
    problems_.note(StreamFault::TooLong, offset_);
    return;
  }
  Choice& state = choices_[index];
  const JsonValue* delta = json.find("delta");
  const JsonValue* content =
      delta != nullptr && delta->type == JsonType::Object ? delta->find("content") : nullptr;
  const bool text = has_text(content);
  state.text = state.text || text;
  state.finished = state.finished || is_set(json.find("finish_reason"));
  const bool due = request_.place == LabelPlace::Start ? text : state.finished && state.text;
  if (request_.text.empty() || state.labelled || !due) return;
  state.labelled = true;
  if (request_.place == LabelPlace::End && text && content->type == JsonType::String) {
    // Text and end in one event: an event behind it would come too late, one in front too early.
    inserts.push_back({event.place(content->end - 1), quoted_.substr(1, quoted_.size() - 2)});
  } else {
    before += label_event(index);
  }
}

void Chat::done(std::string_view bytes, std::string& out) {
  done_ = true;
  if (!held_.empty()) {
    held_.insert(held_at_, fmt::format(R"(,"aigc":{})", request_.aigc));
    written_ = true;
    release(out);
  }
  for (auto& [index, choice] : choices_) {
    if (request_.text.empty() || choice.labelled || !choice.text) continue;
    out += label_event(index);
    choice.labelled = true;
  }
  if (!request_.aigc.empty() && !written_ && !foreign_ && !choices_.empty()) {
    out += own_event(fmt::format(R"("choices":[],"aigc":{})", request_.aigc));
    written_ = true;
  }
  out += bytes;
}

void Chat::release(std::string& out) {
  out += std::exchange(held_, {});
}

bool Chat::all_finished() const {
  return !choices_.empty() && std::all_of(choices_.begin(), choices_.end(),
                                          [](const auto& one) { return one.second.finished; });
}

std::string Chat::own_event(const std::string& rest) const {
  return fmt::format("{}data: {{{}{}}}{}{}", type_lines_, head_, rest, line_end_, line_end_);
}

std::string Chat::label_event(std::uint64_t index) const {
  return own_event(
      fmt::format(R"("choices":[{{"index":{},"delta":{{"content":{}}},"finish_reason":null}}])",
                  index, quoted_));
}

void Chat::finish(std::uint64_t offset, StreamEnd& end, std::string& out) {
  release(out);
  if (!done_ && std::none_of(problems_.all.begin(), problems_.all.end(), [](const auto& problem) {
        return problem.fault == StreamFault::Cut;
      })) {
    problems_.note(StreamFault::Cut, offset);
  }
  end.complete = done_;
  end.aigc = written_;
  for (const auto& [index, choice] : choices_) {
    end.answers += choice.text ? 1 : 0;
    end.labelled += choice.labelled ? 1 : 0;
  }
}

}  // namespace colophon::stream

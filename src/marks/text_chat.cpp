// SPDX-License-Identifier: Apache-2.0
#include "marks/text_chat.hpp"

#include <colophon/stream.hpp>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "stream/events.hpp"
#include "stream/labeller.hpp"
#include "wire/json_text.hpp"

namespace colophon::text_mark {
namespace {

using wire::JsonType;
using wire::JsonValue;

constexpr std::size_t kMaxEvent = 1 << 20;
constexpr std::size_t kMaxAnswers = 1024;

/// The strings that make one answer, in order.
using Parts = std::vector<const JsonValue*>;

Failure unsupported(std::string why) {
  return fail(ErrorCode::Unsupported, std::move(why));
}

const JsonValue* member(const JsonValue* object, std::string_view key) {
  return object == nullptr ? nullptr : object->find(key);
}

void add_text(const JsonValue* value, Parts& parts) {
  if (value != nullptr && value->type == JsonType::String) parts.push_back(value);
}

/// A string, or a list of parts with a `text`.
Parts parts_of(const JsonValue* content) {
  Parts parts;
  add_text(content, parts);
  if (content == nullptr || content->type != JsonType::Array) return parts;
  for (const JsonValue& item : content->items) add_text(item.find("text"), parts);
  return parts;
}

void add_answer(Parts parts, std::vector<Parts>& answers) {
  if (!parts.empty() && answers.size() < kMaxAnswers) answers.push_back(std::move(parts));
}

template <typename ContentOf>
void add_list(const JsonValue* list, std::vector<Parts>& answers, ContentOf content_of) {
  if (list == nullptr || list->type != JsonType::Array) return;
  for (const JsonValue& item : list->items) add_answer(parts_of(content_of(item)), answers);
}

/// Chat completions and completions (OpenAI and its many copies), responses, messages (Anthropic),
/// candidates (Gemini), and what Ollama writes.
std::vector<Parts> answers_of(const JsonValue& root) {
  std::vector<Parts> answers;
  add_list(root.find("choices"), answers, [](const JsonValue& choice) {
    const JsonValue* content = member(choice.find("message"), "content");
    return content != nullptr ? content : choice.find("text");
  });
  add_list(root.find("candidates"), answers,
           [](const JsonValue& item) { return member(item.find("content"), "parts"); });
  add_list(root.find("output"), answers,
           [](const JsonValue& item) { return item.find("content"); });
  const JsonValue* role = root.find("role");
  if (role != nullptr && role->text == "assistant") {
    add_answer(parts_of(root.find("content")), answers);
  }
  add_answer(parts_of(member(root.find("message"), "content")), answers);
  if (root.find("model") != nullptr) add_answer(parts_of(root.find("response")), answers);
  return answers;
}

Running running_of(std::string text) {
  Running running{std::move(text), {}};
  running.found = text::scan_text(as_bytes(running.text));
  return running;
}

/// A JSON string without its quotes.
std::string inside(const std::string& text) {
  const std::string quoted = wire::quote_json(text);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

Result<Answers> json_answers(Source& source, const MarkDemand& demand, const Limits& limits) {
  const TextDocument document = TRY(TextDocument::open(source, limits));
  if (document.recoded() || !is_utf8(document.text())) {
    return unsupported("the JSON document is not stored as UTF-8");
  }
  const std::string_view body = document.text().substr(document.start());
  const JsonValue root = TRY(wire::parse_json(body, limits));
  const std::vector<Parts> found = answers_of(root);
  if (found.empty()) {
    return unsupported("the JSON document holds no answer of a model that a person would read");
  }
  const std::string escaped = inside(joined(demand));
  Answers answers;
  for (const Parts& parts : found) {
    std::string text;
    for (const JsonValue* part : parts) text += part->text;
    answers.texts.push_back(running_of(std::move(text)));
    const Running& running = answers.texts.back();
    for (const End end : lacking(running, running, demand)) {
      const bool start = end == End::Start;
      const std::size_t at = start ? parts.front()->begin + 1 : parts.back()->end - 1;
      answers.edits.push_back(
          {{document.start() + at, 0}, to_buffer(start ? escaped + "\\n\\n" : "\\n\\n" + escaped)});
    }
  }
  return answers;
}

bool is_events(Source& source) noexcept {
  const std::string head = text_head(source, 4096);
  const std::string_view text = trim(head);
  const bool first = text.starts_with("data:") || text.starts_with("event:") ||
                     text.starts_with("id:") || text.starts_with(": ");
  const std::size_t data = text.find("data:");
  return first && data != std::string_view::npos && trim(text.substr(data + 5)).starts_with('{');
}

namespace {

/// What each choice of a recorded stream says.
std::map<std::uint64_t, std::string> said_in(std::string_view stream, const Limits& limits) {
  std::map<std::uint64_t, std::string> said;
  stream::Splitter splitter(kMaxEvent);
  std::vector<stream::Piece> pieces = splitter.push(stream);
  for (stream::Piece& last : splitter.finish()) pieces.push_back(std::move(last));
  for (const stream::Piece& piece : pieces) {
    const stream::Event event = stream::read_event(piece.bytes);
    if (!trim(event.data).starts_with('{')) continue;
    const auto json = wire::parse_json(event.data, limits);
    const JsonValue* choices = json ? json->find("choices") : nullptr;
    if (choices == nullptr || choices->type != JsonType::Array) continue;
    for (const JsonValue& choice : choices->items) {
      const JsonValue* content = member(choice.find("delta"), "content");
      if (content == nullptr || content->type != JsonType::String) continue;
      const JsonValue* index = choice.find("index");
      const std::uint64_t number =
          index == nullptr
              ? 0
              : static_cast<std::uint64_t>(std::strtoull(index->text.c_str(), nullptr, 10));
      if (said.size() < kMaxAnswers || said.contains(number)) said[number] += content->text;
    }
  }
  return said;
}

/// The stream with the label in every answer.
Result<std::string> labelled(std::string_view stream, const std::string& words, End end) {
  StreamRequest request;
  request.kind = StreamKind::Chat;
  request.place = end == End::Start ? LabelPlace::Start : LabelPlace::End;
  request.text = end == End::Start ? words + "\n\n" : "\n\n" + words;
  stream::Labeller labeller(request);
  std::string out = labeller.push(stream);
  StreamEnd rest = labeller.finish();
  out += rest.bytes;
  if (rest.labelled == 0) return unsupported("the events hold no answer of a model");
  return out;
}

/// What changed, from the first byte that differs to the last.
Replacement difference(std::string_view before, std::string_view after) {
  const std::size_t most = std::min(before.size(), after.size());
  std::size_t front = 0;
  while (front < most && before[front] == after[front]) ++front;
  std::size_t back = 0;
  while (back < most - front &&
         before[before.size() - 1 - back] == after[after.size() - 1 - back]) {
    ++back;
  }
  return {{front, before.size() - front - back},
          to_buffer(after.substr(front, after.size() - front - back))};
}

}  // namespace

Result<Answers> event_answers(Source& source, const MarkDemand& demand, const Limits& limits) {
  const TextDocument document = TRY(TextDocument::open(source, limits));
  if (document.recoded() || !is_utf8(document.text())) {
    return unsupported("the events are not stored as UTF-8");
  }
  const std::string before(document.text());
  Answers answers;
  std::vector<End> ends;
  bool some = false;  // an answer that lacks nothing
  for (auto& [index, text] : said_in(before, limits)) {
    if (text.empty()) continue;
    answers.texts.push_back(running_of(std::move(text)));
    const auto missing = lacking(answers.texts.back(), answers.texts.back(), demand);
    some = some || missing.empty();
    for (const End end : missing) {
      if (std::find(ends.begin(), ends.end(), end) == ends.end()) ends.push_back(end);
    }
  }
  if (answers.texts.empty()) return unsupported("the events hold no answer of a model");
  if (some && !ends.empty()) {
    return unsupported("some of the answers have a label already, and the others lack it");
  }
  std::string after = before;
  for (const End end : ends) after = TRY(labelled(after, joined(demand), end));
  if (!ends.empty()) answers.edits.push_back(difference(before, after));
  return answers;
}

}  // namespace colophon::text_mark

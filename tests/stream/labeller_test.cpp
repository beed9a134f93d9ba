// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/core.h>
#include <rapidcheck.h>

#include "base/text.hpp"
#include "stream/labeller.hpp"

using namespace colophon;
using stream::Labeller;

namespace {

constexpr std::string_view kAigc = R"({"Label":"1","ContentProducer":"x"})";

struct Through {
  std::string bytes;
  StreamEnd end;
};
Through through(const StreamRequest& request, std::string_view text, std::size_t step = SIZE_MAX) {
  Labeller labeller(request);
  Through all;
  for (std::size_t at = 0; at < text.size(); at += std::min(step, text.size())) {
    all.bytes += labeller.push(text.substr(at, step));
  }
  all.end = labeller.finish();
  all.bytes += all.end.bytes;
  return all;
}
StreamRequest chat(std::string text = "AI", LabelPlace place = LabelPlace::End,
                   std::string_view aigc = kAigc) {
  return {StreamKind::Chat, std::move(text), place, std::string(aigc), 1 << 20};
}

std::string data(const std::string& json) {
  return "data: " + json + "\n\n";
}
const std::string kHead =
    R"({"id":"c-1","object":"chat.completion.chunk","created":7,"model":"m",)";
/// A chunk of one choice; `delta` without braces.
std::string chunk(const std::string& delta, const std::string& finish = "null", int index = 0) {
  return data(kHead +
              fmt::format(R"("choices":[{{"index":{},"delta":{{{}}},"finish_reason":{}}}]}})",
                          index, delta, finish));
}
std::string with_aigc(std::string event) {
  return event.insert(event.size() - 3, fmt::format(R"(,"aigc":{})", kAigc));
}
const std::string kRole = chunk(R"("role":"assistant","content":"")");
const std::string kThought = chunk(R"("reasoning_content":"hm")");
const std::string kText = chunk(R"("content":"你好")");
const std::string kStop = chunk("", R"("stop")");
const std::string kUsage = data(kHead + R"("choices":[],"usage":{"total_tokens":3}})");
const std::string kDone = "data: [DONE]\n\n";
const std::string kLabel = chunk(R"("content":"AI")");

std::vector<StreamFault> faults(const StreamEnd& end) {
  std::vector<StreamFault> all;
  for (const auto& problem : end.problems) all.push_back(problem.fault);
  return all;
}
using Faults = std::vector<StreamFault>;

}  // namespace

TEST_CASE("stream: a chat gets the label as an event of its own and aigc in the last one") {
  const std::string in = kRole + kThought + kText + kStop + kUsage + kDone;
  auto got = through(chat(), in);
  CHECK(got.bytes == kRole + kThought + kText + kLabel + kStop + with_aigc(kUsage) + kDone);
  CHECK(got.end.complete);
  CHECK(got.end.answers == 1);
  CHECK(got.end.labelled == 1);
  CHECK(got.end.aigc);
  CHECK(got.end.problems.empty());

  got = through(chat("AI", LabelPlace::Start), in);
  CHECK(got.bytes == kRole + kThought + kLabel + kText + kStop + with_aigc(kUsage) + kDone);
  CHECK(through(chat("", LabelPlace::End, ""), in).bytes == in);
}

TEST_CASE("stream: the label is escaped, and stays valid JSON") {
  const auto got = through(chat("\n\"AI生成\"\\"), kText + kStop + kDone);
  CHECK(got.bytes.find(R"("content":"\u000a\"AI生成\"\\")") != std::string::npos);
  const std::string pretty = "{\n\"Label\":\r\n\"1\"}";
  const auto spread = through(chat("", LabelPlace::End, pretty), kText + kStop + kDone);
  CHECK(spread.bytes.find("\"aigc\":{ \"Label\":  \"1\"}}\n\n") != std::string::npos);
}

TEST_CASE("stream: every choice is labelled once; one without text is not") {
  const std::string other = chunk(R"("content":"x")", "null", 1);
  const std::string tool =
      chunk(R"("tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}}])", "null", 2);
  const std::string end1 = chunk("", R"("length")", 1), end2 = chunk("", R"("tool_calls")", 2);
  const auto got = through(chat(), kText + other + tool + end1 + kStop + end2 + kDone);
  CHECK(got.bytes == kText + other + tool + chunk(R"("content":"AI")", "null", 1) + end1 + kLabel +
                         kStop + with_aigc(end2) + kDone);
  CHECK(got.end.answers == 2);
  CHECK(got.end.labelled == 2);
}

TEST_CASE("stream: text and end in one event: the label follows the text") {
  const auto got = through(chat(), chunk(R"("content":"x")", R"("stop")") + kDone);
  CHECK(got.bytes == with_aigc(chunk(R"("content":"xAI")", R"("stop")")) + kDone);
}

TEST_CASE("stream: without a finish reason the labels stand before [DONE]") {
  const auto got = through(chat(), kText + kDone);
  CHECK(got.bytes ==
        kText + kLabel + data(kHead + fmt::format(R"("choices":[],"aigc":{}}})", kAigc)) + kDone);
  CHECK(got.end.aigc);
}

TEST_CASE("stream: no token waits, and an end waits for one event at most") {
  Labeller labeller(chat());
  CHECK(labeller.push(kRole) == kRole);
  CHECK(labeller.push(kText.substr(0, 80)).empty());
  CHECK(labeller.push(kText.substr(80)) == kText);
  CHECK(labeller.push(kStop) == kLabel);
  CHECK(labeller.push(": still here\n\n") == kStop + ": still here\n\n");
  CHECK(labeller.push(kUsage).empty());
  CHECK(labeller.push(kDone) == with_aigc(kUsage) + kDone);
}

TEST_CASE("stream: what is no chat event passes byte for byte") {
  const std::string odd =
      ": comment\r\n\r\nretry: 10\nid: 4\n\nevent: ping\rdata: "
      "{\"type\":\"ping\"}\r\r\n\n\ndata\n\n"
      "unknown: field\n\ndata: [1]\n\ndata:{\"choices\":7}\n\n";
  const auto got = through(chat(), odd + kText + kStop + kDone + "behind\n\n");
  CHECK(got.bytes == odd + kText + kLabel + with_aigc(kStop) + kDone + "behind\n\n");
  CHECK(got.end.problems.empty());
}

TEST_CASE("stream: our events follow the stream's line ends and event names") {
  const auto crlf = [](std::string text) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
      text.insert(at, "\r");
    }
    return text;
  };
  const std::string mark = "\xEF\xBB\xBF";
  auto got = through(chat("AI", LabelPlace::Start, ""), mark + crlf(kText + kStop + kDone));
  CHECK(got.bytes == mark + crlf(kLabel + kText + kStop + kDone));
  got = through(chat("AI", LabelPlace::End, ""), kText + "event: m\n" + kStop + kDone);
  CHECK(got.bytes == kText + "event: m\n" + kLabel + "event: m\n" + kStop + kDone);
}

TEST_CASE("stream: JSON over several data lines is edited in place") {
  const std::string in =
      "data: {\"choices\": [\ndata: {\"delta\": {\"content\": \"x\"},\n"
      "data:  \"finish_reason\": \"stop\"}\ndata: ]}\nid: 9\n\n";
  std::string want = in;
  want.insert(want.find("x\"") + 1, "AI");
  want.insert(want.find("]}") + 1, fmt::format(",\"aigc\":{}", kAigc));
  CHECK(through(chat(), in + kDone).bytes == want + kDone);
}

TEST_CASE("stream: a stream that breaks keeps what came, and the end says so") {
  const std::string half = kText.substr(0, 60);
  auto got = through(chat(), kText + half);
  CHECK(got.bytes == kText + half);
  CHECK_FALSE(got.end.complete);
  CHECK(got.end.answers == 1);
  CHECK(got.end.labelled == 0);
  CHECK(faults(got.end) == Faults{StreamFault::Cut});
  CHECK(got.end.problems[0].offset == kText.size());

  got = through(chat(), kText + kStop);
  CHECK(got.bytes == kText + kLabel + kStop);
  CHECK_FALSE(got.end.aigc);
  CHECK(faults(got.end) == Faults{StreamFault::Cut});

  const std::string error = data(R"({"error":{"message":"overloaded"}})");
  got = through(chat(), kText + error + "event: error\ndata: {}\n\n" + "data: {oops\n\n" + kDone);
  CHECK(
      got.bytes.starts_with(kText + error + "event: error\ndata: {}\n\ndata: {oops\n\n" + kLabel));
  CHECK(faults(got.end) == Faults{StreamFault::ServerError, StreamFault::NotJson});
  CHECK(got.end.problems[0].count == 2);

  got = through(chat(), "");
  CHECK(got.bytes.empty());
  CHECK(faults(got.end) == Faults{StreamFault::Cut});

  CHECK(through(chat(), kText + kStop + "data: [DONE]").bytes ==
        kText + kLabel + with_aigc(kStop) + "data: [DONE]");
}

TEST_CASE("stream: an aigc member of somebody else stands") {
  const std::string theirs = with_aigc(kStop);
  const auto got = through(chat("AI", LabelPlace::End, R"({"Label":"2"})"), kText + theirs + kDone);
  CHECK(got.bytes == kText + kLabel + theirs + kDone);
  CHECK_FALSE(got.end.aigc);
  CHECK(faults(got.end) == Faults{StreamFault::HasLabel});
}

TEST_CASE("stream: an event above the cap passes in pieces, and memory stays small") {
  StreamRequest request = chat();
  request.max_event = 200;
  const std::string big = data("\"" + std::string(100'000, 'x') + "人\"");
  Labeller labeller(request);
  std::string out;
  std::size_t given = 0, most = 0;
  for (const char c : kText + big + kStop + kDone) {
    out += labeller.push({&c, 1});
    most = std::max(most, ++given - std::min(given, out.size()));
  }
  CHECK(most <= 201);
  const StreamEnd end = labeller.finish();
  CHECK(out == kText + big + kLabel + with_aigc(kStop) + kDone);
  CHECK(faults(end) == Faults{StreamFault::TooLong});
  CHECK(end.problems[0].offset == kText.size());

  std::string many;
  for (int i = 0; i < 1100; ++i) many += chunk(R"("content":"x")", "null", i);
  const auto got = through(chat(), many + kDone);
  CHECK(got.end.answers == 1024);
  CHECK(got.end.problems.at(0).count == 76);
}

TEST_CASE("stream: plain text") {
  const auto plain = [](std::string text, LabelPlace place) {
    return StreamRequest{StreamKind::Plain, std::move(text), place, "", 1 << 20};
  };
  CHECK(through(plain("AI生成\n", LabelPlace::Start), "你好").bytes == "AI生成\n你好");
  CHECK(through(plain("\nAI", LabelPlace::End), "你好").bytes == "你好\nAI");
  CHECK(through(plain("AI", LabelPlace::Start), "\xEF\xBB\xBFx", 1).bytes ==
        "\xEF\xBB\xBF"
        "AIx");
  CHECK(through(plain("AI", LabelPlace::End), "").bytes.empty());
  const auto cut = through(plain("AI", LabelPlace::End), "x\xE4\xBD");
  CHECK(cut.bytes ==
        "x\xE4\xBD"
        "AI");
  CHECK(faults(cut.end) == Faults{StreamFault::Cut});
  CHECK(cut.end.problems[0].offset == 1);
}

TEST_CASE("stream: a wrong request changes nothing and says so") {
  for (const StreamRequest& request :
       {chat("\xFF"), chat("AI", LabelPlace::End, "[1]"), chat("AI", LabelPlace::End, "{"),
        StreamRequest{StreamKind::Plain, "AI", LabelPlace::End, "{}", 9}}) {
    CHECK_FALSE(Labeller(request).error().empty());
    const auto got = through(request, kText + kStop + kDone);
    CHECK(got.bytes == kText + kStop + kDone);
    CHECK(got.end.labelled == 0);
    CHECK(got.end.problems.at(0).fault == StreamFault::Usage);
  }
  CHECK(Labeller(chat()).error().empty());
}

TEST_CASE("stream: chunks never change the output nor part a character") {
  const std::string parts[] = {kRole,
                               kThought,
                               kText,
                               kStop,
                               kUsage,
                               kDone,
                               chunk(R"("content":"人")", R"("stop")", 1),
                               ": 工\r\n\r\n",
                               "data: x\r\r",
                               "\r\n",
                               "\n",
                               "event: e\rdata: {\"choices\":[]}\r\r\n",
                               data(std::string(700, 'y') + "智")};
  CHECK(rc::check([&] {
    std::string in;
    for (int i = *rc::gen::inRange(0, 9); i > 0; --i) {
      in += parts[*rc::gen::inRange<std::size_t>(0, std::size(parts))];
    }
    in.resize(in.size() - *rc::gen::inRange<std::size_t>(0, in.size() + 1) / 4);
    StreamRequest request = chat("AI生成", *rc::gen::element(LabelPlace::Start, LabelPlace::End));
    request.max_event = 600;
    if (*rc::gen::arbitrary<bool>()) {
      request.kind = StreamKind::Plain;
      request.aigc.clear();
    }
    const auto whole = through(request, in);
    RC_ASSERT(through(request, in, 1).bytes == whole.bytes);
    Labeller labeller(request);
    std::string out;
    for (std::size_t at = 0; at < in.size();) {
      const auto step = *rc::gen::inRange<std::size_t>(1, 40);
      const std::string some = labeller.push(std::string_view(in).substr(at, step));
      RC_ASSERT(is_utf8(some));
      out += some;
      at += step;
    }
    const StreamEnd end = labeller.finish();
    RC_ASSERT(out + end.bytes == whole.bytes);
    RC_ASSERT(faults(end) == faults(whole.end));
    RC_ASSERT(end.labelled == whole.end.labelled);
  }));
}

TEST_CASE("stream: every place to cut in two gives the same output") {
  const std::string in =
      kRole + ": x\r\n\r\n" + kText + "event: m\r" + kText + "\r\n" + kStop + kUsage + kDone;
  const std::string whole = through(chat(), in).bytes;
  for (std::size_t at = 0; at <= in.size(); ++at) {
    Labeller labeller(chat());
    std::string out = labeller.push(std::string_view(in).substr(0, at));
    out += labeller.push(std::string_view(in).substr(at));
    CHECK(out + labeller.finish().bytes == whole);
  }
}

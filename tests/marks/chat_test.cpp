// SPDX-License-Identifier: Apache-2.0
// Labels in the answers of language models: JSON objects and recorded event streams.
#include <doctest/doctest.h>

#include "marks/demand.hpp"
#include "support/support.hpp"
#include "wire/json_text.hpp"

using namespace colophon;

namespace {

MarkDemand demand_for(bool start, bool end) {
  MarkDemand demand;
  demand.medium = MarkMedium::Text;
  demand.texts = {"本内容由AI生成"};
  demand.at_start = start;
  demand.at_end = end;
  return demand;
}

Result<MarkPlan> planned(std::string_view format, const std::string& text,
                         const MarkDemand& demand) {
  MemorySource source(as_bytes(text));
  return plan_text_mark(source, *find_format(format), "a", demand, {});
}

std::string marked(std::string_view format, const std::string& text, const MarkDemand& demand) {
  MemorySource source(as_bytes(text));
  const auto plan = plan_text_mark(source, *find_format(format), "a", demand, {});
  const std::string why = plan ? std::string() : plan.error().message;
  CAPTURE(why);
  REQUIRE(plan);
  CHECK(plan->changes);
  MemorySink sink;
  REQUIRE(execute(source, plan->splice, sink));
  const std::string out = to_string(sink.bytes());
  const auto again = planned(format, out, demand);
  REQUIRE(again);
  CHECK_FALSE(again->changes);
  MemorySource output(as_bytes(out));
  const auto found = find_text_marks(output, *find_format(format), {});
  REQUIRE(found);
  CHECK_FALSE(found->marks.empty());
  return out;
}

}  // namespace

TEST_CASE("each choice of a chat completion, and not one byte more") {
  const std::string front =
      "{\"id\": 1, \"choices\": [{\"index\":0, \"message\": "
      "{\"role\":\"assistant\", \"content\": \"";
  const std::string middle = "\"}}, {\"message\": {\"content\":\"";
  const std::string back = "\"}}], \"usage\":null}\n";
  const std::string text = front + "One \\\"a\\\"." + middle + "Two." + back;
  CHECK(marked("json", text, demand_for(true, false)) ==
        front + "本内容由AI生成\\n\\nOne \\\"a\\\"." + middle + "本内容由AI生成\\n\\nTwo." + back);
  CHECK(marked("json", text, demand_for(false, true)) ==
        front + "One \\\"a\\\".\\n\\n本内容由AI生成" + middle + "Two.\\n\\n本内容由AI生成" + back);
}

TEST_CASE("the shapes of other services") {
  for (const char* text :
       {"{\"choices\":[{\"text\":\"One.\"}]}",
        "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"One.\"}]}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"One.\"},{\"text\":\"Two.\"}]}}]}",
        "{\"output\":[{\"content\":[{\"type\":\"output_text\",\"text\":\"One.\"}]}]}",
        "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"One.\"}}",
        "{\"model\":\"m\",\"response\":\"One.\"}"}) {
    CAPTURE(text);
    const std::string out = marked("json", text, demand_for(true, true));
    CHECK(wire::parse_json(out, {}));
    CHECK(out.find("本内容由AI生成\\n\\nOne.") != std::string::npos);
  }
  for (const char* text :
       {"{}", "[1]", "{\"text\":\"One.\"}", "{\"choices\":[{\"message\":{}}]}"}) {
    CAPTURE(text);
    const auto plan = planned("json", text, demand_for(true, false));
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == ErrorCode::Unsupported);
  }
}

TEST_CASE("a recorded stream of events gets an event of its own") {
  const std::string head =
      "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,";
  const std::string text = head + "\"delta\":{\"role\":\"assistant\"}}]}\n\n" + head +
                           "\"delta\":{\"content\":\"One.\"}}]}\n\n" + head +
                           "\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
  for (const auto& [start, end] : {std::pair{true, false}, {false, true}, {true, true}}) {
    const std::string out = marked("text", text, demand_for(start, end));
    CHECK(out.size() > text.size());
    CHECK(out.find("\"One.\"") != std::string::npos);
    CHECK(out.ends_with("data: [DONE]\n\n"));
  }
  CHECK_FALSE(planned("text", "data: {\"a\":1}\n\n", demand_for(true, false)));
}

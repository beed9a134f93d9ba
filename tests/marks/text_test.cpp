// SPDX-License-Identifier: Apache-2.0
// Labels in plain text, Markdown, HTML and subtitles: where they go, once, and nothing else.
#include <doctest/doctest.h>

#include <algorithm>

#include "marks/demand.hpp"
#include "support/support.hpp"

using namespace colophon;

namespace {

MarkDemand demand_for(std::vector<std::string> texts, bool start = true, bool end = false) {
  MarkDemand demand;
  demand.medium = MarkMedium::Text;
  demand.texts = std::move(texts);
  demand.at_start = start;
  demand.at_end = end;
  return demand;
}
const std::vector<std::string> kChinese = {"本内容由AI生成"};

struct Marked {
  Result<MarkPlan> plan;
  std::string text;
};

std::string output_of(MemorySource& source, const Splice& splice) {
  MemorySink sink;
  REQUIRE(execute(source, splice, sink));
  return to_string(sink.bytes());
}

/// Puts the label in, and proves that the rest stands as it was and that a second one is not put.
Marked mark(std::string_view format, const std::string& document, const MarkDemand& demand,
            std::string_view name = "a") {
  MemorySource source(as_bytes(document));
  const Format& row = *find_format(format);
  auto plan = plan_text_mark(source, row, name, demand, {});
  if (!plan) return {std::move(plan), {}};
  std::uint64_t kept = 0;
  for (const Piece& piece : plan->splice.pieces) {
    if (const auto* range = std::get_if<Range>(&piece)) {
      CHECK(range->offset == kept);
      kept = range->end();
    }
  }
  CHECK(kept == document.size());
  std::string text = output_of(source, plan->splice);
  MemorySource marked(as_bytes(text));
  const auto again = plan_text_mark(marked, row, name, demand, {});
  REQUIRE(again);
  CHECK_FALSE(again->changes);
  return {std::move(plan), std::move(text)};
}

std::string utf16(std::string_view ascii, bool big) {
  std::string out = big ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) {
    if (big) out += '\0';
    out += c;
    if (!big) out += '\0';
  }
  return out;
}

}  // namespace

TEST_CASE("a paragraph of plain text, at the start and at the end") {
  const MarkDemand both = demand_for(kChinese, true, true);
  CHECK(mark("text", "One.\n\nTwo.\n", both, "a.txt").text ==
        "本内容由AI生成\n\nOne.\n\nTwo.\n\n本内容由AI生成\n");
  CHECK(mark("text", "One.\r\nTwo.", both, "a.txt").text ==
        "本内容由AI生成\r\n\r\nOne.\r\nTwo.\r\n\r\n本内容由AI生成\r\n");
  CHECK(mark("text", "\xEF\xBB\xBFOne.\n", demand_for(kChinese), "a.txt").text ==
        "\xEF\xBB\xBF本内容由AI生成\n\nOne.\n");
  CHECK(mark("text", "One.\n", demand_for({"本内容由AI生成", "AI GENERATED"}), "a.txt").text ==
        "本内容由AI生成 · AI GENERATED\n\nOne.\n");
}

TEST_CASE("the mark tells where its words stand in the output") {
  const Marked marked = mark("text", "One.\n", demand_for(kChinese, true, true), "a.txt");
  REQUIRE(marked.plan);
  REQUIRE(marked.plan->marks.size() == 2);
  for (const Mark& each : marked.plan->marks) {
    CHECK(marked.text.substr(each.where.offset, each.where.size) == "本内容由AI生成");
    CHECK(each.language == "zh");
  }
  CHECK(marked.plan->marks[0].position == "start");
  CHECK(marked.plan->marks[1].position == "end");
}

TEST_CASE("a script gets a comment behind the line that names what runs it") {
  CHECK(mark("text", "#!/bin/sh\necho\n", demand_for(kChinese)).text ==
        "#!/bin/sh\n# 本内容由AI生成\necho\n");
  CHECK(mark("text", "#!/usr/bin/python3\n# -*- coding: utf-8 -*-\nx = 1\n", demand_for(kChinese))
            .text == "#!/usr/bin/python3\n# -*- coding: utf-8 -*-\n# 本内容由AI生成\nx = 1\n");
}

TEST_CASE("UTF-16 stays UTF-16") {
  for (const bool big : {false, true}) {
    const std::string document = utf16("One.\r\n", big);
    const Marked marked = mark("text", document, demand_for({"AI GENERATED"}, true, true), "a.txt");
    CHECK(marked.text == utf16("AI GENERATED\r\n\r\nOne.\r\n\r\nAI GENERATED\r\n", big));
    const Mark& last = marked.plan->marks.back();
    CHECK(marked.text.substr(last.where.offset, last.where.size) ==
          utf16("AI GENERATED", big).substr(2));
  }
}

TEST_CASE("data and unknown encodings are refused with the reason") {
  for (const char* name : {"a.csv", "a.yaml", "a.xml", "a.tex", "a.toml", "a.py", "a.c"}) {
    CAPTURE(name);
    const Marked marked = mark("text", "a,b\n1,2\n", demand_for(kChinese), name);
    REQUIRE_FALSE(marked.plan);
    CHECK(marked.plan.error().code == ErrorCode::Unsupported);
  }
  CHECK_FALSE(mark("text", "<?xml version='1.0'?><a/>\n", demand_for(kChinese)).plan);
  CHECK_FALSE(mark("text", "#!/usr/bin/env node\nlet a;\n", demand_for(kChinese)).plan);
  const Marked gbk = mark("text", "\xC4\xE3\xBA\xC3\n", demand_for(kChinese), "a.txt");
  REQUIRE_FALSE(gbk.plan);
  CHECK(gbk.plan.error().code == ErrorCode::Unsupported);
  CHECK(gbk.plan.error().message.find("GB18030") != std::string::npos);
}

TEST_CASE("Markdown: behind front matter of each kind, never in code") {
  const MarkDemand demand = demand_for(kChinese);
  CHECK(mark("markdown", "# Title\n", demand).text == "**本内容由AI生成**\n\n# Title\n");
  CHECK(mark("markdown", "---\ntitle: a\n---\n# Title\n", demand).text ==
        "---\ntitle: a\n---\n\n**本内容由AI生成**\n\n# Title\n");
  CHECK(mark("markdown", "+++\ntitle = 'a'\n+++\n# Title\n", demand).text ==
        "+++\ntitle = 'a'\n+++\n\n**本内容由AI生成**\n\n# Title\n");
  CHECK(mark("markdown", "---\ntitle: a\n---", demand).text ==
        "---\ntitle: a\n---\n\n**本内容由AI生成**\n\n");
  for (const char* broken : {"---\ntitle: a\n", "+++\ntitle = 'a'\n", "{ \"title\": 1 }\n# a\n"}) {
    CAPTURE(broken);
    CHECK_FALSE(mark("markdown", broken, demand).plan);
  }
  const MarkDemand end = demand_for(kChinese, false, true);
  CHECK(mark("markdown", "a\n```\ncode\n```\n", end).text ==
        "a\n```\ncode\n```\n\n**本内容由AI生成**\n");
  CHECK_FALSE(mark("markdown", "a\n```\ncode\n", end).plan);
  CHECK_FALSE(mark("markdown", "a\n<!-- note\n", end).plan);
}

TEST_CASE("Markdown: words of one's own are words, not signs") {
  const MarkDemand demand = demand_for({"*AI* [x](y) <b>"});
  CHECK(mark("markdown", "a\n", demand).text == "**\\*AI\\* \\[x\\](y) \\<b\\>**\n\na\n");
}

TEST_CASE("a label that stands already is enough") {
  const auto unchanged = [](std::string_view format, const std::string& document,
                            const MarkDemand& demand) {
    MemorySource source(as_bytes(document));
    const auto plan = plan_text_mark(source, *find_format(format), "a.md", demand, {});
    REQUIRE(plan);
    return !plan->changes;
  };
  MarkDemand any = demand_for(kChinese);
  any.any_end = true;
  const std::string body = "# T\n\nOne.\n\nTwo.\n\nThree.\n\nFour.\n";
  const std::string footer = body + "\n*（内容由AI生成，仅供参考）*\n";
  CHECK(unchanged("markdown", footer, any));
  CHECK_FALSE(unchanged("markdown", footer, demand_for(kChinese)));
  CHECK_FALSE(unchanged("markdown", footer, demand_for({"AI GENERATED"}, false, true)));
  CHECK_FALSE(unchanged("markdown", body + "\n这不是AI生成的。\n", any));
  CHECK_FALSE(unchanged("markdown", "```\n本内容由AI生成\n```\n\n" + body, demand_for(kChinese)));
  CHECK(unchanged("markdown", "Made by a machine\n\n" + body, demand_for({"Made by a machine"})));
  CHECK_FALSE(unchanged("markdown", "Not Made by a machine at all\n\n" + body,
                        demand_for({"Made by a machine"})));
}

TEST_CASE("HTML: the first or last element of the body") {
  const std::string element =
      "<p role=\"note\" aria-label=\"本内容由AI生成\"><strong>本内容由AI生成</strong></p>";
  const MarkDemand both = demand_for(kChinese, true, true);
  const std::string head =
      "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>a</title></head>";
  CHECK(mark("html", head + "<body class=\"x\"><h1>T</h1><p>One.</p></body></html>", both).text ==
        head + "<body class=\"x\">\n" + element + "\n<h1>T</h1><p>One.</p>\n" + element +
            "\n</body></html>");
  // Tags left out, as HTML allows.
  const std::string bare = "<!DOCTYPE html>\n<meta charset=utf-8>\n<title>a</title>\n";
  CHECK(mark("html", bare + "<h1>T</h1>\n", demand_for(kChinese)).text ==
        bare + "\n" + element + "\n<h1>T</h1>\n");
  // A tag in a script or a comment is none.
  const std::string tricky =
      "<html><head><meta charset=utf-8><script>var a = '<body></body>';</script></head>"
      "<!-- <body> --><body>One.</body></html>";
  const std::string marked = mark("html", tricky, both).text;
  CHECK(marked.find("<!-- <body> --><body>\n" + element) != std::string::npos);
  CHECK(marked.find(element + "\n</body></html>") != std::string::npos);
}

TEST_CASE("HTML: in another encoding the letters are references") {
  const std::string page =
      "<html><head><meta charset=\"gbk\"></head><body>\xC4\xE3\xBA\xC3</body></html>";
  MemorySource source(as_bytes(page));
  const auto plan =
      plan_text_mark(source, *find_format("html"), "a.html", demand_for(kChinese), {});
  if (plan) {
    const std::string text = output_of(source, plan->splice);
    CHECK(text.find("&#") != std::string::npos);
  } else {
    CHECK(plan.error().code == ErrorCode::Unsupported);
  }
  CHECK_FALSE(
      mark("html", "<html><frameset><frame src=a></frameset></html>", demand_for(kChinese)).plan);
  CHECK_FALSE(mark("html", "<html><body>a<script>var b", demand_for(kChinese)).plan);
}

TEST_CASE("SubRip and WebVTT: a cue of its own") {
  const MarkDemand both = demand_for(kChinese, true, true);
  const std::string srt =
      "1\n00:00:02,500 --> 00:00:04,000\nHello.\n\n"
      "2\n00:00:05,000 --> 00:00:06,000\nBye.\n";
  CHECK(mark("subtitle", srt, both, "a.srt").text ==
        "0\n00:00:00,000 --> 00:00:02,500\n本内容由AI生成\n\n" + srt +
            "\n3\n00:00:06,000 --> 00:00:09,000\n本内容由AI生成\n");
  const std::string vtt =
      "WEBVTT - a\n\nSTYLE\n::cue { color: red }\n\n"
      "intro\n00:01.000 --> 00:02.000 line:0\nHello.\n";
  CHECK(mark("subtitle", vtt, demand_for(kChinese), "a.vtt").text ==
        "WEBVTT - a\n\nSTYLE\n::cue { color: red }\n\n"
        "00:00:00.000 --> 00:00:01.000 line:0\n本内容由AI生成\n\n"
        "intro\n00:01.000 --> 00:02.000 line:0\nHello.\n");
  CHECK_FALSE(mark("subtitle", "WEBVTT\n", demand_for(kChinese), "a.vtt").plan);
  CHECK_FALSE(mark("subtitle", "", demand_for(kChinese), "a.srt").plan);
}

TEST_CASE("labels are found with place and language") {
  const std::string document = "# T\n\n本内容由AI生成\n\nOne.\n";
  MemorySource source(as_bytes(document));
  const auto found = find_text_marks(source, *find_format("markdown"), {});
  REQUIRE(found);
  REQUIRE(found->marks.size() == 1);
  CHECK(found->marks.front().text == "本内容由AI生成");
  CHECK(found->marks.front().language == "zh");
  CHECK(found->marks.front().position == "start");
  CHECK(document.substr(found->marks.front().where.offset, found->marks.front().where.size) ==
        "本内容由AI生成");
}

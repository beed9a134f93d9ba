// SPDX-License-Identifier: Apache-2.0
// Markdown, JSON, JSON Lines, subtitles and plain text, with and without labels, in odd layouts.
#include "support/specimens.hpp"

namespace colophon::testing {
namespace {

constexpr std::string_view kYaml =
    "AIGC:\n  Label: '1'\n  ContentProducer: 'p'\n  ProduceID: 'id'\n";
constexpr std::string_view kJsonLabel = R"({"Label":"1","ContentProducer":"p","ProduceID":"i"})";

std::string crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

std::string block(std::string_view yaml) {
  return std::string("---\n").append(yaml).append("---\n");
}

std::string wrapped() {
  return std::string(R"({"AIGC":)").append(kJsonLabel).append("}");
}

std::vector<Specimen> make() {
  std::vector<Specimen> all;
  const auto add = [&](std::string format, std::string what, std::string_view text) {
    all.push_back({std::move(format), std::move(what), to_buffer(text)});
  };
  const std::string body = "# Title\n\n正文 body\n\n---\n*AI生成*\n";
  add("markdown", "no front matter", body);
  add("markdown", "front matter without a label",
      block("title: \"x\"\ntags: [a, b]\n").append(body));
  add("markdown", "labelled", block(kYaml).append(body));
  add("markdown", "labelled, CR LF", crlf(block(kYaml).append(body)));
  add("markdown", "byte order mark",
      std::string("\xEF\xBB\xBF").append(block("title: x\n")).append(body));
  add("markdown", "a second block and comments",
      block(kYaml).append("\n").append(block("\ntitle: t\n")).append("<!-- AIGC note -->\n"));
  add("markdown", "empty block", "---\n---\ntext");

  add("json", "compact", R"({"a":1,"b":[true,null]})");
  add("json", "indented", "{\n  \"a\": 1,\n  \"b\": {\"c\": \"d\"}\n}\n");
  add("json", "empty object", "{}\n");
  add("json", "labelled", wrapped());
  add("json", "label nested as page metadata",
      std::string(R"({"title":"t","frontmatter":)").append(wrapped()).append("}"));
  add("json", "label as a string, and private fields",
      "\xEF\xBB\xBF{\"aigc_type\":1,\"AIGC\": \"{\\\"Label\\\":\\\"1\\\"}\",\"note\":\"AIGC\"}");

  add("jsonl", "two records", "{\"a\":1}\n{\"a\": 2}\n");
  add("jsonl", "no last line ending, CR LF, blank line", "{\"a\":1}\r\n\r\n{\"b\":[]}");
  add("jsonl", "one record labelled",
      std::string("{\"a\":1}\n").append(wrapped()).append("\n{}\n[1]\n"));

  add("subtitle", "SubRip", "1\n00:00:01,000 --> 00:00:02,000\nAI生成\n");
  add("subtitle", "WebVTT with a note",
      std::string("WEBVTT\n\nNOTE AIGC")
          .append(kJsonLabel)
          .append("\n\n00:01.000 --> 00:02.000\nx\n"));

  add("text", "plain", "nothing to see here\n");
  add("text", "dump of another tool",
      std::string("  encoder : x\n  AIGC : ")
          .append(kJsonLabel)
          .append(
              "\n<x:xmpmeta "
              "xmlns:x=\"adobe:ns:meta/\">\n</x:xmpmeta>\n<meta name=\"AIGC\" content=\"{}\">\n"));
  add("text", "front matter behind a heading", std::string("# H\n\n").append(block(kYaml)));
  return all;
}

const bool registered = register_specimens(make);

}  // namespace
}  // namespace colophon::testing

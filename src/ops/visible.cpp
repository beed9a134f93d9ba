// SPDX-License-Identifier: Apache-2.0
#include "ops/visible.hpp"

#include <fmt/core.h>

#include "formats/running_text.hpp"
#include "text/scan_text.hpp"

namespace colophon {
namespace {

std::string words_of(const text::LabelSigns& signs) {
  struct Word {
    bool text::LabelSigns::* sign;
    std::string_view word;
  };
  constexpr Word kWords[] = {
      {&text::LabelSigns::self, "self"},       {&text::LabelSigns::own_line, "own-line"},
      {&text::LabelSigns::bracket, "bracket"}, {&text::LabelSigns::small, "small"},
      {&text::LabelSigns::start, "start"},     {&text::LabelSigns::end, "end"},
      {&text::LabelSigns::trailer, "trailer"}};
  std::string all;
  for (const Word& word : kWords) {
    if (!(signs.*word.sign)) continue;
    all += all.empty() ? "" : ",";
    all += word.word;
  }
  return all;
}

Evidence evidence_of(const text::VisibleLabel& label, const RunningText& running,
                     std::string_view format) {
  Evidence evidence;
  evidence.layer = Layer::Explicit;
  evidence.standard = StandardId::VisibleLabel;
  evidence.carrier = fmt::format("{}:visible[{}]", format, label.language);
  evidence.where = running.in_file(label.where);
  evidence.says = Label{};
  evidence.says->origin = label.origin;
  evidence.details = {
      {"phrase", running.text().substr(label.where.offset, label.where.size)},
      {"language", std::string(label.language)},
      {"signs", words_of(label.signs)},
  };
  return evidence;
}

Text message_of(const text::TextMark& mark) {
  switch (mark.kind) {
    case text::MarkKind::SelectorRun:
      return {
          "a long run of variation selectors, which nobody sees, that is no C2PA manifest; it "
          "says nothing about who made the text",
          "一长串不可见的变体选择符，且不是 C2PA 清单；这并不说明文本由谁制作"};
    case text::MarkKind::OddSelector:
      return {
          "an invisible variation selector behind a character that takes none; it says nothing "
          "about who made the text",
          "不可见的变体选择符位于不使用它的字符之后；这并不说明文本由谁制作"};
    case text::MarkKind::ZeroWidth:
      return {
          "a zero-width character, which nobody sees, between letters; it says nothing about "
          "who made the text",
          "字母之间有不可见的零宽字符；这并不说明文本由谁制作"};
    default:
      return {"invisible tag characters that are no flag; they say nothing about who made the text",
              "不可见的标签字符，且不属于旗帜表情；这并不说明文本由谁制作"};
  }
}

}  // namespace

bool read_visible(Source& source, const Limits& limits, Reading& reading) {
  if (reading.format == nullptr || !is_running_text(*reading.format)) return false;
  const auto running = RunningText::read(source, *reading.format, limits);
  if (!running) return false;
  text::ScanOptions options;
  options.last = running->whole();
  const text::TextFindings found = text::scan_text(as_bytes(running->text()), options);
  for (const text::VisibleLabel& label : found.labels) {
    reading.statements.push_back({evidence_of(label, *running, reading.format->id), std::nullopt});
  }
  for (const text::TextMark& mark : found.marks) {
    if (!text::is_hidden(mark.kind)) continue;
    reading.findings.push_back({fmt::format("hidden-{}", to_string(mark.kind)), Severity::Info,
                                message_of(mark), running->in_file(mark.where).offset, mark.count});
  }
  if (found.cut) {
    reading.findings.push_back({"visible-cut",
                                Severity::Info,
                                {"the text has more sentences about itself than are told",
                                 "文本中此类自述语句过多，未全部列出"},
                                std::nullopt});
  }
  return true;
}

}  // namespace colophon

// SPDX-License-Identifier: Apache-2.0
// Labels in texts. Every document keeps its bytes but those of the label, which is put in.
#include "marks/text_mark.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "marks/text_chat.hpp"
#include "marks/text_pdf.hpp"
#include "marks/text_zip.hpp"

namespace colophon {
namespace {

using text_mark::End;
using text_mark::Insertion;
using text_mark::lacking;
using text_mark::Running;

struct Kind {
  std::string_view format;
  text_mark::Writer write;
};
constexpr Kind kKinds[] = {
    {"text", text_mark::into_plain},
    {"markdown", text_mark::into_markdown},
    {"html", text_mark::into_html},
    {"subtitle", text_mark::into_subtitle},
};

text_mark::Writer writer_of(const Format& format) {
  for (const Kind& kind : kKinds) {
    if (kind.format == format.id) return kind.write;
  }
  return nullptr;
}

struct Found {
  RunningText running;
  Running words;
  bool big_endian = false;  ///< of UTF-16
};

Result<Found> read_running(Source& source, const Format& format, const Limits& limits) {
  RunningText running = TRY(RunningText::read(source, format, limits));
  text::ScanOptions options;
  options.last = running.whole();
  Running words{running.text(), text::scan_text(as_bytes(running.text()), options)};
  const auto mark = source.view({0, std::min<std::uint64_t>(2, source.size())});
  const bool big = mark && mark->size() == 2 && (*mark)[0] == 0xFE;
  return Found{std::move(running), std::move(words), big};
}

/// UTF-16 as the file has it.
class Utf16 {
 public:
  Utf16(std::string_view text, bool big_endian) : text_(text), big_(big_endian) {}
  [[nodiscard]] std::uint64_t place(std::uint64_t at) const {
    return 2 + 2 * units(text_.substr(0, static_cast<std::size_t>(at)));
  }
  [[nodiscard]] ByteBuffer encoded(std::string_view text) const {
    ByteBuffer out;
    for (std::size_t at = 0; at < text.size();) {
      const auto lead = static_cast<unsigned char>(text[at]);
      const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
      std::uint32_t code = size == 1 ? lead : lead & (0x7FU >> size);
      for (std::size_t i = 1; i < size && at + i < text.size(); ++i) {
        code = code << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
      }
      if (code >= 0x10000) {
        put(out, 0xD800 + ((code - 0x10000) >> 10U));
        code = 0xDC00 + ((code - 0x10000) & 0x3FFU);
      }
      put(out, code);
      at += size;
    }
    return out;
  }

 private:
  /// A character beyond the first plane takes two.
  static std::uint64_t units(std::string_view text) {
    std::uint64_t count = 0;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      count += (byte & 0xC0U) != 0x80U ? 1 : 0;
      count += byte >= 0xF0 ? 1 : 0;
    }
    return count;
  }
  void put(ByteBuffer& out, std::uint32_t unit) const {
    const auto high = static_cast<std::uint8_t>(unit >> 8U);
    const auto low = static_cast<std::uint8_t>(unit & 0xFFU);
    out.push_back(big_ ? high : low);
    out.push_back(big_ ? low : high);
  }

  std::string_view text_;
  bool big_;
};

Mark mark_for(const MarkDemand& demand, End end, Range where) {
  Mark mark;
  mark.medium = MarkMedium::Text;
  mark.text = text_mark::joined(demand);
  mark.language = std::string(text_mark::language_of(demand.texts.front()));
  mark.position = end == End::Start ? "start" : "end";
  mark.where = where;
  return mark;
}

Result<TextDocument> open_text(Source& source, const Limits& limits) {
  const TextDocument document = TRY(TextDocument::open(source, limits));
  if (!is_utf8(document.text())) {
    return fail(ErrorCode::Unsupported,
                "the text is neither UTF-8 nor UTF-16, so it is not known how its letters are "
                "stored; convert it first, for example with \"iconv -f GB18030 -t UTF-8\"");
  }
  return document;
}

/// An insertion with the place and the bytes that it has in the file.
struct Stored {
  std::uint64_t at = 0;
  ByteBuffer bytes;
  Range words;
};

Stored stored(const Insertion& put) {
  return {put.at, to_buffer(put.text), put.words};
}
Stored stored(const Insertion& put, const Utf16& utf16) {
  const std::string_view text = put.text;
  const auto at = static_cast<std::size_t>(put.words.offset);
  const auto size = static_cast<std::size_t>(put.words.size);
  return {utf16.place(put.at),
          utf16.encoded(text),
          {utf16.encoded(text.substr(0, at)).size(), utf16.encoded(text.substr(at, size)).size()}};
}

bool is_zip(const Format& format) {
  return format.id == "docx" || format.id == "odt" || format.id == "epub";
}

/// A member that is packed has no places in the file.
Range nowhere(Range) {
  return {};
}

Result<MarkPlan> plan_zip(Source& source, const Format& format, const MarkDemand& demand,
                          const Limits& limits) {
  const auto document = TRY(text_mark::ZipText::open(source, format, limits));
  const Running running = TRY(document.running());
  const std::vector<End> ends = lacking(running, running, demand);
  MarkPlan plan;
  plan.splice = identity(source.size());
  if (ends.empty()) {
    plan.marks = text_mark::marks_of(running, nowhere);
    return plan;
  }
  const std::string content = TRY(document.marked(text_mark::joined(demand), ends));
  plan.splice = TRY(document.with(source, content));
  for (const End end : ends) plan.marks.push_back(mark_for(demand, end, {}));
  plan.changes = true;
  return plan;
}

/// What stamps say, each at its end.
std::vector<Mark> marks_of(const text_mark::PdfStamps& stamps) {
  std::vector<Mark> marks = text_mark::marks_of(stamps.first, nowhere);
  for (Mark& mark : marks) mark.position = "start";
  if (stamps.one_page) return marks;
  for (Mark& mark : text_mark::marks_of(stamps.last, nowhere)) {
    mark.position = "end";
    marks.push_back(std::move(mark));
  }
  return marks;
}

Result<MarkPlan> plan_pdf(Source& source, const MarkDemand& demand, const Limits& limits) {
  const text_mark::PdfStamps stamps = TRY(text_mark::read_stamps(source, limits));
  const std::vector<End> ends = lacking(stamps.first, stamps.last, demand);
  MarkPlan plan;
  plan.splice = identity(source.size());
  if (ends.empty()) {
    plan.marks = marks_of(stamps);
    return plan;
  }
  plan.splice = TRY(text_mark::stamp_pdf(source, text_mark::joined(demand), ends, limits));
  for (const End end : ends) plan.marks.push_back(mark_for(demand, end, {}));
  plan.changes = true;
  return plan;
}

/// JSON, and text that is a recorded stream of events.
bool is_chat(Source& source, const Format& format) {
  return format.id == "json" || (format.id == "text" && text_mark::is_events(source));
}

Result<text_mark::Answers> answers_in(Source& source, const Format& format,
                                      const MarkDemand& demand, const Limits& limits) {
  return format.id == "json" ? text_mark::json_answers(source, demand, limits)
                             : text_mark::event_answers(source, demand, limits);
}

std::vector<Mark> marks_of(const text_mark::Answers& answers) {
  std::vector<Mark> marks;
  for (const Running& text : answers.texts) {
    for (Mark& mark : text_mark::marks_of(text, nowhere)) marks.push_back(std::move(mark));
  }
  return marks;
}

Result<MarkPlan> plan_chat(Source& source, const Format& format, const MarkDemand& demand,
                           const Limits& limits) {
  text_mark::Answers answers = TRY(answers_in(source, format, demand, limits));
  MarkPlan plan;
  plan.changes = !answers.edits.empty();
  if (!plan.changes) plan.marks = marks_of(answers);
  for (const bool start : {true, false}) {
    const bool wanted = start ? demand.at_start : demand.at_end;
    if (plan.changes && wanted) {
      plan.marks.push_back(mark_for(demand, start ? End::Start : End::Finish, {}));
    }
  }
  plan.splice = TRY(replace_ranges(source.size(), std::move(answers.edits)));
  return plan;
}

}  // namespace

Result<MarkPlan> plan_text_mark(Source& source, const Format& format, std::string_view file_name,
                                const MarkDemand& demand, const MarkEnv& env) {
  if (format.id == "pdf") return plan_pdf(source, demand, env.limits);
  if (is_zip(format)) return plan_zip(source, format, demand, env.limits);
  if (is_chat(source, format)) return plan_chat(source, format, demand, env.limits);
  const text_mark::Writer write = writer_of(format);
  if (write == nullptr) {
    return fail(ErrorCode::Unsupported,
                fmt::format("{}: this version puts no visible label into it", format.name));
  }
  const Found found = TRY(read_running(source, format, env.limits));
  MarkPlan plan;
  const std::vector<End> ends = lacking(found.words, found.words, demand);
  if (ends.empty()) {
    plan.splice = identity(source.size());
    plan.marks =
        text_mark::marks_of(found.words, [&](Range range) { return found.running.in_file(range); });
    return plan;
  }
  // From here on no other view of the source is taken.
  const TextDocument document = TRY(open_text(source, env.limits));
  const Utf16 utf16(document.text(), found.big_endian);
  const std::string words = text_mark::joined(demand);
  std::vector<Replacement> replacements;
  std::uint64_t before = 0;
  for (const End end : ends) {
    const Insertion put = TRY(write(document, file_name, words, end));
    Stored bytes = document.recoded() ? stored(put, utf16) : stored(put);
    plan.marks.push_back(
        mark_for(demand, end, {bytes.at + before + bytes.words.offset, bytes.words.size}));
    before += bytes.bytes.size();
    replacements.push_back({{bytes.at, 0}, std::move(bytes.bytes)});
  }
  plan.splice = TRY(replace_ranges(source.size(), std::move(replacements)));
  plan.changes = true;
  return plan;
}

Result<MarkSearch> find_text_marks(Source& source, const Format& format, const MarkEnv& env) {
  MarkSearch search;
  if (is_zip(format)) {
    const auto document = TRY(text_mark::ZipText::open(source, format, env.limits));
    search.looked.emplace_back("paragraphs of the document");
    search.marks = text_mark::marks_of(TRY(document.running()), nowhere);
    return search;
  }
  if (format.id == "pdf") {
    search.looked.emplace_back("stamps on the first and the last page");
    search.marks = marks_of(TRY(text_mark::read_stamps(source, env.limits)));
    if (search.marks.empty()) {
      search.notes.push_back({"explicit-unseen",
                              Severity::Info,
                              {"of the pages of a PDF only stamps that say what they show are read "
                               "(ActualText), not the words",
                               "PDF 页面仅读取注明内容的图章（ActualText），不读取正文"},
                              std::nullopt});
    }
    return search;
  }
  if (is_chat(source, format)) {
    search.looked.emplace_back("answers of a model");
    search.marks = marks_of(TRY(answers_in(source, format, {}, env.limits)));
    return search;
  }
  if (!is_running_text(format)) return search;
  const Found found = TRY(read_running(source, format, env.limits));
  search.looked.emplace_back("sentences of the text");
  search.marks =
      text_mark::marks_of(found.words, [&](Range range) { return found.running.in_file(range); });
  return search;
}

}  // namespace colophon

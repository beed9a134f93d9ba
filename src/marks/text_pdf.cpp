// SPDX-License-Identifier: Apache-2.0
// The stamp is a stream of its own behind those of the page: a white box and the outlines of the
// letters, marked with the words that they show (ISO 32000-1, 14.9.4), and the same words as text
// that is not painted, for programs that search and read aloud.
#include "marks/text_pdf.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "formats/pdf_internal.hpp"
#include "marks/pdf_pages.hpp"
#include "media/glyphs.hpp"
#include "wire/pdf_text.hpp"

namespace colophon::text_mark {
namespace {

using wire::pdf::Document;
using wire::pdf::Kind;
using wire::pdf::Reference;
using wire::pdf::Stored;

constexpr double kShare = 0.03;                      // of the shorter side: the em
constexpr double kSmallest = 9, kGreatest = 48;      // points
constexpr double kWidest = 0.9;                      // of the page's width
constexpr std::string_view kFont = "ColophonLabel";  // its name in the page's resources
constexpr std::uint64_t kMaxContent = 16 << 20;

Status check_unsigned(Document& document) {
  const Stored catalog = TRY(document.load(document.root().number));
  const Stored form = TRY(document.entry_of(catalog, "AcroForm"));
  const Stored flags = TRY(document.entry_of(form, "SigFlags"));
  if ((flags.value.integer & 1) == 0) return {};
  return fail(ErrorCode::Refused,
              "the document carries a digital signature, which a stamp would make look broken; "
              "label it before it is signed",
              "pdf");
}

struct Line {
  std::vector<Glyph> glyphs;
  double em = 0, width = 0;
};

Result<Line> line_of(const std::string& words, double page_width, double page_height) {
  Line line;
  line.glyphs = TRY(glyphs_of(words));
  double advance = 0;
  for (const Glyph& glyph : line.glyphs) advance += glyph.advance;
  line.em = std::clamp(kShare * std::min(page_width, page_height), kSmallest, kGreatest);
  if (advance > 0) line.em = std::min(line.em, kWidest * page_width / (advance + 1));
  line.width = advance * line.em;
  return line;
}

/// y of a glyph goes down, that of a page up.
std::string outlines(const Line& line, double x, double base) {
  std::string out;
  for (const Glyph& glyph : line.glyphs) {
    const auto point = [&](const PathStep& step, std::size_t i) {
      return fmt::format("{:.3f} {:.3f} ", x + step.at[i] * line.em,
                         base - step.at[i + 1] * line.em);
    };
    for (const PathStep& step : glyph.path) {
      switch (step.kind) {
        case PathStep::Kind::Move:
          out += point(step, 0) + "m\n";
          break;
        case PathStep::Kind::Line:
          out += point(step, 0) + "l\n";
          break;
        case PathStep::Kind::Cubic:
          out += point(step, 0) + point(step, 2) + point(step, 4) + "c\n";
          break;
        case PathStep::Kind::Close:
          out += "h\n";
          break;
      }
    }
    x += glyph.advance * line.em;
  }
  return out + "f\n";
}

/// From the page as it is shown, with its origin at the bottom left, to its own axes.
std::string turn(const PdfPage& page) {
  const auto& [left, bottom, right, top] = page.box;
  switch (page.rotation) {
    case 90:
      return fmt::format("0 1 -1 0 {} {} cm\n", right, bottom);
    case 180:
      return fmt::format("-1 0 0 -1 {} {} cm\n", right, top);
    case 270:
      return fmt::format("0 -1 1 0 {} {} cm\n", left, top);
    default:
      return fmt::format("1 0 0 1 {} {} cm\n", left, bottom);
  }
}

Result<std::string> stamp_of(const PdfPage& page, const std::string& words, End end) {
  double width = page.box[2] - page.box[0];
  double height = page.box[3] - page.box[1];
  if (page.rotation % 180 != 0) std::swap(width, height);
  const Line line = TRY(line_of(words, width, height));
  const double pad = 0.4 * line.em;
  const double x = (width - line.width) / 2;
  const double box_height = line.em * 1.2 + 2 * pad;
  const double margin = std::min(0.5 * line.em, std::max(0.0, height - box_height));
  const double y = end == End::Start ? height - margin - box_height : margin;
  const double base = y + pad + 0.25 * line.em;
  std::string out = "Q\nq\n" + turn(page);
  out += fmt::format("1 g 0 G 0.5 w {:.3f} {:.3f} {:.3f} {:.3f} re B\n", x - pad, y,
                     line.width + 2 * pad, box_height);
  out += fmt::format("/Span <</ActualText {}>> BDC\n0 g\n", wire::pdf::text_literal(words));
  out += outlines(line, x, base);
  out += fmt::format("BT 3 Tr /{} {:.3f} Tf {:.3f} {:.3f} Td (AI) Tj ET\nEMC\nQ\n", kFont, line.em,
                     x, base);
  return out;
}

class Stamper {
 public:
  Stamper(Source& source, Document& document)
      : source_(source), document_(document), update_(document) {}

  Status stamp(const PdfPage& page, const std::vector<std::string>& stamps) {
    std::string contents = fmt::format("[{}", TRY(wrapped(page)));
    for (const std::string& stamp : stamps) {
      const Reference id = put(wire::pdf::plain_stream(as_bytes(stamp), nullptr, {}));
      contents += fmt::format(" {} 0 R", id.number);
    }
    const std::string resources = TRY(with_font(page));
    const std::vector<wire::pdf::Change> changes = {{"Contents", contents + "]"},
                                                    {"Resources", resources}};
    update_.put(page.object.id, with_changes(page.object.text, page.object.value, changes));
    return {};
  }
  Result<Splice> finish() { return pdf::append_update(source_, document_, update_); }

 private:
  Reference put(std::string body) {
    const Reference id{static_cast<std::uint32_t>(update_.new_number()), 0};
    update_.put(id, std::move(body));
    return id;
  }

  /// The streams that are there, behind one that saves the state that they may leave changed.
  Result<std::string> wrapped(const PdfPage& page) {
    const std::string save = "q\n";
    std::string list =
        fmt::format("{} 0 R", put(wire::pdf::plain_stream(as_bytes(save), nullptr, {})).number);
    const wire::pdf::Object* contents = page.object.value.find("Contents");
    if (contents == nullptr || contents->is(Kind::Null)) return list;
    const auto add = [&](const wire::pdf::Object& one) {
      if (one.is(Kind::Reference)) {
        list += fmt::format(" {} {} R", one.reference.number, one.reference.generation);
      }
    };
    if (contents->is(Kind::Array)) {
      for (const auto& item : contents->items) add(item);
      return list;
    }
    const Stored there = TRY(document_.resolve(*contents));
    if (there.value.is(Kind::Array)) {
      for (const auto& item : there.value.items) add(item);
    } else {
      add(*contents);
    }
    return list;
  }

  static std::string changed(const Stored& dictionary, std::string key, std::string value) {
    const wire::pdf::Change change{std::move(key), std::move(value)};
    if (!dictionary.value.is(Kind::Dictionary)) {
      return fmt::format("<<{} {}>>", wire::pdf::name_literal(change.key), *change.value);
    }
    return with_changes(dictionary.text, dictionary.value, {&change, 1});
  }

  /// A font of the fourteen that every reader has; nothing is painted with it.
  Result<std::string> with_font(const PdfPage& page) {
    if (font_.number == 0) {
      font_ = put("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
    }
    const Stored fonts = TRY(document_.entry_of(page.resources, "Font"));
    return changed(page.resources, "Font",
                   changed(fonts, std::string(kFont), fmt::format("{} 0 R", font_.number)));
  }

  Source& source_;
  Document& document_;
  wire::pdf::Update update_;
  Reference font_;
};

/// "/ActualText <FEFF...>" or "(...)" in the content of a page.
void add_actual_texts(std::string_view content, const Limits& limits, std::string& text) {
  constexpr std::string_view kKey = "/ActualText";
  for (std::size_t at = 0; (at = content.find(kKey, at)) != std::string_view::npos;) {
    at += kKey.size();
    const std::string_view rest = content.substr(at, 4096);
    wire::pdf::Parser parser(as_bytes(rest), 0, limits);
    const auto object = parser.object();
    if (!object || !object->is(Kind::String)) continue;
    if (!text.empty()) text += "\n\n";
    text += wire::pdf::text_to_utf8(object->text);
  }
}

Result<Running> stamps_on(Document& document, const PdfPage& page, const Limits& limits) {
  Running running;
  const Stored contents = TRY(document.entry_of(page.object, "Contents"));
  std::uint64_t left = kMaxContent;
  const auto read = [&](const Stored& stream) {
    if (!stream.data_at) return;
    const auto bytes = document.decoded(stream);
    if (!bytes || bytes->size() > left) return;
    left -= bytes->size();
    add_actual_texts(as_text(*bytes), limits, running.text);
  };
  if (contents.value.is(Kind::Array)) {
    for (const auto& item : contents.value.items) read(TRY(document.resolve(item)));
  } else {
    read(contents);
  }
  running.found = text::scan_text(as_bytes(running.text));
  return running;
}

}  // namespace

Result<Splice> stamp_pdf(Source& source, const std::string& words, const std::vector<End>& ends,
                         const Limits& limits) {
  Document document = TRY(Document::open(source, limits));
  TRY(pdf::check_writable(document));
  TRY(check_unsigned(document));
  Stamper stamper(source, document);
  const PdfPage first = TRY(page_of(document, false));
  const PdfPage last = TRY(page_of(document, true));
  std::vector<std::string> on_first;
  std::vector<std::string> on_last;
  for (const End end : ends) {
    const bool alone = first.object.id == last.object.id;
    const PdfPage& page = end == End::Start ? first : last;
    std::string stamp = TRY(stamp_of(page, words, end));
    // Each stamp restores what the one in front of it saved.
    auto& stamps = end == End::Start || alone ? on_first : on_last;
    if (!stamps.empty()) stamp = "q\n" + stamp;
    stamps.push_back(std::move(stamp));
  }
  if (!on_first.empty()) TRY(stamper.stamp(first, on_first));
  if (!on_last.empty()) TRY(stamper.stamp(last, on_last));
  return stamper.finish();
}

Result<PdfStamps> read_stamps(Source& source, const Limits& limits) {
  Document document = TRY(Document::open(source, limits));
  PdfStamps stamps;
  const PdfPage first = TRY(page_of(document, false));
  const PdfPage last = TRY(page_of(document, true));
  stamps.one_page = first.object.id == last.object.id;
  stamps.first = TRY(stamps_on(document, first, limits));
  stamps.last = TRY(stamps_on(document, last, limits));
  return stamps;
}

}  // namespace colophon::text_mark

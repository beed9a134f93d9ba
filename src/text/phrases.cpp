// SPDX-License-Identifier: Apache-2.0
#include "text/phrases.hpp"

#include "base/text.hpp"
#include "text/invisible.hpp"
#include "text/phrases_judge.hpp"

#include <algorithm>

namespace colophon::text {
namespace {

constexpr std::size_t kMostJudged = 20'000;
constexpr std::size_t kZone = 2000;  // two paragraphs are no longer than that

bool starts_at(Bytes text, std::size_t at, std::string_view word) noexcept {
  return equals_ignore_case(as_text(slice(text, at, word.size())), word);
}

/// Where the line of `at` starts; of a line that is longer than a zone some place in it.
std::size_t line_start(std::string_view text, std::size_t at) noexcept {
  const std::size_t from = at > kZone ? at - kZone : 0;
  const std::size_t end = text.substr(from, at - from).rfind('\n');
  return end == std::string_view::npos ? from : from + end + 1;
}
bool is_blank(std::string_view line) noexcept {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// Three signs of a label, the subject and an own line being worth two: docs/text.md.
unsigned weight(const LabelSigns& signs) noexcept {
  return 2U * signs.self + 2U * signs.own_line + signs.bracket + signs.small +
         (signs.start || signs.end ? 1U : 0U);
}
constexpr unsigned kEnough = 3;

void add_label(TextFindings& found, const VisibleLabel& label, const ScanOptions& options) {
  if (found.labels.size() < options.max_findings) {
    found.labels.push_back(label);
  } else {
    found.cut = true;
  }
}

}  // namespace

/// Where the first two paragraphs end and the last two begin; front matter is none.
void PhraseJudge::find_zones() {
  if (head_end_) return;
  const std::string_view text = as_text(text_);
  std::size_t start = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  if (text.substr(start).starts_with("---\n") || text.substr(start).starts_with("---\r\n")) {
    const std::size_t close = text.substr(0, start + 2 * kZone).find("\n---", start + 3);
    if (close != std::string_view::npos) start = std::min(close + 4, text.size());
  }
  std::size_t end = start;
  for (unsigned paragraphs = 0; end < text.size() && end < start + kZone;) {
    const std::size_t next = std::min(text.find('\n', end), text.size());
    const bool blank = is_blank(text.substr(end, next - end));
    if (blank && end > start && !is_blank(text.substr(start, end - start)) && ++paragraphs == 2)
      break;
    end = std::min(next + 1, text.size());
    while (blank && end < text.size() && (text[end] == '\n' || text[end] == '\r')) ++end;
  }
  head_end_ = std::min(end, start + kZone);
  std::size_t begin = text.find_last_not_of(" \t\r\n");
  begin = begin == std::string_view::npos ? 0 : begin + 1;
  const std::size_t last = begin;
  for (unsigned paragraphs = 0; begin > 0 && last - begin < kZone;) {
    const std::size_t line = line_start(text, begin - 1);
    if (is_blank(text.substr(line, begin - line - (text[begin - 1] == '\n' ? 1 : 0))) &&
        begin < last && !is_blank(text.substr(begin, last - begin)) && ++paragraphs == 2) {
      break;
    }
    begin = line;
  }
  tail_begin_ = begin;
}

void PhraseJudge::place(std::size_t from, std::size_t to, LabelSigns& signs) {
  find_zones();
  signs.start = options_.first && from < *head_end_;
  signs.end = options_.last && to > tail_begin_;
}

/// Inside a fence, or between backticks of one line. Lines are read once: phrases come in order.
bool PhraseJudge::in_code(std::size_t at) {
  const std::string_view text = as_text(text_);
  while (fence_at_ < at) {
    const std::size_t end = std::min(text.find('\n', fence_at_), text.size());
    if (end >= at) break;
    const std::string_view line = text.substr(fence_at_, std::min<std::size_t>(end - fence_at_, 8));
    const std::size_t mark = line.find_first_not_of(" ");
    if (mark < 4) {
      const std::string_view sign = line.substr(mark, 3);
      if ((sign == "```" || sign == "~~~") && (fence_ == 0 || fence_ == sign[0])) {
        fence_ = fence_ == 0 ? sign[0] : '\0';
      }
    }
    fence_at_ = end + 1;
  }
  if (fence_ != 0) return true;
  const std::size_t begin = line_start(text, at);
  const auto ticks = std::count(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                text.begin() + static_cast<std::ptrdiff_t>(at), '`');
  const std::string_view rest = text.substr(at, kZone);
  return ticks % 2 == 1 && rest.substr(0, rest.find('\n')).find('`') != std::string_view::npos;
}

std::size_t PhraseJudge::judge(const PhraseMatch& match, TextFindings& found) {
  ++judged_;
  const PhraseContext context(text_, match);
  VisibleLabel label{context.where(), context.language(), context.origin(), context.signs()};
  place(match.from, match.to, label.signs);
  if (weight(label.signs) < kEnough || context.is_vetoed() || in_code(match.from)) {
    ++found.mentions;
  } else {
    add_label(found, label, options_);
  }
  return std::max(match.to, static_cast<std::size_t>(label.where.end()));
}

std::size_t PhraseJudge::look_at(std::size_t at, Anchor anchor, TextFindings& found) {
  if (anchor == Anchor::Trailer) return trailer(at, found);
  if (starts_at(text_, at, "ai-disclosure")) return mark(at, Anchor::Disclosure, found);
  if (starts_at(text_, at, "ai-generated-notice")) {
    add_mark(found, {MarkKind::Notice, {at, 19}}, options_);
    return at + 19;
  }
  if (anchor == Anchor::Link) return tool_link(at, found);
  if (judged_ >= kMostJudged || found.labels.size() >= options_.max_findings) {
    found.cut = true;  // of a text that says hardly anything else, the rest is not told
    return anchor == Anchor::Aigc ? mark(at, anchor, found) : at;
  }
  const auto match = match_phrase(text_, at);
  if (match) return judge(*match, found);
  return anchor == Anchor::Aigc ? mark(at, anchor, found) : at;
}

/// "Generated with [Tool](...)", which coding assistants leave under what they write.
std::size_t PhraseJudge::tool_link(std::size_t at, TextFindings& found) {
  constexpr std::string_view kPhrase = "generated with [";
  constexpr std::string_view kTools[] = {"codex",    "cursor", "devin",    "amp",
                                         "opencode", "aider",  "windsurf", "junie",
                                         "jules",    "crush",  "cline",    "goose"};
  constexpr std::size_t kBack = 13;
  if (at < kBack || !starts_at(text_, at - kBack, kPhrase)) return at;
  const std::size_t start = at - kBack, name = start + kPhrase.size();
  const auto* tool = std::find_if(std::begin(kTools), std::end(kTools), [&](std::string_view word) {
    return starts_at(text_, name, word);
  });
  if (tool == std::end(kTools)) return at;
  const PhraseMatch match{start, name + tool->size(), name, "en", Form::Predicate};
  return judge(match, found);
}

/// `Co-Authored-By: Claude Opus <noreply@anthropic.com>`: a label of the last commit message only.
std::size_t PhraseJudge::trailer(std::size_t at, TextFindings& found) {
  constexpr std::string_view kKey = "co-authored-by:";
  constexpr std::string_view kAssistants[] = {
      "anthropic.com", "claude", "copilot", "chatgpt",  "openai", "cursoragent",
      "cursor.com",    "gemini", "codex",   "devin-ai", "aider"};
  if (at < kKey.size() - 5) return at;
  const std::size_t start = at - (kKey.size() - 5);  // the anchor is its end, "d-by:"
  if (!starts_at(text_, start, kKey)) return at;
  const std::string_view text = as_text(text_);
  const std::size_t end = std::min({text.find('\n', at), start + 240, text.size()});
  const std::string who = lower_ascii(text.substr(start + kKey.size(), end - start - kKey.size()));
  const bool assistant =
      std::any_of(std::begin(kAssistants), std::end(kAssistants),
                  [&](std::string_view name) { return who.find(name) != std::string::npos; });
  // A person may be called Claude: an address, or the name of a model, must go with it.
  const bool person =
      who.find("claude") != std::string::npos && who.find("anthropic") == std::string::npos &&
      who.find("claude <") == std::string::npos && who.find("claude code") == std::string::npos;
  if (!assistant || person) return at;
  const Range where{start, end - start};
  add_mark(found, {MarkKind::Trailer, where}, options_);
  VisibleLabel label{where, "en", Origin::Edited, {}};
  label.signs.trailer = true;
  place(start, end, label.signs);
  const bool own = start == line_start(text, start);
  if (own && label.signs.end && !in_code(start)) {
    label.signs.own_line = true;
    add_label(found, label, options_);
  } else {
    ++found.mentions;
  }
  return end;
}

std::size_t PhraseJudge::mark(std::size_t at, Anchor anchor, TextFindings& found) const {
  const auto note = [&](MarkKind kind, std::size_t from, std::size_t size) {
    add_mark(found, {kind, {from, size}}, options_);
    return from + size;
  };
  switch (anchor) {
    case Anchor::Aigc:
      return note(MarkKind::Aigc, at, 4);
    case Anchor::Disclosure:
      return note(MarkKind::Disclosure, at, starts_at(text_, at, "ai-") ? 13 : 12);
    case Anchor::SourceType:
      return note(MarkKind::SourceType, at, 15);
    default: {
      constexpr std::string_view kBegin = "-----BEGIN C2PA MANIFEST-----";
      if (at >= 11 && starts_at(text_, at - 11, kBegin)) {
        return note(MarkKind::C2paLine, at - 11, kBegin.size());
      }
      return note(MarkKind::C2paLink, at, 4);
    }
  }
}

}  // namespace colophon::text

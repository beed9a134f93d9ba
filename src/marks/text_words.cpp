// SPDX-License-Identifier: Apache-2.0
// The words of a label in running text: how they are joined, and whether they stand there already.
#include <algorithm>

#include "base/text.hpp"
#include "marks/text_mark.hpp"
#include "wire/yaml_front_matter.hpp"

namespace colophon::text_mark {
namespace {

constexpr std::size_t kNear = 3;  ///< paragraphs from an end that a label of one's own may stand at

/// Decoration around a label: emphasis, brackets, rules, comment signs.
std::string_view bare(std::string_view line) {
  constexpr std::string_view kSigns[] = {" ",  "\t", "\r", "*",  "_",  ">",  "#",  "~",       "|",
                                         "-",  "=",  "`",  "(",  ")",  "[",  "]",  ".",       "/",
                                         "（", "）", "【", "】", "。", "［", "］", "\xC2\xA0"};
  for (bool shorter = true; shorter;) {
    shorter = false;
    for (const std::string_view sign : kSigns) {
      if (line.starts_with(sign)) line.remove_prefix(sign.size()), shorter = true;
      if (line.ends_with(sign)) line.remove_suffix(sign.size()), shorter = true;
    }
  }
  return line;
}

/// Backslashes of Markdown taken out.
std::string unescaped(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size()) ++i;
    out += line[i];
  }
  return out;
}

/// The lines of the first or last paragraphs that are no code.
std::vector<std::string_view> lines_near(std::string_view text, End end) {
  std::vector<std::string_view> lines;
  std::vector<std::size_t> paragraphs;  // of each line, its number
  std::size_t count = 0;
  bool blank = true;
  std::string_view fence;
  while (!text.empty() && (end == End::Finish || count <= kNear)) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, size));
    text.remove_prefix(std::min(size + 1, text.size()));
    const std::string_view sign = line.substr(0, 3);
    if (sign == "```" || sign == "~~~") {
      fence = fence.empty() ? sign : fence == sign ? std::string_view() : fence;
    }
    if (blank && !line.empty()) ++count;
    blank = line.empty();
    if (blank || !fence.empty()) continue;
    lines.push_back(line);
    paragraphs.push_back(count);
  }
  if (end == End::Start) return lines;
  const auto first = std::ranges::find_if(
      paragraphs, [&](std::size_t paragraph) { return paragraph + kNear >= count; });
  lines.erase(lines.begin(), lines.begin() + (first - paragraphs.begin()));
  return lines;
}

/// The word itself, as a line that is a label and nothing else.
bool stands_literally(std::string_view text, std::string_view word, std::string_view all, End end) {
  const auto is_label = [&](std::string_view line) {
    return line == bare(word) || line == bare(all);
  };
  return std::ranges::any_of(lines_near(text, end), [&](std::string_view line) {
    return is_label(bare(line)) || is_label(bare(unescaped(line)));
  });
}

bool scanner_knows(const Running& running, std::string_view language, End end) {
  return std::ranges::any_of(running.found.labels, [&](const text::VisibleLabel& label) {
    const text::LabelSigns& signs = label.signs;
    const bool there = end == End::Start ? signs.start : signs.end;
    const bool apart = signs.own_line || signs.bracket || signs.small;
    return there && apart && label.language == language;
  });
}

}  // namespace

std::string joined(const MarkDemand& demand) {
  std::string all;
  for (const std::string& words : demand.texts) {
    if (!all.empty()) all += " · ";
    all += words;
  }
  return all;
}

std::string_view language_of(std::string_view words) noexcept {
  const auto has = [&](unsigned char first, unsigned char last) {
    return std::ranges::any_of(words, [&](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte >= first && byte <= last;
    });
  };
  // The lead bytes of Hangul syllables, of Han, and of kana and Devanagari with their second byte.
  if (has(0xEA, 0xED)) return "ko";
  if (words.find("\xE3\x81") != std::string_view::npos ||
      words.find("\xE3\x82") != std::string_view::npos) {
    return "ja";
  }
  if (has(0xE4, 0xE9)) return "zh";
  if (words.find("\xE0\xA4") != std::string_view::npos) return "hi";
  return "en";
}

Insertion paragraph(std::uint64_t at, std::string front, const std::string& words,
                    std::string behind) {
  const Range where{front.size(), words.size()};
  return {at, std::move(front) + words + behind, where};
}

std::string gap_before(std::string_view text, std::string_view eol) {
  if (trim(text).empty()) return {};
  if (!text.ends_with('\n')) return std::string(eol) + std::string(eol);
  const std::string_view without = text.substr(0, text.size() - (text.ends_with("\r\n") ? 2 : 1));
  return without.ends_with('\n') ? std::string() : std::string(eol);
}

bool stands(const Running& running, const MarkDemand& demand, End end) {
  const std::string all = joined(demand);
  return std::ranges::all_of(demand.texts, [&](const std::string& word) {
    return stands_literally(running.text, word, all, end) ||
           scanner_knows(running, language_of(word), end);
  });
}

/// In a document that allows either end, one label is enough.
std::vector<End> lacking(const Running& first, const Running& last, const MarkDemand& demand) {
  const bool at_start = stands(first, demand, End::Start);
  const bool at_end = stands(last, demand, End::Finish);
  std::vector<End> ends;
  if (demand.any_end && (at_start || at_end)) return ends;
  if (demand.at_start && !at_start) ends.push_back(End::Start);
  if (demand.at_end && !at_end) ends.push_back(End::Finish);
  return ends;
}

std::vector<Mark> marks_of(const Running& running, const std::function<Range(Range)>& in_file) {
  std::vector<Mark> marks;
  for (const text::VisibleLabel& label : running.found.labels) {
    Mark mark;
    mark.medium = MarkMedium::Text;
    mark.text = running.text.substr(static_cast<std::size_t>(label.where.offset),
                                    static_cast<std::size_t>(label.where.size));
    mark.language = std::string(label.language);
    mark.position = label.signs.start ? "start" : label.signs.end ? "end" : "middle";
    mark.where = in_file(label.where);
    marks.push_back(std::move(mark));
  }
  return marks;
}

}  // namespace colophon::text_mark

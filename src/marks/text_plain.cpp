// SPDX-License-Identifier: Apache-2.0
// Labels as paragraphs of plain text and Markdown (CommonMark 0.31).
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "marks/text_mark.hpp"
#include "wire/yaml_front_matter.hpp"

namespace colophon::text_mark {
namespace {

/// What people read. Anything else that consists of text is data or a program, in which a sentence
/// would be an error.
constexpr std::array<std::string_view, 10> kRead = {"",    "txt", "text", "rst",     "adoc",
                                                    "org", "asc", "nfo",  "textile", "me"};
/// Whose comments start with `#`.
constexpr std::array<std::string_view, 8> kShells = {"sh",   "bash", "dash", "zsh",
                                                     "perl", "ruby", "make", "Rscript"};

Failure unsupported(std::string why) {
  return fail(ErrorCode::Unsupported, std::move(why));
}

std::string extension_of(std::string_view file_name) {
  const std::size_t dot = file_name.rfind('.');
  const std::size_t slash = file_name.rfind('/');
  if (dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash)) return {};
  return lower_ascii(file_name.substr(dot + 1));
}

/// Behind the line that starts at `at`.
std::size_t next_line(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

bool names_coding(std::string_view line) {
  return line.starts_with('#') && line.find("coding") != std::string_view::npos;
}

/// "#!/usr/bin/env python3": is it run by something that takes `#` for a comment?
bool has_hash_comments(std::string_view line) {
  const std::string_view command = trim(line);
  const std::size_t last = command.find_last_of("/ ");
  const std::string_view program =
      last == std::string_view::npos ? command : command.substr(last + 1);
  return program.starts_with("python") ||
         std::find(kShells.begin(), kShells.end(), program) != kShells.end();
}

/// A script has comments for sentences, behind the line that names what runs it.
Result<Insertion> into_script(std::string_view text, std::size_t start, const std::string& words,
                              End end, std::string_view eol) {
  if (!has_hash_comments(text.substr(start, next_line(text, start) - start))) {
    return unsupported("it is a program in a language whose comments are not known here");
  }
  if (end == End::Finish) {
    return paragraph(text.size(), gap_before(text, eol) + "# ", words, std::string(eol));
  }
  std::size_t at = next_line(text, start);
  if (names_coding(text.substr(at, 200))) at = next_line(text, at);
  const bool open = at > 0 && text[at - 1] != '\n';
  return paragraph(at, (open ? std::string(eol) : std::string()) + "# ", words, std::string(eol));
}

/// Letters that Markdown, or MDX, would take for signs.
std::string escaped(std::string_view words) {
  constexpr std::string_view kSigns = "\\`*_{}[]<>#|~$";
  std::string out;
  for (const char c : words) {
    if (kSigns.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// Where the text begins behind its front matter: YAML, Hugo's TOML, or JSON.
Result<std::size_t> behind_front_matter(std::string_view text, std::size_t start) {
  const std::string_view first =
      trim(text.substr(start, std::min(text.find('\n', start), text.size()) - start));
  if (first == "+++" || first == ";;;") {
    for (std::size_t at = next_line(text, start); at < text.size(); at = next_line(text, at)) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      if (trim(text.substr(at, end - at)) == first) return next_line(text, at);
    }
    return unsupported("the front matter of this Markdown is never closed");
  }
  if (first.starts_with('{')) {
    return unsupported("this Markdown starts with JSON front matter, or an expression");
  }
  const auto blocks = wire::find_front_matter(text, 1);
  if (blocks.empty() || !blocks.front().at_start) return start;
  if (!blocks.front().closed) {
    return unsupported("the front matter of this Markdown is never closed");
  }
  return static_cast<std::size_t>(blocks.front().whole.end());
}

/// Would a paragraph behind this text be code, or stand in a comment?
Status check_open_end(std::string_view text, std::size_t start) {
  const std::string probe = std::string(text) + "\n\nx";
  for (const Range& code : wire::find_fenced_code(probe, start)) {
    if (code.end() >= probe.size()) {
      return unsupported("this Markdown ends inside a block of code that is never closed");
    }
  }
  const std::size_t comment = text.rfind("<!--");
  if (comment != std::string_view::npos && text.find("-->", comment) == std::string_view::npos) {
    return unsupported("this Markdown ends inside a comment that is never closed");
  }
  return {};
}

}  // namespace

Result<Insertion> into_plain(const TextDocument& document, std::string_view file_name,
                             const std::string& words, End end) {
  const std::string_view text = document.text();
  const std::string extension = extension_of(file_name);
  const std::string_view head = trim(text.substr(document.start(), 256));
  const std::string eol(wire::line_ending(text));
  if (text.substr(document.start()).starts_with("#!")) {
    return into_script(text, document.start(), words, end, eol);
  }
  if (std::find(kRead.begin(), kRead.end(), extension) == kRead.end()) {
    return unsupported(fmt::format(
        "a file of this kind (.{}) is read by programs, which a sentence in it would disturb",
        extension));
  }
  if (head.starts_with('<') || head.starts_with('{') || head.starts_with('[')) {
    return unsupported("it looks like markup or data, which a sentence in it would disturb");
  }
  if (end == End::Start) return paragraph(document.start(), {}, words, eol + eol);
  return paragraph(text.size(), gap_before(text.substr(document.start()), eol), words, eol);
}

Result<Insertion> into_markdown(const TextDocument& document, std::string_view,
                                const std::string& words, End end) {
  const std::string_view text = document.text();
  const std::string eol(wire::line_ending(text));
  const std::string bold = escaped(words);
  const std::size_t start = TRY(behind_front_matter(text, document.start()));
  if (end == End::Start) {
    // A closing line without a line end would take the paragraph in.
    const bool open = start > document.start() && text[start - 1] != '\n';
    return paragraph(start,
                     (open ? eol : std::string()) + (start > document.start() ? eol : "") + "**",
                     bold, "**" + eol + eol);
  }
  TRY(check_open_end(text, start));
  return paragraph(text.size(), gap_before(text.substr(document.start()), eol) + "**", bold,
                   "**" + eol);
}

}  // namespace colophon::text_mark

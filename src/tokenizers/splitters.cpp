// SPDX-License-Identifier: Apache-2.0
#include "tokenizers/splitters.hpp"

#include "tokenizers/unicode.hpp"

#include <algorithm>

namespace colophon::tokenizers {
namespace {

struct Part {
  Span span;
  bool match = false;
};

/// The parts of one word by the matches in it, gaps between.
std::vector<Part> parts_of(const std::vector<Span>& matches, std::uint32_t size, bool invert) {
  std::vector<Part> parts;
  parts.reserve(matches.size() * 2 + 1);
  std::uint32_t at = 0;
  for (const Span& match : matches) {
    if (match.begin > at) parts.push_back({{at, match.begin}, invert});
    parts.push_back({match, !invert});
    at = match.end;
  }
  if (at < size) parts.push_back({{at, size}, invert});
  return parts;
}

void merge_with_previous(const std::vector<Part>& parts, std::vector<Span>& out) {
  const std::size_t first = out.size();
  bool after_match = false;
  for (const Part& part : parts) {
    if (part.match && !after_match && out.size() > first) {
      out.back().end = part.span.end;
    } else {
      out.push_back(part.span);
    }
    after_match = part.match;
  }
}

void merge_with_next(const std::vector<Part>& parts, std::vector<Span>& out) {
  const auto first = static_cast<std::ptrdiff_t>(out.size());
  bool before_match = false;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (part->match && !before_match && static_cast<std::ptrdiff_t>(out.size()) > first) {
      out.back().begin = part->span.begin;
    } else {
      out.push_back(part->span);
    }
    before_match = part->match;
  }
  std::reverse(out.begin() + first, out.end());
}

void arrange(const std::vector<Part>& parts, Behavior behavior, std::vector<Span>& out) {
  switch (behavior) {
    case Behavior::Removed:
      for (const Part& part : parts) {
        if (!part.match) out.push_back(part.span);
      }
      return;
    case Behavior::Isolated:
      for (const Part& part : parts) out.push_back(part.span);
      return;
    case Behavior::Contiguous: {
      const Part* last = nullptr;
      for (const Part& part : parts) {
        if (last != nullptr && last->match == part.match) {
          out.back().end = part.span.end;
        } else {
          out.push_back(part.span);
        }
        last = &part;
      }
      return;
    }
    case Behavior::MergedWithPrevious:
      return merge_with_previous(parts, out);
    case Behavior::MergedWithNext:
      return merge_with_next(parts, out);
  }
}

bool has(Letters letters, char32_t c) noexcept {
  switch (letters) {
    case Letters::Digit:
      return is_numeric(c);
    case Letters::Punctuation:
      return is_punctuation(c);
    case Letters::Space:
      break;
  }
  return is_space(c);
}

void find_letters(Letters letters, std::string_view text, std::vector<Span>& matches) {
  for (std::uint32_t at = 0; at < text.size();) {
    const CodePoint c = code_point(text, at);
    if (has(letters, c.value)) matches.push_back({at, at + c.size});
    at += c.size;
  }
}

class Run {
 public:
  Run(bool at_start, MappedText& text, std::vector<Span>& words)
      : text_(text), words_(words), at_start_(at_start) {
    if (!text.text().empty()) {
      words_.push_back({0, static_cast<std::uint32_t>(text.text().size())});
    }
  }

  Status operator()(const SplitPattern& step) {
    return cut(step.behavior, step.invert, [&](std::string_view word, std::vector<Span>& matches) {
      return step.pattern.find_all(word, matches);
    });
  }
  Status operator()(const SplitLetters& step) {
    return cut(step.behavior, false, [&](std::string_view word, std::vector<Span>& matches) {
      find_letters(step.letters, word, matches);
      return Status();
    });
  }
  Status operator()(const PrefixSpace& step) {
    if (step.wanted) {
      prepend(" ", [](std::string_view word, std::size_t) { return !word.starts_with(' '); });
    }
    return {};
  }
  Status operator()(const ByteLevel& step) {
    TRY((*this)(PrefixSpace{step.prefix_space}));
    bytes_ = true;
    return {};
  }
  Status operator()(const Metaspace& step) {
    TRY(each_space(step));
    if (step.prepend != PrependScheme::Never) {
      prepend(step.replacement, [&](std::string_view word, std::size_t index) {
        if (word.starts_with(step.replacement)) return false;
        return step.prepend == PrependScheme::Always || (at_start_ && index == 0);
      });
    }
    if (!step.split) return {};
    return cut(Behavior::MergedWithNext, false,
               [&](std::string_view word, std::vector<Span>& matches) {
                 return step.mark.find_all(word, matches);
               });
  }

 private:
  /// Cuts every word at what `find` finds in it; once bytes are meant, in GPT-2's signs for them.
  template <typename Find>
  Status cut(Behavior behavior, bool invert, Find find) {
    std::vector<Span> out, matches;
    out.reserve(words_.size() * 2);
    std::string signs;
    std::vector<std::uint32_t> byte_at;
    for (const Span& word : words_) {
      std::string_view text = text_.text().substr(word.begin, word.end - word.begin);
      matches.clear();
      if (bytes_) {
        write_signs(text, signs, byte_at);
        TRY(find(signs, matches));
        for (Span& match : matches) match = {byte_at[match.begin], byte_at[match.end]};
      } else {
        TRY(find(text, matches));
      }
      const std::size_t first = out.size();
      arrange(parts_of(matches, word.end - word.begin, invert), behavior, out);
      for (std::size_t i = first; i < out.size(); ++i) {
        out[i] = {out[i].begin + word.begin, out[i].end + word.begin};
      }
    }
    std::erase_if(out, [](const Span& span) { return span.begin == span.end; });
    words_ = std::move(out);
    return {};
  }

  static void write_signs(std::string_view text, std::string& signs,
                          std::vector<std::uint32_t>& byte_at) {
    signs.clear();
    byte_at.clear();
    for (std::uint32_t i = 0; i < text.size(); ++i) {
      const std::string_view sign = sign_of_byte(static_cast<std::uint8_t>(text[i]));
      signs += sign;
      byte_at.resize(signs.size(), i);
    }
    byte_at.push_back(static_cast<std::uint32_t>(text.size()));
  }

  /// Puts `what` in front of every word for which `wanted` holds.
  template <typename Wanted>
  void prepend(std::string_view what, Wanted wanted) {
    bool any = false;
    for (std::size_t i = 0; i < words_.size() && !any; ++i) {
      any = wanted(text_.text().substr(words_[i].begin, words_[i].end - words_[i].begin), i);
    }
    if (!any) return;
    MappedText::Edit edit(text_);
    std::vector<Span> out;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const Span word = words_[i];
      const auto begin = static_cast<std::uint32_t>(edit.text().size());
      if (wanted(text_.text().substr(word.begin, word.end - word.begin), i)) {
        edit.put(what, {word.begin, word.begin});
      }
      edit.keep(word);
      out.push_back({begin, static_cast<std::uint32_t>(edit.text().size())});
    }
    text_.take(std::move(edit));
    words_ = std::move(out);
  }

  Status each_space(const Metaspace& step) {
    MappedText::Edit edit(text_);
    std::vector<Span> out, matches;
    for (const Span& word : words_) {
      matches.clear();
      TRY(step.space.find_all(text_.text().substr(word.begin, word.end - word.begin), matches));
      const auto begin = static_cast<std::uint32_t>(edit.text().size());
      std::uint32_t at = word.begin;
      for (const Span& match : matches) {
        edit.keep({at, word.begin + match.begin});
        at = word.begin + match.end;
        edit.put(step.replacement, {word.begin + match.begin, at});
      }
      edit.keep({at, word.end});
      out.push_back({begin, static_cast<std::uint32_t>(edit.text().size())});
    }
    text_.take(std::move(edit));
    words_ = std::move(out);
    return {};
  }

  MappedText& text_;
  std::vector<Span>& words_;
  bool at_start_;
  bool bytes_ = false;
};

}  // namespace

Status split(const std::vector<Splitter>& steps, bool at_start, MappedText& text,
             std::vector<Span>& words) {
  words.clear();
  Run run(at_start, text, words);
  for (const Splitter& step : steps) TRY(std::visit(run, step));
  return {};
}

}  // namespace colophon::tokenizers

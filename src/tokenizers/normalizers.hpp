// SPDX-License-Identifier: Apache-2.0
// What a vocabulary does to text before it is cut: normal forms, lower case, signs for spaces.
#pragma once

#include "base/result.hpp"
#include "tokenizers/mapped_text.hpp"
#include "tokenizers/pattern.hpp"
#include "tokenizers/precompiled.hpp"

#include <string>
#include <variant>
#include <vector>

namespace colophon::tokenizers {

struct NormalForm {
  bool compatible = false, composed = true;
};
struct Lowercase {};
struct StripAccents {};  ///< drops marks
struct Nmt {};           ///< drops controls, turns odd spaces into spaces
struct Prepend {
  std::string text;
};
struct Replace {
  Pattern pattern;
  std::string content;
};
struct Strip {
  bool left = true, right = true;
};
struct Bert {
  bool clean = true, chinese = true, accents = false, lowercase = true;
};
using Normalizer = std::variant<NormalForm, Lowercase, StripAccents, Nmt, Prepend, Replace, Strip,
                                Bert, CharacterMap>;

[[nodiscard]] Status normalize(const std::vector<Normalizer>& steps, MappedText& text);

}  // namespace colophon::tokenizers

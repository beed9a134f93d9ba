// SPDX-License-Identifier: Apache-2.0
// The parts of a tokenizer.json that are small: normalizers, pre-tokenizers, the decoder.
#pragma once

#include "tokenizers/definition.hpp"
#include "wire/json_text.hpp"

namespace colophon::tokenizers {

/// A part with its "type". Members that are not asked for are an error, so that nothing a newer
/// file says is passed over.
class Part {
 public:
  explicit Part(const wire::JsonValue& value) : value_(value) {}

  [[nodiscard]] std::string type() const;
  [[nodiscard]] const wire::JsonValue* member(
      std::string_view key) const;  ///< null: absent or null
  Result<bool> boolean(std::string_view key, bool otherwise) const;
  Result<std::string> text(std::string_view key, std::string_view otherwise) const;
  Result<Pattern> pattern(std::string_view key) const;
  Result<Behavior> behavior(std::string_view otherwise) const;
  /// All members are among `known` and "type".
  Status only(std::initializer_list<std::string_view> known) const;
  [[nodiscard]] Failure unsupported(std::string_view kind) const;

 private:
  const wire::JsonValue& value_;
};

[[nodiscard]] Status add_normalizers(const wire::JsonValue& value, std::vector<Normalizer>& steps,
                                     unsigned depth = 0);
[[nodiscard]] Status add_splitters(const wire::JsonValue& value, std::vector<Splitter>& steps,
                                   unsigned depth = 0);
/// Sets what decoding needs; what cannot be decoded is remembered and no error here.
[[nodiscard]] Status set_decoder(const wire::JsonValue& value, Definition& definition);

}  // namespace colophon::tokenizers

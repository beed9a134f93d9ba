// SPDX-License-Identifier: Apache-2.0
// Documents to look into, one after the other from files of any size: lists of token ids (JSON
// lines, or 32-bit numbers), or text. A document that cannot be read is handed out with its error;
// the next one follows.
#pragma once

#include "base/result.hpp"
#include "io/line_reader.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace colophon::watermark {

enum class Input : std::uint8_t {
  Auto,    ///< by name, then by the first character; text where a tokenizer was given
  Jsonl,   ///< a line: [ids], or an object with ids or text
  Binary,  ///< the whole file: 32-bit numbers, little-endian
  Text     ///< the whole file
};

struct DocumentOptions {
  Input input = Input::Auto;
  bool has_tokenizer = false;
  std::string tokens_field = "tokens", text_field = "text", id_field = "id";
  std::size_t longest = 32U << 20;  ///< bytes of one document, as Limits::max_text
};

struct Document {
  std::string file, id;      ///< id: the record's own, else FILE#N
  std::uint64_t number = 1;  ///< in its file, from 1
  std::uint64_t offset = 0;  ///< of its first byte, unpacked
  std::vector<std::uint32_t> ids;
  std::string text;
  bool is_text = false;
  std::uint64_t id_size = 0;   ///< bytes of each id, where one stands behind the other
  std::optional<Error> error;  ///< offset: in the file
};

class DocumentReader {
 public:
  [[nodiscard]] static Result<DocumentReader> open(const std::string& path,
                                                   const DocumentOptions& options);
  /// Nothing at the end. An error of the whole file: nothing follows it.
  [[nodiscard]] Result<std::optional<Document>> next();

 private:
  DocumentReader(std::string path, DocumentOptions options)
      : path_(std::move(path)), options_(std::move(options)) {}
  [[nodiscard]] Result<std::optional<Document>> next_line();
  [[nodiscard]] Result<std::optional<Document>> whole_file();
  [[nodiscard]] Document begin(std::uint64_t offset);

  std::string path_;
  DocumentOptions options_;
  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<LineReader> lines_;
  std::uint64_t number_ = 0;
};

/// "[1, 2, 3]"; `base` is where it stands, for errors.
[[nodiscard]] Result<std::vector<std::uint32_t>> parse_ids(std::string_view json,
                                                           std::uint64_t base);
/// "[0.5, -1e3, null, -Infinity]": null and -Infinity exclude a token.
[[nodiscard]] Result<std::vector<float>> parse_logits(std::string_view json, std::uint64_t base);

}  // namespace colophon::watermark

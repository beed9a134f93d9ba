// SPDX-License-Identifier: Apache-2.0
// The inside of ID3v2 frames that hold text or named objects (ID3v2.4.0 frames, 4.2 to 4.27).
#include <algorithm>

#include "wire/id3.hpp"

namespace colophon::wire::id3 {
namespace {

enum Encoding : std::uint8_t { kLatin1 = 0, kUtf16 = 1, kUtf16Be = 2, kUtf8 = 3 };

bool is_wide(std::uint8_t encoding) noexcept {
  return encoding == kUtf16 || encoding == kUtf16Be;
}

/// Text behind an encoding byte, read piece by piece.
class Reader {
 public:
  explicit Reader(Bytes data) noexcept : data_(data) {}

  bool encoding() {
    if (data_.empty() || data_[0] > kUtf8) return false;
    encoding_ = data_[0];
    at_ = 1;
    return true;
  }
  bool skip(std::uint64_t count) {
    if (data_.size() - at_ < count) return false;
    at_ += count;
    return true;
  }
  /// Up to the terminator, which is consumed. Nothing when there is none.
  std::optional<std::string> string() {
    const std::size_t width = is_wide(encoding_) ? 2 : 1;
    for (std::uint64_t end = at_; end + width <= data_.size(); end += width) {
      if (data_[end] != 0 || (width == 2 && data_[end + 1] != 0)) continue;
      std::string text = decode(slice(data_, at_, end - at_));
      at_ = end + width;
      return text;
    }
    return std::nullopt;
  }
  std::optional<std::string> latin1() {
    encoding_ = kLatin1;
    return string();
  }
  /// Everything that is left; see Field::value.
  std::string rest() {
    std::string text = decode(slice(data_, at_));
    while (!text.empty() && text.back() == '\0') text.pop_back();
    std::replace(text.begin(), text.end(), '\0', '\n');
    return text;
  }
  std::string latin1_rest() {
    encoding_ = kLatin1;
    return rest();
  }
  [[nodiscard]] Range stored() const noexcept { return {at_, data_.size() - at_}; }
  void set_encoding(std::uint8_t encoding) noexcept { encoding_ = encoding; }

 private:
  std::string decode(Bytes text) {
    if (encoding_ == kLatin1) return latin1_to_utf8(text);
    if (encoding_ == kUtf8) return to_valid_utf8(as_text(text));
    if (encoding_ == kUtf16Be) return utf16_to_utf8(text, true);
    const bool marked = has_prefix(text, "\xFF\xFE") || has_prefix(text, "\xFE\xFF");
    if (marked) big_endian_ = text[0] == 0xFE;
    return without_marks(utf16_to_utf8(slice(text, marked ? 2 : 0), big_endian_));
  }
  /// Each string of a list brings its own byte order mark.
  static std::string without_marks(std::string text) {
    constexpr std::string_view kListMark("\0\xEF\xBB\xBF", 4);
    for (auto at = text.find(kListMark); at != std::string::npos; at = text.find(kListMark, at)) {
      text.erase(at + 1, 3);
    }
    return text;
  }

  Bytes data_;
  std::uint64_t at_ = 0;
  std::uint8_t encoding_ = kLatin1;
  bool big_endian_ = false;  // the last mark seen also holds for strings without one
};

bool is_comment(std::string_view id) noexcept {
  return id == "COMM" || id == "COM" || id == "USLT" || id == "ULT";
}
bool is_described(std::string_view id) noexcept {
  return id == "TXXX" || id == "TXX" || id == "WXXX" || id == "WXX" || is_comment(id);
}

std::u32string code_points(std::string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t c = size == 1 ? lead : lead & (0x7FU >> size);
    for (std::size_t k = 1; k < size && i + k < text.size(); ++k) {
      c = (c << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    }
    out.push_back(c);
    i += size;
  }
  return out;
}

bool fits_latin1(std::string_view text) {
  const std::u32string points = code_points(text);
  return std::all_of(points.begin(), points.end(), [](char32_t c) { return c < 0x100; });
}

void append_text(ByteBuffer& out, std::uint8_t encoding, std::string_view text) {
  if (encoding == kUtf8) return append(out, text);
  if (encoding == kUtf16) append(out, "\xFF\xFE");
  for (const char32_t c : code_points(text)) {
    if (encoding == kLatin1) {
      out.push_back(static_cast<std::uint8_t>(c));
    } else if (c < 0x10000) {
      append_le(out, c, 2);
    } else {
      append_le(out, 0xD800 + ((c - 0x10000) >> 10), 2);
      append_le(out, 0xDC00 + ((c - 0x10000) & 0x3FF), 2);
    }
  }
}

}  // namespace

bool is_field(std::string_view id) noexcept {
  return id.starts_with('T') || id.starts_with('W') || is_comment(id);
}

std::optional<Field> parse_field(std::string_view id, Bytes data) {
  Reader reader(data);
  Field field;
  const bool link = id.starts_with('W');
  if ((!link || is_described(id)) && !reader.encoding()) return std::nullopt;
  if (is_comment(id) && !reader.skip(3)) return std::nullopt;  // the language
  if (is_described(id)) {
    auto description = reader.string();
    if (!description) return std::nullopt;
    field.description = std::move(*description);
  }
  field.stored = reader.stored();
  field.value = link ? reader.latin1_rest() : reader.rest();
  return field;
}

bool is_object(std::string_view id) noexcept {
  return id == "GEOB" || id == "GEO" || id == "PRIV" || id == "UFID" || id == "UFI";
}

std::optional<Object> parse_object(std::string_view id, Bytes data) {
  Reader reader(data);
  Object object;
  const bool file = id.starts_with("GEO");
  if (file && !reader.encoding()) return std::nullopt;
  const auto name = reader.latin1();
  if (!name) return std::nullopt;
  (file ? object.media_type : object.description) = *name;
  if (file) {
    reader.set_encoding(data[0]);
    const auto file_name = reader.string();
    const auto description = file_name ? reader.string() : std::nullopt;
    if (!description) return std::nullopt;
    object.file_name = *file_name;
    object.description = *description;
  }
  object.data_at = reader.stored().offset;
  return object;
}

ByteBuffer user_text(std::uint8_t version, std::string_view description, std::string_view value) {
  const bool narrow = fits_latin1(description) && fits_latin1(value);
  const std::uint8_t encoding = narrow ? kLatin1 : version == 4 ? kUtf8 : kUtf16;
  ByteBuffer data{encoding};
  append_text(data, encoding, description);
  data.insert(data.end(), is_wide(encoding) ? 2 : 1, 0);
  append_text(data, encoding, value);
  return data;
}

}  // namespace colophon::wire::id3

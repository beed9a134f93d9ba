// SPDX-License-Identifier: Apache-2.0
// Renders PDF objects as JSON text. Some writers (Apple's CoreGraphics) store the label as a PDF
// dictionary, /Label 1 /ContentProducer (...), where the guide wants a text.
#include "base/text.hpp"
#include "formats/pdf_internal.hpp"
#include "wire/pdf_text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::pdf {
namespace {

using wire::pdf::Document;
using wire::pdf::Kind;
using wire::pdf::Object;

constexpr int kMaxReferences = 64;

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", c);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

/// PDF writes ".5" and "4."; JSON does not.
std::string json_number(std::string_view real) {
  std::string out(real.starts_with('+') ? real.substr(1) : real);
  const std::size_t sign = out.starts_with('-') ? 1 : 0;
  if (out.find_first_of("+-", sign) != std::string::npos ||
      std::count(out.begin(), out.end(), '.') > 1 ||
      out.find_first_of("0123456789") == std::string::npos) {
    return "null";
  }
  out.erase(sign, std::min(out.find_first_not_of('0', sign), out.size()) - sign);
  if (out.size() == sign || out[sign] == '.') out.insert(sign, 1, '0');
  if (out.ends_with('.')) out.push_back('0');
  return out;
}

class JsonWriter {
 public:
  explicit JsonWriter(Document& document) : document_(document) {}

  Status write(const Object& object, std::uint32_t depth = 0) {
    switch (object.kind) {
      case Kind::Null:
        out += "null";
        break;
      case Kind::Boolean:
        out += object.truth ? "true" : "false";
        break;
      case Kind::Integer:
        out += std::to_string(object.integer);
        break;
      case Kind::Real:
        out += json_number(object.text);
        break;
      case Kind::String:
        append_json_string(out, wire::pdf::text_to_utf8(object.text));
        break;
      case Kind::Name:
        append_json_string(out, to_valid_utf8(object.text));
        break;
      case Kind::Array:
      case Kind::Dictionary:
        return write_parts(object, depth);
      case Kind::Reference:
        return follow(object, depth);
    }
    return {};
  }

  std::string out;

 private:
  Status write_parts(const Object& object, std::uint32_t depth) {
    const bool keyed = object.is(Kind::Dictionary);
    out.push_back(keyed ? '{' : '[');
    for (std::size_t i = 0; i < object.items.size(); ++i) {
      if (i > 0) out.push_back(',');
      if (keyed) append_json_string(out, to_valid_utf8(object.keys[i].name));
      if (keyed) out.push_back(':');
      TRY(write(object.items[i], depth + 1));
    }
    out.push_back(keyed ? '}' : ']');
    return {};
  }

  Status follow(const Object& object, std::uint32_t depth) {
    if (++followed_ > kMaxReferences || depth > kMaxReferences) {
      return fail(ErrorCode::LimitExceeded, "the AIGC dictionary has too many references", "pdf");
    }
    const wire::pdf::Stored stored = TRY(document_.resolve(object));
    return write(stored.value, depth + 1);
  }

  Document& document_;
  int followed_ = 0;
};

}  // namespace

Result<std::string> to_json(Document& document, const Object& object) {
  JsonWriter json(document);
  TRY(json.write(object));
  return std::move(json.out);
}

}  // namespace colophon::pdf

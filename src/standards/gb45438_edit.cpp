// SPDX-License-Identifier: Apache-2.0
#include "standards/gb45438_edit.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon::gb45438 {
namespace {

std::string_view innermost(const Found& found, std::string_view text) {
  for (const Layer& layer : found.layers) {
    text = layer.decoded ? std::string_view(layer.decoded->text)
                         : text.substr(layer.where.offset, layer.where.size);
  }
  return text;
}

class Editor {
 public:
  Editor(const Found& found, std::string_view text) : found_(found), text_(text) {}

  Result<std::vector<wire::TextEdit>> run(const std::vector<Change>& changes) {
    if (found_.syntax != Syntax::Json && last().where.offset == 0) {
      return fail(ErrorCode::Unsupported, "the label stands in a coding that is read only", "xmp");
    }
    for (const Change& change : changes) {
      if (!replace(change)) TRY(insert(change));
    }
    return std::move(edits_);
  }

 private:
  [[nodiscard]] std::string coded(const std::string& value) const {
    return found_.syntax == Syntax::Json ? wire::quote_json(value)
                                         : wire::escape_xml_attribute(value);
  }

  /// A string keeps its quotes, which may be written as references.
  [[nodiscard]] wire::TextEdit edit_of(const Entry& entry, const std::string& value) const {
    if (found_.syntax != Syntax::Json || entry.type != wire::JsonType::String) {
      return {entry.where, coded(value)};
    }
    return {{entry.where.offset + 1, entry.where.size - 2}, wire::escape_json(value)};
  }

  /// A key written twice is set twice, so that no two answers remain. Misspelt keys stay as they
  /// are: the right one is added, and every reader prefers it.
  bool replace(const Change& change) {
    bool found = false;
    for (const Entry& entry : found_.entries) {
      if (entry.name != kKeyNames[static_cast<std::size_t>(change.key)]) continue;
      edits_.push_back(edit_of(entry, change.value));
      found = true;
    }
    return found;
  }

  [[nodiscard]] const Entry& last() const {
    return *std::max_element(
        found_.entries.begin(), found_.entries.end(),
        [](const Entry& a, const Entry& b) { return a.where.offset < b.where.offset; });
  }

  Status insert(const Change& change) {
    const std::string_view key = kKeyNames[static_cast<std::size_t>(change.key)];
    switch (found_.syntax) {
      case Syntax::Json:
        return insert_member(key, change.value);
      case Syntax::XmlAttributes:
        return insert_attribute(key, change.value);
      case Syntax::XmlElements:
        return insert_element(key, change.value);
      case Syntax::Yaml:
        break;
    }
    return fail(ErrorCode::Unsupported, "a key cannot be added here");
  }

  /// In the style of the last member: what stands between the value before it and its own value,
  /// with the name exchanged.
  Status insert_member(std::string_view key, const std::string& value) {
    const Entry& model = last();
    std::uint64_t before = found_.where.offset + 1;
    for (const Entry& entry : found_.entries) {
      if (entry.where.offset < model.where.offset) before = std::max(before, entry.where.end());
    }
    std::string style(text_.substr(before, model.where.offset - before));
    const auto open = style.find('"');
    const auto close = style.rfind('"');
    if (open == std::string::npos || close == open) {
      return fail(ErrorCode::Unsupported, "the label's keys cannot be told apart", "json");
    }
    style.replace(open, close - open + 1, wire::quote_json(key));
    if (style.find(',') > open) style.insert(0, ",");
    edits_.push_back({{model.where.end(), 0}, style + coded(value)});
    return {};
  }

  /// "dc:Label" with another local name.
  static Result<std::string> renamed(std::string_view qualified, std::string_view local,
                                     std::string_view key) {
    const auto at = qualified.rfind(local);
    if (at == std::string_view::npos) {
      return fail(ErrorCode::Unsupported, "the label's names cannot be told apart", "xmp");
    }
    return std::string(qualified.substr(0, at)) + std::string(key);
  }

  /// `dc:Label="1"`: the name before the last value gives the prefix.
  Status insert_attribute(std::string_view key, const std::string& value) {
    const Entry& model = last();
    const std::string_view before = text_.substr(0, model.where.offset);
    const auto name_end = before.find_last_not_of(" \t\r\n=\"'");
    const auto name_begin = before.find_last_of(" \t\r\n<", name_end);
    if (model.where.size == 0 || name_end == std::string_view::npos ||
        name_begin == std::string_view::npos) {
      return fail(ErrorCode::Unsupported, "an attribute cannot be added here", "xmp");
    }
    const std::string_view old_name = before.substr(name_begin + 1, name_end - name_begin);
    const std::string name = TRY(renamed(old_name, model.name, key));
    edits_.push_back({{model.where.end() + 1, 0}, fmt::format(" {}=\"{}\"", name, coded(value))});
    return {};
  }

  /// `<x:Label>1</x:Label>`: the closing tag of the last one gives the prefix.
  Status insert_element(std::string_view key, const std::string& value) {
    const Entry& model = last();
    const std::string_view rest = text_.substr(model.where.end());
    const auto end = rest.find('>');
    if (!rest.starts_with("</") || end == std::string_view::npos) {
      return fail(ErrorCode::Unsupported, "an element cannot be added here", "xmp");
    }
    const std::string name = TRY(renamed(rest.substr(2, end - 2), model.name, key));
    edits_.push_back(
        {{model.where.end() + end + 1, 0}, fmt::format("<{0}>{1}</{0}>", name, coded(value))});
    return {};
  }

  const Found& found_;
  std::string_view text_;
  std::vector<wire::TextEdit> edits_;
};

}  // namespace

Result<std::vector<wire::TextEdit>> edits_for(const Found& found,
                                              const std::vector<Change>& changes,
                                              std::string_view payload) {
  return Editor(found, innermost(found, payload)).run(changes);
}

}  // namespace colophon::gb45438

// SPDX-License-Identifier: Apache-2.0
// Finds labels in text, whatever is wrapped around them (docs/gb45438.md): bare and wrapped JSON,
// JSON in JSON strings, one or two layers of character references, `AIGC=` and `AIGC{`, ends cut
// off.
#include "base/text.hpp"
#include "standards/gb45438_label.hpp"

#include <algorithm>

namespace colophon::gb45438 {
namespace {

constexpr std::size_t kMaxWhole = 256 << 10;   // a document parsed as one value
constexpr std::size_t kMaxObject = 512 << 10;  // one object among other text
constexpr std::size_t kMaxFailures = 64;       // starts that no parser accepts
constexpr std::size_t kMaxFound = 4096;
constexpr int kMaxNesting = 4;       // strings in strings, references in references
constexpr std::size_t kOpaque = 16;  // a shorter value that is no JSON is a word, not a label
constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kPadding{" \t\r\n\0\xEF\xBB\xBF", 8};

class Finder {
 public:
  Finder(const Limits& limits, std::vector<Found>& out) : limits_(limits), out_(out) {}

  void search(std::string_view text, const Context& context, int depth) {
    if (depth > kMaxNesting) return;
    const std::size_t before = out_.size();
    if (search_whole(text, context, depth)) return;
    search_among(text, context, depth);
    if (out_.size() == before) search_decoded(text, context, depth);
    if (out_.size() == before && context.whole) add_unreadable(text, context);
  }

 private:
  /// True: the text is one JSON value, so there is nothing else to look for.
  bool search_whole(std::string_view text, const Context& context, int depth) {
    const auto begin = text.find_first_not_of(kPadding);
    if (begin == std::string_view::npos) return true;
    const auto end = text.find_last_not_of(kPadding) + 1;
    if (end - begin > kMaxWhole) return false;
    const std::string_view value = text.substr(begin, end - begin);
    const auto parsed = wire::parse_json(value, limits_);
    if (!parsed) return false;
    Context inner = context;
    if (begin > 0) {
      inner.layers.push_back(make_layer(Layer::Coding::Slice, {begin, value.size()}, text));
    }
    walk(*parsed, value, inner, depth);
    return true;
  }

  void walk(const wire::JsonValue& value, std::string_view text, const Context& context,
            int depth) {
    if (out_.size() >= kMaxFound) return;
    if (value.type == wire::JsonType::String) return walk_string(value, text, context, depth);
    for (const wire::JsonValue& item : value.items) walk(item, text, context, depth);
    if (value.type != wire::JsonType::Object || add_object(value, text, context)) return;
    for (const wire::JsonMember& member : value.members) {
      if (!is_field_name(member.key)) {
        walk(member.value, text, context.whole ? beneath(context) : context, depth);
        continue;
      }
      Context inner = context;
      inner.field = member.key;
      inner.wrapped = true;
      walk(member.value, text, inner, depth);
    }
  }

  /// The context of a member that is not the field itself.
  static Context beneath(const Context& context) {
    Context inner = context;
    inner.whole = false;
    return inner;
  }

  void walk_string(const wire::JsonValue& value, std::string_view text, const Context& context,
                   int depth) {
    const bool named = !context.field.empty() && value.text.find('{') != std::string::npos;
    if (!named && !may_hold_label(value.text)) return;
    const Range coded{value.begin + 1, value.end - value.begin - 2};
    Context inner = beneath(context);
    inner.string_in_string = true;
    search_layer(Layer::Coding::JsonString, coded, text, inner, depth);
  }

  Found make(const Context& context) const {
    Found found;
    found.layers = context.layers;
    found.field = context.field;
    found.place = context.place;
    found.uri = context.uri;
    found.yaml = context.yaml;
    found.wrapped = context.wrapped;
    found.prefixed = context.prefixed;
    found.string_in_string = context.string_in_string;
    found.base64 = context.base64;
    found.entities = context.entities;
    return found;
  }

  bool add_object(const wire::JsonValue& object, std::string_view text, const Context& context) {
    Found found = make(context);
    found.where = {object.begin, object.end - object.begin};
    found.raw = text.substr(object.begin, found.where.size);
    for (const wire::JsonMember& member : object.members) {
      const wire::JsonValue& value = member.value;
      const Range where{value.begin, value.end - value.begin};
      const bool nested =
          value.type == wire::JsonType::Object || value.type == wire::JsonType::Array;
      found.entries.push_back(
          {member.key, known_key(member.key),
           nested ? std::string(text.substr(value.begin, where.size)) : value.text, value.type,
           false, where});
      if (value.text == "\xE2\x80\xA6") found.damage = "elided";
    }
    found.provider =
        object.find("ServiceProvider") != nullptr && object.find("ContentId") != nullptr;
    if (!is_label(found, !context.field.empty())) return false;
    out_.push_back(std::move(found));
    return true;
  }

  /// Objects that stand among other words, and objects that are cut.
  void search_among(std::string_view text, const Context& context, int depth) {
    std::size_t failures = 0;
    std::size_t at = text.find('{');
    while (at != std::string_view::npos && failures <= kMaxFailures && out_.size() < kMaxFound) {
      const Before before = before_brace(text, at);
      const Start start = behind_brace(text, at);
      if (before.named || start.names_field || start.names_key) {
        Context inner = context;
        if (before.named || start.names_field) inner.field = field_or(context.field);
        inner.prefixed = context.prefixed || before.prefix;
        inner.wrapped = context.wrapped || before.member || start.names_field;
        at = start.escaped ? search_escaped(text, at, inner, depth)
                           : search_object(text, at, inner, depth, failures);
      } else {
        ++at;
      }
      at = text.find('{', at);
    }
  }
  static std::string field_or(const std::string& field) { return field.empty() ? "AIGC" : field; }

  struct Before {
    bool named = false;   ///< the field name stands right before the brace
    bool member = false;  ///< as a quoted key with its colon
    bool prefix = false;  ///< as a word: `AIGC=`, `AIGC :`, `AIGC`
  };
  static Before before_brace(std::string_view text, std::size_t brace) {
    constexpr std::size_t kWindow = 48;  // tools pad names with spaces
    const std::size_t from = brace < kWindow ? 0 : brace - kWindow;
    const std::string_view window = text.substr(from, brace - from);
    const auto last = window.find_last_not_of(" \t\r\n\"'\\=:>");
    if (last == std::string_view::npos) return {};
    const std::string_view name = window.substr(0, last + 1);
    const std::string_view gap = window.substr(last + 1);
    if (!ends_with_field_name(name)) return {};
    const bool quoted = gap.find_first_of("\"'") == 0 || gap.starts_with('\\');
    const bool member = quoted && gap.find(':') != std::string_view::npos;
    const bool markup =
        gap.find('>') != std::string_view::npos || gap.starts_with("=\"") || gap.starts_with("='");
    return {true, member, !member && !markup};
  }
  static bool ends_with_field_name(std::string_view text) noexcept {
    for (const std::string_view name : {"AIGC", "aiGenTag"}) {
      if (text.size() >= name.size() &&
          equals_ignore_case(text.substr(text.size() - name.size()), name)) {
        return true;
      }
    }
    return false;
  }

  struct Start {
    bool names_field = false;  ///< the first key is the field's name
    bool names_key = false;    ///< or one of the seven
    bool escaped = false;      ///< its quote is escaped: the object stands in a JSON string
  };
  static Start behind_brace(std::string_view text, std::size_t brace) {
    constexpr std::size_t kLongestKey = 64;
    std::size_t at = text.find_first_not_of(kSpace, brace + 1);
    const bool escaped = at != std::string_view::npos && text[at] == '\\';
    if (escaped) at = text.find_first_not_of('\\', at);
    if (at == std::string_view::npos || (text[at] != '"' && text[at] != '\'')) return {};
    const std::string_view rest = text.substr(at + 1, kLongestKey);
    const std::string_view key = rest.substr(0, rest.find_first_of("\"'\\"));
    return {is_field_name(key), known_key(key).has_value(), escaped};
  }

  std::size_t search_escaped(std::string_view text, std::size_t at, const Context& context,
                             int depth) {
    std::size_t end = at;
    while (end < text.size() && text[end] != '"' && text[end] != '\n') {
      end += text[end] == '\\' ? 2 : 1;
    }
    end = std::min(end, text.size());
    Context inner = beneath(context);
    inner.string_in_string = true;
    search_layer(Layer::Coding::JsonString, {at, end - at}, text, inner, depth);
    return std::max(end, at + 1);
  }

  std::size_t search_object(std::string_view text, std::size_t at, const Context& context,
                            int depth, std::size_t& failures) {
    const std::string_view window = text.substr(0, std::min(text.size(), at + kMaxObject));
    if (const auto parsed = wire::parse_json_at(window, at, limits_)) {
      walk(*parsed, text, beneath(context), depth);
      return parsed->end;
    }
    ++failures;
    const wire::Salvage salvage = wire::salvage_json(window, at);
    Found found = make(context);
    found.where = {at, salvage.end - at};
    found.exact = false;
    found.damage = salvage.elided ? "elided" : salvage.cut ? "cut" : "malformed";
    for (const wire::SavedPair& pair : salvage.pairs) {
      found.entries.push_back(
          {pair.key, known_key(pair.key), pair.text, pair.type, pair.cut, found.where});
    }
    found.raw = text.substr(at, found.where.size);
    if (is_label(found, !found.field.empty())) out_.push_back(std::move(found));
    return std::max(salvage.end, at + 1);
  }

  void search_decoded(std::string_view text, const Context& context, int depth) {
    if (text.size() > kMaxObject || !(may_hold_label(text) || context.whole)) return;
    Context inner = context;
    inner.whole = false;
    const bool references = text.find("&quot;") != std::string_view::npos ||
                            text.find("&#") != std::string_view::npos ||
                            text.find("&amp;") != std::string_view::npos;
    const bool escapes = text.find("\\\"") != std::string_view::npos;
    if (references) {
      ++inner.entities;
      search_layer(Layer::Coding::Entities, {0, text.size()}, text, inner, depth);
    } else if (escapes) {
      inner.string_in_string = true;
      search_layer(Layer::Coding::JsonString, {0, text.size()}, text, inner, depth);
    }
  }

  void search_layer(Layer::Coding coding, Range where, std::string_view text, Context context,
                    int depth) {
    context.layers.push_back(make_layer(coding, where, text));
    const auto decoded = context.layers.back().decoded;
    search(decoded->text, context, depth + 1);
  }

  /// Readable pairs, none of them ours: a scheme that somebody invented.
  static bool holds_other_fields(std::string_view text) {
    const auto brace = text.substr(0, kMaxObject).find('{');
    if (brace == std::string_view::npos) return false;
    const wire::Salvage salvage = wire::salvage_json(text.substr(0, kMaxObject), brace);
    return std::any_of(salvage.pairs.begin(), salvage.pairs.end(),
                       [](const wire::SavedPair& pair) { return !pair.cut; });
  }

  /// The field is there and its value is neither JSON nor a mere word.
  void add_unreadable(std::string_view text, const Context& context) {
    const std::string_view value = trim(text);
    if (value.size() < kOpaque && !value.starts_with('{')) return;
    if (wire::parse_json(value, limits_)) return;
    if (holds_other_fields(value)) return;
    Found found = make(context);
    found.exact = false;
    found.damage = "unreadable";
    found.raw = text;
    out_.push_back(std::move(found));
  }

  const Limits& limits_;
  std::vector<Found>& out_;
};

}  // namespace

void find_in_text(std::string_view text, const Context& context, const Limits& limits,
                  std::vector<Found>& out) {
  if (context.field.empty() && !may_hold_label(text)) return;
  Finder(limits, out).search(text, context, 0);
}

}  // namespace colophon::gb45438

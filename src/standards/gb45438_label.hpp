// SPDX-License-Identifier: Apache-2.0
// A GB 45438 label as it stands in some text, before anybody judges it. Private to
// src/standards/gb45438*.cpp.
#pragma once

#include "formats/carrier.hpp"
#include "wire/json_text.hpp"
#include "wire/xml.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace colophon::gb45438 {

/// Annex E b), in the order that we write.
enum class Key : std::uint8_t {
  Label,
  ContentProducer,
  ProduceId,
  ReservedCode1,
  ContentPropagator,
  PropagateId,
  ReservedCode2,
};
inline constexpr std::array<std::string_view, 7> kKeyNames = {
    "Label",       "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator",
    "PropagateID", "ReservedCode2"};
inline constexpr std::string_view kNamespace = "http://www.tc260.org.cn/ns/AIGC/1.0/";
inline constexpr std::string_view kPrefix = "TC260";

struct KnownKey {
  Key key;
  bool exact = true;  ///< false: a misspelling that stands in public files
};
[[nodiscard]] std::optional<KnownKey> known_key(std::string_view name) noexcept;
/// A field name of annex E a), or one that private schemes use in its place.
[[nodiscard]] bool is_field_name(std::string_view name) noexcept;
/// Cheap: may `text` hold a label at all?
[[nodiscard]] bool may_hold_label(std::string_view text) noexcept;

struct Entry {
  std::string name;
  std::optional<KnownKey> known;
  std::string text;  ///< decoded; of an object or array as written
  wire::JsonType type = wire::JsonType::String;
  bool cut = false;
  Range where;  ///< the value as written, quotes included, in the innermost text
};

/// How a text that holds a label stands in the text around it; outermost first.
struct Layer {
  enum class Coding : std::uint8_t {
    Slice,
    JsonString,
    Entities,
    Base64,
    Whole,  ///< XML text without positions: replaced as a whole
  };
  Coding coding = Coding::Slice;
  Range where;  ///< in the text around
  /// Shared by the labels in it; null for a slice. Base64 and Whole have no positions.
  std::shared_ptr<const wire::Decoded> decoded;
};
[[nodiscard]] Layer make_layer(Layer::Coding coding, Range where, std::string_view text);
/// Edits of the innermost text as edits of the outermost one.
[[nodiscard]] Result<std::vector<wire::TextEdit>> outward(std::vector<Layer> layers,
                                                          std::vector<wire::TextEdit> edits);

/// How values are written where the label stands.
enum class Syntax : std::uint8_t { Json, XmlAttributes, XmlElements, Yaml };

struct Found {
  std::vector<Entry> entries;
  std::vector<Layer> layers;
  Syntax syntax = Syntax::Json;
  Range where;         ///< the object, in the innermost text
  std::string field;   ///< the name that it stands under; empty: none
  std::string place;   ///< "attribute", "element": the form of an XMP property
  std::string uri;     ///< the namespace of that property
  std::string yaml;    ///< "yaml-block", "yaml-flow", "yaml-quoted"
  std::string raw;     ///< the label as JSON
  std::string damage;  ///< "cut", "elided", "malformed", "unreadable"; empty: read whole
  bool exact = true;   ///< the ranges can be trusted, so values can be changed one by one
  bool wrapped = false;
  bool prefixed = false;  ///< `AIGC=`, `AIGC{`
  bool string_in_string = false;
  bool base64 = false;
  int entities = 0;       ///< layers of character references inside the value
  bool provider = false;  ///< Tencent Cloud's ServiceProvider schema

  [[nodiscard]] const Entry* find(Key key) const noexcept;
};

/// Are these the entries of a label? `named`: they stand under the field name. The word AIGC alone
/// is no label, and neither are self-invented fields.
[[nodiscard]] bool is_label(const Found& found, bool named);
/// The text as JSON, made from the entries.
[[nodiscard]] std::string raw_of(const std::vector<Entry>& entries);

/// What is known about a text before it is searched.
struct Context {
  std::string field;  ///< the name it stands under; empty: none
  std::string place, uri, yaml;
  std::vector<Layer> layers;
  bool whole = false;  ///< the text is the field's value and nothing else
  bool wrapped = false, prefixed = false, string_in_string = false, base64 = false;
  int entities = 0;
};
/// Every label in a text: JSON, JSON in strings, behind references, cut, or among other words.
void find_in_text(std::string_view text, const Context& context, const Limits& limits,
                  std::vector<Found>& out);
/// Every label in RDF/XML, in any namespace and form; in broken XML as in plain text.
void find_in_xmp(std::string_view text, const Limits& limits, std::vector<Found>& out);
/// Every label among the top-level entries of YAML.
void find_in_yaml(std::string_view yaml, const Limits& limits, std::vector<Found>& out);
/// Every label in a carrier's payload.
[[nodiscard]] std::vector<Found> find_labels(const Carrier& carrier, Bytes payload,
                                             const Limits& limits);

/// "1", "2", "3" of annex E c), as text or as a number.
[[nodiscard]] std::optional<Origin> origin_of(const Entry& label);
[[nodiscard]] std::optional<std::string_view> label_value(Origin origin) noexcept;
[[nodiscard]] std::string& value_of(Label& label, Key key) noexcept;  ///< not Key::Label
[[nodiscard]] const std::string& value_of(const Label& label, Key key) noexcept;
[[nodiscard]] Label label_of(const Found& found);

}  // namespace colophon::gb45438

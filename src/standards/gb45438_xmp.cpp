// SPDX-License-Identifier: Apache-2.0
// Labels in XMP: the TC260 property in every form, the same under wrong namespaces, one property
// per key, base64 in `XmpKvBase64`, and labels inside other properties.
#include "standards/gb45438_label.hpp"
#include "standards/xmp.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace colophon::gb45438 {
namespace {

constexpr std::string_view kBase64Name = "XmpKvBase64";

std::string_view place_of(XmpForm form) noexcept {
  return form == XmpForm::Attribute || form == XmpForm::Resource ? "attribute" : "element";
}

std::string qualified(const XmpValue& value) {
  return value.prefix.empty() ? value.name : value.prefix + ':' + value.name;
}

/// The layer between the packet and a value. Where the stored bytes are more than escaped text
/// (CDATA, comments), the value can only be replaced whole.
Layer layer_of(const XmpValue& value, std::string_view packet, Layer::Coding coding) {
  Layer layer = make_layer(coding, value.where, packet);
  if (coding == Layer::Coding::Entities && layer.decoded->text != value.value) {
    layer.coding = Layer::Coding::Whole;
    layer.decoded = std::make_shared<const wire::Decoded>(wire::Decoded{value.value, {}});
  }
  return layer;
}

void find_in_value(const XmpValue& value, std::string_view packet, const Limits& limits,
                   std::vector<Found>& out) {
  Context context;
  context.place = place_of(value.form);
  context.uri = value.uri;
  context.base64 = value.name == kBase64Name;
  if (equals_ignore_case(value.name, "AIGC")) context.field = qualified(value);
  if (context.field.empty() && !context.base64 && !may_hold_label(value.value)) return;
  context.whole = !context.field.empty();
  const auto coding = context.base64 ? Layer::Coding::Base64 : Layer::Coding::Entities;
  context.layers.push_back(layer_of(value, packet, coding));
  const auto decoded = context.layers.back().decoded;
  find_in_text(decoded->text, context, limits, out);
}

/// One property per key: `dc:Label="1" dc:ContentProducer="..."`, or a structure's fields.
void find_per_key(const std::vector<XmpValue>& values, std::vector<Found>& out) {
  std::vector<Found> groups;
  for (const XmpValue& value : values) {
    const auto known = known_key(value.name);
    if (!known) continue;
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Found& found) {
      return found.uri == value.uri && found.place == place_of(value.form);
    });
    if (group == groups.end()) {
      group = groups.emplace(groups.end());
      group->syntax =
          value.form == XmpForm::Attribute ? Syntax::XmlAttributes : Syntax::XmlElements;
      group->place = place_of(value.form);
      group->uri = value.uri;
      group->where = value.where;
      if (value.uri == kNamespace) group->field = value.prefix + ":AIGC";
    }
    group->entries.push_back(
        {value.name, known, value.value, wire::JsonType::String, false, value.where});
  }
  for (Found& group : groups) {
    if (!is_label(group, !group.field.empty())) continue;
    group.raw = raw_of(group.entries);
    out.push_back(std::move(group));
  }
}

}  // namespace

void find_in_xmp(std::string_view text, const Limits& limits, std::vector<Found>& out) {
  const std::size_t before = out.size();
  const std::vector<XmpValue> values = xmp_properties(as_bytes(text), limits);
  for (const XmpValue& value : values) find_in_value(value, text, limits, out);
  find_per_key(values, out);
  if (out.size() > before) return;
  Context context;  // broken XML, or a label outside the RDF
  context.place = "fragment";
  context.entities = -1;  // one layer of references is how XML writes quotes
  find_in_text(text, context, limits, out);
}

}  // namespace colophon::gb45438

// SPDX-License-Identifier: Apache-2.0
// Flash Video (Adobe, "Video File Format Specification", version 10.1, annex E). The label is the
// string property AIGC of onMetaData (docs/gb45438.md); onXMPData holds an XMP packet.
#include "formats/flv.hpp"

#include "base/text.hpp"

namespace colophon {
namespace flv {
namespace {

constexpr std::uint64_t kHeader = 9;
constexpr std::uint8_t kTypeMask = 0x1F, kEncrypted = 0x20;
constexpr std::string_view kMediaTypes[] = {"video/x-flv", "video/flv"};
constexpr std::string_view kExtensions[] = {"flv"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey};
constexpr CarrierKind kReplace[] = {CarrierKind::Tag};

bool sniff(Source& source) noexcept {
  const Bytes head = view_some(source, {0, kHeader});
  return head.size() == kHeader && has_prefix(head, "FLV") && head[3] >= 1 && head[3] <= 4 &&
         head[5] == 0 && *load_be(head, 5, 4) >= kHeader;
}

/// The name and the object behind it. Nothing: a script of another kind.
Result<std::optional<Script>> read_script(Source& source, const Tag& tag, const Limits& limits) {
  Script script;
  script.tag = tag;
  script.bytes = TRY(read(source, tag.data));
  std::uint64_t at = 0;
  for (int words = 0; words < 2; ++words) {  // "@setDataFrame" may stand in front
    const wire::AmfValue name = TRY(wire::read_amf(script.bytes, at, limits));
    if (!name.is_string()) return std::optional<Script>{};
    script.name = to_string(slice(script.bytes, name.text.offset, name.text.size));
    at = name.whole.end();
    if (script.name != "@setDataFrame") break;
  }
  if (script.name != kMetaData && script.name != "onXMPData") return std::optional<Script>{};
  script.object = TRY(wire::read_amf(script.bytes, at, limits));
  if (!script.object.is_object()) return std::optional<Script>{};
  script.properties = TRY(wire::amf_properties(script.bytes, script.object, limits));
  return std::optional(std::move(script));
}

Result<Tag> read_tag(Source& source, std::uint64_t at) {
  const Bytes head = TRY(source.view({at, kTagHeader}));
  const Tag tag{head[0], at, {at + kTagHeader, *load_be(head, 1, 3)}};
  if (tag.data.end() > source.size()) return truncated(tag.data, source.size());
  return tag;
}

Status walk(Source& source, const Limits& limits, Film& film) {
  const std::uint64_t header = TRY(read_be(source, 5, 4));
  film.first_tag = header + kTagSizeField;
  std::uint64_t held = 0;
  std::uint32_t count = 0;
  for (std::uint64_t at = film.first_tag; at < source.size();) {
    if (++count > limits.max_structures) {
      film.capped = true;
      return {};
    }
    const Tag tag = TRY(read_tag(source, at));
    at = tag.data.end() + kTagSizeField;
    if ((tag.type & kTypeMask) != kScriptTag || (tag.type & kEncrypted) != 0) continue;
    held += tag.data.size;
    if (held > limits.max_payload || film.scripts.size() >= limits.max_carriers) {
      return fail(ErrorCode::LimitExceeded, "too much script data", "flv", tag.at);
    }
    auto script = read_script(source, tag, limits);
    if (!script) {
      Error error = script.error();
      error.offset = tag.data.offset + error.offset.value_or(0);
      return Failure(std::move(error));
    }
    if (*script) film.scripts.push_back(std::move(**script));
  }
  return {};
}

bool holds_label(std::string_view name) {
  return lower_ascii(name).find("aigc") != std::string::npos;
}

void add_carriers(const Script& script, const Limits& limits, Layout& layout) {
  for (const wire::AmfProperty& property : script.properties.list) {
    if (!property.value.is_string()) continue;
    if (layout.carriers.size() >= limits.max_carriers) {
      layout.damage = Error{ErrorCode::LimitExceeded, "too many properties", "flv", script.tag.at};
      return;
    }
    Carrier carrier;
    carrier.key = to_valid_utf8(property.name);
    carrier.path = "flv:" + script.name + "[" + carrier.key + "]";
    if (script.name != kMetaData) {
      carrier.kind = property.name == "liveXML" ? CarrierKind::Xmp : CarrierKind::Tag;
      if (carrier.kind == CarrierKind::Xmp) carrier.key.clear();
    } else if (holds_label(property.name)) {
      carrier.kind = CarrierKind::AigcKey;
    }
    const std::uint64_t base = script.tag.data.offset;
    carrier.whole = {base + property.whole.offset, property.whole.size};
    carrier.payload = {base + property.value.text.offset, property.value.text.size};
    layout.carriers.push_back(std::move(carrier));
  }
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  const Film film = read_film(source, limits);
  if (film.damage && film.damage->code == ErrorCode::Io) return Failure(*film.damage);
  Layout layout;
  layout.damage = film.damage;
  for (const Script& script : film.scripts) add_carriers(script, limits, layout);
  if (film.capped) {
    add_oddity(layout, {"flv-long",
                        Severity::Info,
                        {"only the first tags of this long film were looked at",
                         "影片过长，只检查了开头部分的标签"},
                        std::nullopt});
  }
  return layout;
}

}  // namespace

Film read_film(Source& source, const Limits& limits) {
  Film film;
  if (const Status status = walk(source, limits, film); !status) {
    film.damage = status.error();
    if (film.damage->where.empty() || film.damage->where == "amf") film.damage->where = "flv";
  }
  return film;
}

}  // namespace flv

extern const Format kFlv;
constinit const Format kFlv{
    .id = "flv",
    .name = "Flash Video",
    .family = Family::Video,
    .media_types = flv::kMediaTypes,
    .extensions = flv::kExtensions,
    .can = {.write = flv::kWrite, .replace = flv::kReplace},
    .sniff = flv::sniff,
    .inspect = flv::inspect,
    .extract = extract_stored,
    .edit = flv::edit,
};

}  // namespace colophon

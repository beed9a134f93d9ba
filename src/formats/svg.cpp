// SPDX-License-Identifier: Apache-2.0
// SVG (SVG 2 chapter 5.10). A label is XMP inside <metadata>; C2PA puts its store there too
// (docs/c2pa.md). Compressed files (.svgz) are read, not written.
#include "base/text.hpp"
#include "formats/text_document.hpp"
#include "wire/inflate.hpp"
#include "wire/markup.hpp"
#include "wire/xml.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

using wire::MarkupKind;
using wire::MarkupToken;

constexpr std::string_view kMediaTypes[] = {"image/svg+xml"};
constexpr std::string_view kExtensions[] = {"svg", "svgz"};
constexpr CarrierKind kWrite[] = {CarrierKind::Xmp, CarrierKind::C2paStore};
constexpr std::string_view kGzip = "\x1F\x8B";
constexpr std::uint64_t kProbe = 64 * 1024;
constexpr std::size_t kMaxTexts = 256;  // titles, descriptions and comments that are reported
constexpr std::size_t kMaxText = 64 * 1024;

std::string_view local_name(std::string_view name) noexcept {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// The root element's tag, when it is svg behind declarations and comments.
std::optional<MarkupToken> find_root(std::string_view text) {
  wire::MarkupReader reader(text, wire::MarkupMode::Xml);
  MarkupToken token;
  while (reader.next(token)) {
    if (token.kind == MarkupKind::StartTag) {
      if (local_name(token.name) == "svg") return token;
      return std::nullopt;
    }
    if (token.kind == MarkupKind::EndTag || token.kind == MarkupKind::CData) break;
  }
  return std::nullopt;
}

/// An element whose end is looked for.
struct Open {
  std::string name;
  MarkupToken start;
  std::size_t depth = 0;
};

class SvgReader {
 public:
  SvgReader(const TextDocument& document, const Limits& limits)
      : document_(document), limits_(limits), reader_(document.text(), wire::MarkupMode::Xml) {}

  Layout run() {
    MarkupToken token;
    while (reader_.next(token)) {
      if (!token.complete) break;
      if (token.kind == MarkupKind::StartTag) {
        visit_start(token);
      } else if (token.kind == MarkupKind::EndTag) {
        visit_end(token);
      } else if (token.kind == MarkupKind::Comment && !packet_) {
        add_text("comment", token.whole, token.content);
      } else if (token.kind == MarkupKind::Instruction) {
        visit_instruction(token);
      }
    }
    if (!token.complete || depth_ > 0 || packet_) finish_cut(token);
    return std::move(layout_);
  }
  /// In the last <metadata> among the root's children, where c2pa-rs looks for the element. It is
  /// found by the walk that finds stores, so that what is put there is read.
  [[nodiscard]] std::optional<std::uint64_t> place_for_store() const { return place_for_store_; }

 private:
  void visit_start(const MarkupToken& token) {
    for (const wire::MarkupAttribute& attribute : token.attributes) {
      if (!packet_ && lower_ascii(attribute.name.substr(0, 64)).find("aigc") != std::string::npos) {
        add_attribute(token, attribute);
      }
    }
    const std::string_view name = local_name(token.name);
    if (!packet_ && name != "xmpmeta" && name != "RDF") wrapper_.reset();
    if (!packet_ && (name == "xmpmeta" || name == "RDF")) {
      packet_ = Open{std::string(token.name), token, depth_};
      if (token.self_closing) close_packet(token.whole.end());
    } else if (!packet_ && name == "metadata" && !token.self_closing) {
      metadata_ = Open{std::string(token.name), token, depth_};
      if (depth_ == 1) place_for_store_ = token.whole.end();
      packets_before_ = layout_.carriers.size();
    } else if (!packet_ && !token.self_closing &&
               (name == "title" || name == "desc" || token.name == "c2pa:manifest")) {
      text_ = Open{std::string(token.name), token, depth_};
    }
    if (token.self_closing && !packet_ && token.name == "c2pa:manifest") {
      add_store(token.whole, {token.whole.end(), 0});
    }
    if (!token.self_closing) ++depth_;
  }

  void visit_end(const MarkupToken& token) {
    if (depth_ > 0) --depth_;
    if (packet_) {
      if (depth_ == packet_->depth && token.name == packet_->name) close_packet(token.whole.end());
      return;
    }
    wrapper_.reset();  // it stands around a packet and nothing else
    if (text_ && depth_ == text_->depth && token.name == text_->name) {
      close_text(token.whole.offset, token.whole.end());
      text_.reset();
    }
    if (metadata_ && depth_ == metadata_->depth && token.name == metadata_->name) {
      close_metadata(token);
    }
  }

  /// <?xpacket begin ... ?> and end: the packet is reported with its wrapper.
  void visit_instruction(const MarkupToken& token) {
    if (packet_ || !document_.at(token.content).starts_with("xpacket")) return;
    if (document_.at(token.content).find("begin") != std::string_view::npos) {
      wrapper_ = token.whole;
      wrapped_ = kNoCarrier;
    } else if (wrapper_ && wrapped_ < layout_.carriers.size()) {
      wrap(layout_.carriers[wrapped_], {wrapper_->offset, token.whole.end() - wrapper_->offset},
           token.whole.offset);
      wrapper_.reset();
    }
  }

  /// Both are replaced together, so only space may stand between the packet and its wrapper.
  void wrap(Carrier& carrier, Range whole, std::uint64_t end) {
    const auto is_space = [&](std::uint64_t from, std::uint64_t to) {
      return trim(document_.at({from, to - from})).empty();
    };
    if (!is_space(wrapper_->end(), packet_where_.offset) || !is_space(packet_where_.end(), end)) {
      return;
    }
    carrier = document_.carrier(CarrierKind::Xmp, carrier.path, whole, whole);
  }

  void close_packet(std::uint64_t end) {
    const Range where{packet_->start.whole.offset, end - packet_->start.whole.offset};
    packet_.reset();
    packet_where_ = where;
    if (add_carrier(layout_,
                    document_.carrier(CarrierKind::Xmp, metadata_ ? "svg:metadata[xmp]" : "svg:xmp",
                                      where, where),
                    limits_)) {
      wrapped_ = layout_.carriers.size() - 1;
    }
  }

  void close_text(std::uint64_t content_end, std::uint64_t end) {
    const Range content{text_->start.whole.end(), content_end - text_->start.whole.end()};
    const Range whole{text_->start.whole.offset, end - text_->start.whole.offset};
    if (text_->name != "c2pa:manifest") {
      return add_text(local_name(text_->name), whole, content);
    }
    add_store(whole, content);
  }

  void add_store(Range whole, Range content) {
    Carrier carrier;
    carrier.kind = CarrierKind::C2paStore;
    carrier.path = "svg:metadata[c2pa:manifest]";
    carrier.whole = whole;
    carrier.payload = content;
    carrier.value = base64_decode(document_.at(content)).value_or(ByteBuffer{});
    document_.place(carrier);
    add_carrier(layout_, std::move(carrier), limits_);
  }

  /// Metadata in no known vocabulary is reported as text.
  void close_metadata(const MarkupToken& end) {
    const Range content{metadata_->start.whole.end(),
                        end.whole.offset - metadata_->start.whole.end()};
    const Range whole{metadata_->start.whole.offset,
                      end.whole.end() - metadata_->start.whole.offset};
    metadata_.reset();
    if (layout_.carriers.size() == packets_before_) add_text("metadata", whole, content);
  }

  void add_text(std::string_view key, Range whole, Range content) {
    const std::string_view stored = document_.at(content);
    if (trim(stored).empty() || stored.size() > kMaxText || ++texts_ > kMaxTexts) return;
    Carrier carrier;
    carrier.kind = CarrierKind::TextChunk;
    carrier.path = fmt::format("svg:{}", key);
    carrier.key = std::string(key);
    carrier.whole = whole;
    carrier.payload = content;
    if (key != "comment") set_value(carrier, document_, wire::unescape_xml(stored));
    document_.place(carrier);
    add_carrier(layout_, std::move(carrier), limits_);
  }

  void add_attribute(const MarkupToken& token, const wire::MarkupAttribute& attribute) {
    Carrier carrier;
    carrier.kind = CarrierKind::Tag;
    carrier.key = to_valid_utf8(attribute.name);
    carrier.path = fmt::format("svg:{}[{}]", to_valid_utf8(token.name), carrier.key);
    carrier.whole = token.whole;
    carrier.payload = attribute.value;
    set_value(carrier, document_, wire::unescape_xml(document_.at(attribute.value)));
    document_.place(carrier);
    add_carrier(layout_, std::move(carrier), limits_);
  }

  /// What was open when the file ended is kept as far as it goes.
  void finish_cut(const MarkupToken& token) {
    const std::uint64_t end = document_.text().size();
    const bool open_packet = depth_ == 0 && token.complete;
    if (packet_) {
      close_packet(end);
    } else if (text_) {
      close_text(end, end);
    } else if (!token.complete && token.kind == MarkupKind::Comment) {
      add_text("comment", {token.whole.offset, end - token.whole.offset}, token.content);
    }
    layout_.damage =
        open_packet ? Error{ErrorCode::Malformed,
                            "an XMP packet in the SVG has no end tag that fits; mend the markup",
                            "svg", packet_where_.offset}
                    : Error{ErrorCode::Truncated,
                            "the SVG ends before its root element is closed; get the whole file",
                            "svg", end};
  }

  static constexpr std::size_t kNoCarrier = SIZE_MAX;
  const TextDocument& document_;
  const Limits& limits_;
  wire::MarkupReader reader_;
  Layout layout_;
  std::optional<Open> packet_, metadata_, text_;
  std::optional<Range> wrapper_;
  std::optional<std::uint64_t> place_for_store_;
  Range packet_where_;  // the last one that was closed
  std::size_t wrapped_ = kNoCarrier;
  std::size_t packets_before_ = 0, depth_ = 0, texts_ = 0;
};

/// The layout of a gzip-compressed file: values only, at the place of the whole file.
Result<Layout> inspect_gzip(Source& source, const Limits& limits) {
  const std::uint64_t cap = std::min(source.size(), limits.max_payload);
  const ByteBuffer packed = TRY(read(source, {0, cap}));
  const auto text = wire::inflate(packed, wire::Deflate::Gzip, limits.max_inflated);
  const ByteBuffer some =
      text ? *text : wire::inflate_some(packed, wire::Deflate::Gzip, limits.max_inflated);
  MemorySource inside(some);
  const TextDocument document = TRY(TextDocument::open_head(inside, limits));
  Layout layout = SvgReader(document, limits).run();
  for (Carrier& carrier : layout.carriers) {
    if (!carrier.value) carrier.value = to_buffer(document.at(carrier.payload));
    carrier.whole = carrier.payload = {0, source.size()};
  }
  if (!text) layout.damage = text.error();
  add_oddity(layout, "svg-compressed",
             {"the SVG is gzip-compressed; it is read, but nothing can be written into it",
              "该 SVG 经 gzip 压缩，只能读取，不能写入"},
             0);
  return layout;
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  if (as_text(view_some(source, {0, 2})) == kGzip) return inspect_gzip(source, limits);
  const TextDocument document = TRY(TextDocument::open(source, limits));
  return SvgReader(document, limits).run();
}

/// XML says its encoding in the declaration; anything but UTF-8 gets references.
bool is_utf8_document(std::string_view text) {
  const std::string head = lower_ascii(text.substr(0, text.find("?>")).substr(0, 256));
  const std::size_t at = head.find("encoding");
  return at == std::string::npos || head.find("utf-8", at) != std::string::npos;
}

/// What goes into <metadata>: the packet without an XML declaration.
std::string packet_of(const Edit& edit, const TextDocument& document) {
  std::string_view xmp = as_text(edit.value);
  if (xmp.starts_with("<?xml ")) {
    const std::size_t end = xmp.find("?>");
    xmp.remove_prefix(end == std::string_view::npos ? 0 : end + 2);
  }
  return is_utf8_document(document.text()) ? std::string(xmp) : wire::ascii_references(xmp);
}

/// A new <metadata> right behind the root element's start tag.
Result<Replacement> insert_metadata(const TextDocument& document, std::string_view content) {
  const auto root = find_root(document.text());
  if (!root || !root->complete) {
    return fail(ErrorCode::Malformed, "the SVG has no root element", "svg");
  }
  const std::string_view prefix =
      root->name.substr(0, root->name.size() - local_name(root->name).size());
  const std::string element = fmt::format("<{}metadata>{}</{}metadata>", prefix, content, prefix);
  if (!root->self_closing) return Replacement{{root->whole.end(), 0}, to_buffer(element)};
  return Replacement{{root->whole.end() - 2, 2},
                     to_buffer(fmt::format(">{}</{}>", element, root->name))};
}

Status check_plain(Source& source) {
  if (as_text(view_some(source, {0, 2})) != kGzip) return {};
  return fail(ErrorCode::Unsupported,
              "a compressed SVG cannot be changed; unpack it with gzip -d, or use --sidecar",
              "svg");
}

/// ExifTool takes an XML file with x:xmpmeta among its first 256 bytes for a packet and no picture.
std::string room_before_packet(std::string_view text) {
  constexpr std::uint64_t kExiftoolProbe = 256;
  const auto root = find_root(text);
  if (!text.starts_with("<?xml") || !root || root->whole.end() >= kExiftoolProbe) return {};
  return "\n" + std::string(kExiftoolProbe - root->whole.end(), ' ');
}

Result<Replacement> plan(const TextDocument& document, const Edit& edit, const Carrier* target) {
  const std::string packet = packet_of(edit, document);
  if (target != nullptr) return Replacement{target->payload, to_buffer(packet)};
  return insert_metadata(document, room_before_packet(document.text()) + packet);
}

/// The content of the element that is there, else an element of its own (C2PA A.3.3).
Result<Splice> put_store(Source& source, const Layout& layout, Bytes store, const Limits& limits) {
  TRY(check_plain(source));
  const TextDocument document = TRY(TextDocument::open(source, limits));
  TRY(document.check_writable());
  const std::string text = base64_encode(store);
  const std::string element = fmt::format(
      "<c2pa:manifest xmlns:c2pa=\"http://c2pa.org/manifest\">{}</c2pa:manifest>", text);
  std::vector<Replacement> replacements;
  for (const Carrier* old : stores_of(layout)) {
    const bool has_end_tag = old->payload.end() < old->whole.end();
    if (!replacements.empty()) {
      replacements.push_back({old->whole, {}});
    } else if (has_end_tag) {
      replacements.push_back({old->payload, to_buffer(text)});
    } else {
      replacements.push_back({old->whole, to_buffer(element)});
    }
  }
  if (!replacements.empty()) return replace_ranges(source.size(), std::move(replacements));
  SvgReader reader(document, limits);
  (void)reader.run();
  if (const auto place = reader.place_for_store()) {
    replacements.push_back({{*place, 0}, to_buffer(element)});
  } else {
    replacements.push_back(TRY(insert_metadata(document, element)));
  }
  return replace_ranges(source.size(), std::move(replacements));
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  TRY(check_plain(source));
  return edit_text(source, layout, edits, limits, TextDocument::open, plan);
}

bool sniff(Source& source) noexcept {
  std::string head;
  if (as_text(view_some(source, {0, 2})) == kGzip) {
    head =
        to_string(wire::inflate_some(view_some(source, {0, kProbe}), wire::Deflate::Gzip, kProbe));
  } else if (looks_like_text(source) && trim(text_head(source, 256)).starts_with('<')) {
    head = text_head(source, kProbe);
  }
  return !head.empty() && find_root(head).has_value();
}

}  // namespace

extern const Format kSvg;
constinit const Format kSvg{
    .id = "svg",
    .name = "SVG",
    .family = Family::Image,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = {}},
    .sniff = sniff,
    .inspect = inspect,
    .extract = extract_stored,
    .edit = edit,
    .put_store = put_store,
};

}  // namespace colophon

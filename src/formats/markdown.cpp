// SPDX-License-Identifier: Apache-2.0
// Markdown. The label is YAML front matter at byte 0 (TC260-PG-20258A, docs/gb45438.md). Blocks
// further down and HTML comments are read, because tools put labels there.
#include "base/text.hpp"
#include "formats/text_document.hpp"
#include "formats/text_regions.hpp"
#include "formats/text_store.hpp"
#include "wire/yaml_front_matter.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

constexpr std::string_view kMediaTypes[] = {"text/markdown"};
constexpr std::string_view kExtensions[] = {"md", "markdown", "mdx", "qmd", "rmd"};
constexpr CarrierKind kWrite[] = {CarrierKind::FrontMatter, CarrierKind::C2paStore};
constexpr std::size_t kMaxBlocks = 64;
constexpr std::size_t kMaxComment = 64 * 1024;
constexpr std::uint64_t kProbe = 16 * 1024;

bool mentions(std::string_view text) noexcept {
  return text.find("AIGC") != std::string_view::npos;
}

/// Every line ends in CR LF.
bool is_crlf(std::string_view text) noexcept {
  bool any = false;
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string_view::npos; ++at) {
    if (at == 0 || text[at - 1] != '\r') return false;
    any = true;
  }
  return any;
}
std::string to_lf(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || i + 1 >= text.size() || text[i + 1] != '\n') out += text[i];
  }
  return out;
}
std::string to_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

/// Hugo's TOML and JSON front matter, and R's: a YAML block before it would break it.
std::string_view foreign_front_matter(std::string_view text) noexcept {
  const std::string_view first = trim(text.substr(0, text.find('\n')));
  if (first == "+++") return "TOML";
  if (first == ";;;" || first == "{") return "JSON";
  return {};
}

void add_block(const TextDocument& document, const wire::FrontMatter& block, std::size_t number,
               Layout& layout, const Limits& limits) {
  const std::string_view yaml = document.at(block.content);
  // A later block without a label is most likely a piece between two thematic breaks.
  const bool label = block.at_start || mentions(yaml);
  if (!block.closed && !mentions(yaml)) return;
  std::string path =
      number == 1 ? "markdown:front-matter" : fmt::format("markdown:front-matter[{}]", number);
  Carrier carrier = document.carrier(label ? CarrierKind::FrontMatter : CarrierKind::PlainText,
                                     std::move(path), block.whole, block.content);
  if (!document.recoded() && is_crlf(yaml)) set_value(carrier, document, to_lf(yaml));
  add_carrier(layout, std::move(carrier), limits);
  if (!block.closed) {
    add_oddity(layout, "front-matter-open",
               {"a front matter block is never closed", "front matter 块没有结束行"},
               block.whole.offset);
  } else if (!block.at_start && label) {
    add_oddity(layout, "front-matter-place",
               {"a block with a label is not at the start of the file, so it is no front matter",
                "含标识的块不在文件开头，因此不是 front matter"},
               block.whole.offset);
  }
}

/// In a block or a span of code, a comment is an example.
bool is_code(std::string_view text, std::size_t at, const std::vector<Range>& blocks) {
  const auto block = std::upper_bound(
      blocks.begin(), blocks.end(), at,
      [](std::uint64_t offset, const Range& range) { return offset < range.offset; });
  const bool in_block = block != blocks.begin() && at < std::prev(block)->end();
  return in_block || (at > 0 && text[at - 1] == '`');
}

void add_comments(const TextDocument& document, std::uint64_t from, Layout& layout,
                  const Limits& limits) {
  const std::string_view text = document.text();
  const std::vector<Range> code = wire::find_fenced_code(text, from);
  std::size_t at = static_cast<std::size_t>(from);
  for (std::size_t count = 1; (at = text.find("<!--", at)) != std::string_view::npos; ++count) {
    const std::size_t close = text.find("-->", at + 4);
    const std::size_t end = std::min(close, text.size());
    const Range inside{at + 4, std::max(end, at + 4) - (at + 4)};
    const std::string_view stored =
        document.at({inside.offset, std::min<std::uint64_t>(inside.size, kMaxComment)});
    const std::size_t after = close == std::string_view::npos ? text.size() : close + 3;
    if (mentions(stored) && !is_code(text, at, code) &&
        !add_carrier(
            layout,
            document.carrier(CarrierKind::PlainText, fmt::format("markdown:comment[{}]", count),
                             {at, after - at}, {inside.offset, stored.size()}),
            limits)) {
      return;
    }
    at = after;
  }
}

void note_foreign(const TextDocument& document, Layout& layout, const Limits& limits) {
  const std::string_view text = document.text().substr(document.start());
  const std::string_view kind = foreign_front_matter(text);
  if (kind.empty()) return;
  add_oddity(
      layout, "front-matter-foreign",
      {fmt::format("the file starts with {} front matter; a label cannot be put before it", kind),
       fmt::format("文件以 {} 格式的 front matter 开头，无法在其前写入标识", kind)},
      document.start());
  const Range head{document.start(), std::min<std::uint64_t>(text.size(), kMaxComment)};
  for (const TextRegion& region : find_label_regions(document.text(), head, 1)) {
    add_carrier(
        layout,
        document.carrier(CarrierKind::PlainText, fmt::format("markdown:front-matter[{}]", kind),
                         region.where, region.where),
        limits);
  }
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  const TextDocument document = TRY(TextDocument::open_head(source, limits));
  Layout layout;
  note_foreign(document, layout, limits);
  std::size_t number = 1;
  std::uint64_t behind = document.start();
  for (const wire::FrontMatter& block : wire::find_front_matter(document.text(), kMaxBlocks)) {
    if (number == 1 && !block.at_start) ++number;
    add_block(document, block, number++, layout, limits);
    if (block.at_start) behind = block.whole.end();
  }
  add_comments(document, behind, layout, limits);
  add_text_stores(document, "markdown", limits, layout);
  if (!document.recoded()) {  // there all carriers stand at the place of the file
    std::sort(layout.carriers.begin(), layout.carriers.end(),
              [](const Carrier& a, const Carrier& b) { return a.whole.offset < b.whole.offset; });
  }
  note_cut(document, layout);
  return layout;
}

/// The front matter of a text, as `value` with its delimiter lines.
ByteBuffer make_block(std::string_view yaml, std::string_view eol) {
  return to_buffer(fmt::format("---{}{}---{}", eol, yaml, eol));
}

/// A block that is never closed would take in whatever is written.
Status check_closed(const Layout& layout, const Carrier& block) {
  const bool open = std::ranges::any_of(layout.oddities, [&](const Finding& odd) {
    return odd.rule == "front-matter-open" && odd.offset == block.whole.offset;
  });
  if (!open) return {};
  return fail(ErrorCode::Malformed,
              "the front matter has no closing line; add a line '---' behind it", block.path,
              block.whole.offset);
}

Result<Replacement> plan(const TextDocument& document, const Layout& layout, const Edit& edit,
                         const Carrier* target) {
  std::string yaml(as_text(edit.value));
  if (!yaml.empty() && yaml.back() != '\n') yaml += '\n';
  const bool has_cr = yaml.find('\r') != std::string::npos;
  if (target == nullptr) {
    if (!foreign_front_matter(document.text().substr(document.start())).empty()) {
      return fail(ErrorCode::Unsupported,
                  "the file starts with TOML or JSON front matter, which a YAML block before it "
                  "would break; use --sidecar",
                  "markdown:front-matter");
    }
    const std::string_view eol = wire::line_ending(document.text());
    if (eol == "\r\n" && !has_cr) yaml = to_crlf(yaml);
    return Replacement{{document.start(), 0}, make_block(yaml, eol)};
  }
  TRY(check_closed(layout, *target));
  const std::string_view content = document.at(target->payload);
  if (!has_cr && is_crlf(content.empty() ? document.at(target->whole) : content)) {
    yaml = to_crlf(yaml);
  }
  return Replacement{target->payload, to_buffer(yaml)};
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  return edit_text(source, layout, edits, limits, TextDocument::open_head,
                   [&](const TextDocument& document, const Edit& edit, const Carrier* target) {
                     return plan(document, layout, edit, target);
                   });
}

Result<Splice> put_store(Source& source, const Layout& layout, Bytes store, const Limits& limits) {
  for (const Carrier& carrier : layout.carriers) TRY(check_closed(layout, carrier));
  return put_text_store(source, layout, store, TextStorePlace::Paragraph, limits);
}

/// Text with a block of front matter near its start.
bool sniff(Source& source) noexcept {
  if (!looks_like_text(source)) return false;
  const std::string head = text_head(source, kProbe);
  const auto blocks = wire::find_front_matter(head, kMaxBlocks);
  return std::any_of(blocks.begin(), blocks.end(), [&](const wire::FrontMatter& block) {
    return block.at_start ||
           mentions(std::string_view(head).substr(static_cast<std::size_t>(block.content.offset),
                                                  static_cast<std::size_t>(block.content.size)));
  });
}

}  // namespace

extern const Format kMarkdown;
constinit const Format kMarkdown{
    .id = "markdown",
    .name = "Markdown",
    .family = Family::Text,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = {}, .by_extension = true},
    .sniff = sniff,
    .inspect = inspect,
    .extract = extract_stored,
    .edit = edit,
    .put_store = put_store,
};

}  // namespace colophon

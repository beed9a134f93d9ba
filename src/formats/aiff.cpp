// SPDX-License-Identifier: Apache-2.0
// AIFF and AIFF-C (Apple, "Audio Interchange File Format" 1.3 and the AIFF-C draft): big-endian
// IFF. The label is the user text frame AIGC of the ID3 tag in the chunk "ID3 "
// (docs/decisions.md); XMP stands in an APPL chunk (XMP part 3, AIFF).
#include <fmt/core.h>

#include "formats/format.hpp"
#include "formats/id3_tags.hpp"

namespace colophon {
namespace {

namespace id3 = wire::id3;

constexpr std::string_view kMediaTypes[] = {"audio/aiff", "audio/x-aiff"};
constexpr std::string_view kExtensions[] = {"aiff", "aif", "aifc"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey};
constexpr std::uint64_t kHeader = 8;
constexpr std::uint64_t kFirstChunk = 12;

struct Chunk {
  std::string type;
  Range whole, data;  // `whole` includes the padding byte of an odd size
};

constexpr std::uint64_t kUnknown = 0x7FFFF000;  // and more: written before anybody knew the size

struct Form {
  std::uint64_t end = 0;  // one past the last chunk, without a missing padding byte
  bool pad = false;       // the last chunk is odd and its padding byte is not there
  bool size_is_right = true;
  std::uint64_t missing = 0;  // bytes that FORM announces and the file does not have
  std::vector<Chunk> chunks;
};

/// Streaming writers leave 0 or a giant number as the size of FORM; then the file's end counts.
Form open(Source& source, std::uint64_t announced) {
  Form form;
  form.end = kHeader + announced;
  form.size_is_right = announced >= 4 && form.end <= source.size();
  if (!form.size_is_right) {
    if (announced < kUnknown && form.end > source.size()) form.missing = form.end - source.size();
    form.end = source.size();
  }
  return form;
}

Status read_chunks(Source& source, Form& form, const Limits& limits) {
  std::uint64_t at = kFirstChunk;
  while (form.end - at >= kHeader) {
    if (form.chunks.size() >= limits.max_structures) {
      return fail(ErrorCode::LimitExceeded, "too many chunks", "aiff", at);
    }
    const Bytes head = TRY(source.view({at, kHeader}));
    const std::uint64_t size = *load_be(head, 4, 4);
    Chunk chunk{to_string(slice(head, 0, 4)), {at, kHeader + size + size % 2}, {at + 8, size}};
    if (chunk.data.end() > form.end) return truncated(chunk.data, form.end);
    form.pad = chunk.whole.end() > form.end;
    if (form.pad) chunk.whole.size -= 1;
    at = chunk.whole.end();
    form.chunks.push_back(std::move(chunk));
  }
  form.end = at;
  return {};
}

Result<Form> read_form(Source& source, const Limits& limits) {
  Form form = open(source, TRY(read_be(source, 4, 4)));
  TRY(read_chunks(source, form, limits));
  return form;
}

bool is_id3(const Chunk& chunk) noexcept {
  return equals_ignore_case(chunk.type, "ID3 ");
}
bool is_text(const Chunk& chunk) noexcept {
  return chunk.type == "NAME" || chunk.type == "AUTH" || chunk.type == "ANNO" ||
         chunk.type == "(c) ";
}

void add_text(Bytes text, Range whole, Range stored, std::string_view key, Layout& layout) {
  Carrier carrier;
  carrier.path = fmt::format("aiff:{}", key);
  carrier.key = trim(key);
  carrier.whole = whole;
  carrier.payload = stored;
  while (!text.empty() && text.back() == 0) text = slice(text, 0, text.size() - 1);
  if (!is_utf8(as_text(text))) {
    carrier.value = to_buffer(latin1_to_utf8(text));
  } else {
    carrier.payload.size = text.size();
  }
  layout.carriers.push_back(std::move(carrier));
}

/// COMT: count, then per comment a time, a marker, a length and text of even size.
Status add_comments(Source& source, const Chunk& chunk, const Limits& limits, Layout& layout) {
  const ByteBuffer data = TRY(read(source, chunk.data));
  const std::uint64_t count = load_be(data, 0, 2).value_or(0);
  std::uint64_t at = 2;
  for (std::uint64_t i = 0; i < count && layout.carriers.size() < limits.max_carriers; ++i) {
    const auto size = load_be(data, at + 6, 2);
    if (!size || *size > data.size() - at - 8) break;
    add_text(slice(data, at + 8, *size), chunk.whole, {chunk.data.offset + at + 8, *size}, "COMT",
             layout);
    at += 8 + *size + *size % 2;
  }
  return {};
}

Status add_chunk(Source& source, const Chunk& chunk, const Limits& limits, Layout& layout) {
  if (layout.carriers.size() >= limits.max_carriers) {
    return fail(ErrorCode::LimitExceeded, "too many metadata chunks", "aiff", chunk.whole.offset);
  }
  if (is_id3(chunk)) {
    for (const id3::Tag& tag : TRY(read_id3_tags(source, chunk.data, limits))) {
      TRY(add_id3_carriers(source, tag, "aiff", limits, layout));
    }
    return {};
  }
  if (chunk.type == "APPL" && has_prefix(view_some(source, chunk.data), "XMP ")) {
    layout.carriers.push_back({CarrierKind::Xmp,
                               "aiff:APPL[XMP]",
                               {},
                               chunk.whole,
                               {chunk.data.offset + 4, chunk.data.size - 4},
                               {},
                               std::nullopt});
    return {};
  }
  if (!is_text(chunk) && chunk.type != "COMT") return {};
  if (chunk.data.size > limits.max_inflated) {
    return fail(ErrorCode::LimitExceeded, "a text chunk is larger than the cap", "aiff",
                chunk.whole.offset);
  }
  if (chunk.type == "COMT") return add_comments(source, chunk, limits, layout);
  add_text(TRY(source.view(chunk.data)), chunk.whole, chunk.data, chunk.type, layout);
  return {};
}

Status walk(Source& source, const Limits& limits, Layout& layout) {
  Form form = open(source, TRY(read_be(source, 4, 4)));
  if (!form.size_is_right) {
    add_oddity(layout, {"aiff-size",
                        Severity::Warning,
                        {"the size of FORM is wrong; the file's end was taken instead",
                         "FORM 块的长度有误，已改按文件末尾处理"},
                        4});
  }
  Status status = read_chunks(source, form, limits);
  for (const Chunk& chunk : form.chunks) TRY(add_chunk(source, chunk, limits, layout));
  // Some writers count the header, too; less than a chunk cannot be missing.
  if (!status || form.missing <= kHeader) return status;
  return fail(ErrorCode::Truncated,
              fmt::format("the header announces {} bytes more than the file has: what stood there, "
                          "perhaps a label, is missing, or the header is wrong; get the whole file",
                          form.missing),
              "aiff", 4);
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  Layout layout;
  if (const Status status = walk(source, limits, layout); !status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    layout.damage = status.error();
    if (layout.damage->where.empty()) layout.damage->where = "aiff";
  }
  return layout;
}

ByteBuffer be32(std::uint64_t value) {
  ByteBuffer bytes;
  append_be(bytes, value, 4);
  return bytes;
}

/// A new last chunk. Written first, and claimed by FORM's new size afterwards.
Result<std::vector<Replacement>> add_tag(const Form& form, Bytes value) {
  ByteBuffer tag = TRY(make_id3_with_aigc(value));
  if (tag.size() % 2 != 0) tag.push_back(0);
  ByteBuffer chunk(form.pad ? 1 : 0, 0);
  append(chunk, "ID3 ");
  append_be(chunk, tag.size(), 4);
  append(chunk, tag);
  return std::vector<Replacement>{{{form.end, 0}, std::move(chunk)}};
}

/// The chunk's size and padding byte follow the tag's growth.
Result<std::vector<Replacement>> change_tag(Source& source, const Chunk& chunk, const id3::Tag& tag,
                                            std::optional<std::size_t> frame, Bytes value) {
  auto changes = TRY(set_id3_aigc(source, tag, frame, value));
  const std::int64_t growth = growth_of(changes);
  if (growth == 0) return changes;
  const std::uint64_t size = chunk.data.size + static_cast<std::uint64_t>(growth);
  changes.push_back({{chunk.whole.offset + 4, 4}, be32(size)});
  changes.push_back(
      {{chunk.data.end(), chunk.whole.end() - chunk.data.end()}, ByteBuffer(size % 2, 0)});
  return changes;
}

Result<std::vector<Replacement>> plan(Source& source, const Form& form, const Carrier* target,
                                      Bytes value, const Limits& limits) {
  for (const Chunk& chunk : form.chunks) {
    if (!is_id3(chunk)) continue;
    for (const id3::Tag& tag : TRY(read_id3_tags(source, chunk.data, limits))) {
      const auto frame = target != nullptr ? id3_frame_of(tag, *target) : std::nullopt;
      if (target == nullptr || frame) return change_tag(source, chunk, tag, frame, value);
    }
  }
  if (target != nullptr) {
    return fail(ErrorCode::NotFound, "the label is not where it was found", target->path);
  }
  return add_tag(form, value);
}

Result<Splice> edit(Source& source, const Layout& layout, std::span<const Edit> edits,
                    const Limits& limits) {
  const Form form = TRY(read_form(source, limits));
  auto replacements =
      TRY(text_changes(source, layout, edits, limits, [&](const Edit& edit, const Carrier* target) {
        return plan(source, form, target, edit.value, limits);
      }));
  if (replacements.empty()) return identity(source.size());
  const std::uint64_t size =
      form.end - kHeader + static_cast<std::uint64_t>(growth_of(replacements));
  if (size > UINT32_MAX) {
    return fail(ErrorCode::LimitExceeded, "an AIFF file cannot grow past 4 GiB", "aiff");
  }
  if (growth_of(replacements) != 0 || !form.size_is_right) {
    replacements.push_back({{4, 4}, be32(size), 1});
  }
  return replace_ranges(source.size(), std::move(replacements));
}

}  // namespace

extern const Format kAiff;
constinit const Format kAiff{
    .id = "aiff",
    .name = "AIFF / AIFF-C",
    .family = Family::Audio,
    .media_types = kMediaTypes,
    .extensions = kExtensions,
    .can = {.write = kWrite, .replace = {}, .in_place = true},
    .sniff =
        [](Source& source) noexcept {
          const Bytes head = view_some(source, {0, kFirstChunk});
          return has_prefix(head, "FORM") &&
                 (has_prefix(slice(head, 8), "AIFF") || has_prefix(slice(head, 8), "AIFC"));
        },
    .inspect = inspect,
    .extract = extract_stored,
    .edit = edit,
};

}  // namespace colophon

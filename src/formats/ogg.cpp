// SPDX-License-Identifier: Apache-2.0
// Ogg (RFC 3533) with Vorbis, Opus (RFC 7845), FLAC (xiph.org/flac/ogg_mapping.html), Theora and
// Speex. The label is the comment AIGC of the first sound stream (docs/gb45438.md); a C2PA store is
// a logical stream of its own (docs/c2pa.md).
#include "formats/ogg.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "formats/vorbis_carriers.hpp"

namespace colophon {
namespace ogg {
namespace {

using wire::ogg::Page;

constexpr std::string_view kMark{"OggS\0", 5};
constexpr std::string_view kMediaTypes[] = {"audio/ogg", "video/ogg", "application/ogg"};
constexpr std::string_view kExtensions[] = {"ogg", "oga", "opus", "ogv", "ogx", "spx"};
constexpr CarrierKind kWrite[] = {CarrierKind::AigcKey, CarrierKind::C2paStore};
constexpr std::size_t kMaxStreams = 256;
constexpr std::uint64_t kStoreMark = kStoreMagic.size();

constexpr Codec kCodecs[] = {
    {"\x01vorbis", "\x03vorbis", 7, "ogg:vorbis.comment", false, true},
    {"OpusHead", "OpusTags", 8, "ogg:OpusTags", true, true},
    {"\x7F"
     "FLAC",
     "", 4, "ogg:flac.VORBIS_COMMENT", false, true},
    {"Speex   ", "", 0, "ogg:speex.comment", false, true},
    {"\x80theora", "\x81theora", 7, "ogg:theora.comment", false, false},
};
constexpr Codec kC2pa{kStoreMagic, "", 0, "", false, false};

const Codec* codec_of(Bytes packet) noexcept {
  if (has_prefix(packet, kC2pa.magic)) return &kC2pa;
  for (const Codec& codec : kCodecs) {
    if (has_prefix(packet, codec.magic)) return &codec;
  }
  return nullptr;
}

class Walk {
 public:
  Walk(Source& source, const Limits& limits, File& file)
      : source_(source), limits_(limits), file_(file), budget_(limits.max_payload) {}

  Status run() {
    std::uint64_t at = 0;
    for (std::uint32_t count = 0; at < source_.size(); ++count) {
      if (count >= limits_.max_structures) {
        return fail(ErrorCode::LimitExceeded, "too many pages before the end of the headers", "ogg",
                    at);
      }
      const Page page = TRY(wire::ogg::read_page(source_, at));
      TRY(visit(page));
      at = page.whole.end();
      // All first pages stand in front of all others (RFC 3533, section 4).
      if ((page.flags & wire::ogg::kFirst) == 0 && all_complete() && !is_chained()) return {};
    }
    if (all_complete()) return {};
    return fail(ErrorCode::Truncated, "the file ends before its comment headers do", "ogg",
                source_.size());
  }

 private:
  [[nodiscard]] bool all_complete() const {
    return std::all_of(file_.streams.begin(), file_.streams.end(),
                       [](const Stream& stream) { return stream.complete; });
  }

  [[nodiscard]] Stream* stream_of(std::uint32_t serial) {
    const auto found = std::find_if(file_.streams.rbegin(), file_.streams.rend(),
                                    [&](const Stream& s) { return s.serial == serial; });
    return found == file_.streams.rend() ? nullptr : &*found;
  }

  /// The last page belongs to a stream that has not been seen: others follow (RFC 3533, section 4,
  /// "chaining"), and their headers stand somewhere in the file.
  bool is_chained() {
    if (chained_) return *chained_;
    constexpr std::uint64_t kWindow = 66 * 1024;  // more than the largest page
    const std::uint64_t start = source_.size() > kWindow ? source_.size() - kWindow : 0;
    const std::string tail = to_string(view_some(source_, {start, source_.size() - start}));
    const auto found = tail.rfind(kMark);
    const auto serial =
        found == std::string::npos ? std::nullopt : load_le(as_bytes(tail), found + 14, 4);
    chained_ = serial && stream_of(static_cast<std::uint32_t>(*serial)) == nullptr;
    return *chained_;
  }

  Status visit(const Page& page) {
    if ((page.flags & wire::ogg::kFirst) != 0) {
      if (file_.streams.size() >= kMaxStreams) {
        return fail(ErrorCode::LimitExceeded, "too many logical streams", "ogg", page.whole.offset);
      }
      const Codec* codec = codec_of(view_some(source_, page.body));
      file_.streams.push_back({codec, page.serial, page.whole.offset, codec == nullptr, {}, 0, 0});
    }
    Stream* stream = stream_of(page.serial);
    if (stream == nullptr || stream->complete) return {};
    if (!TRY(wire::ogg::check(source_, page))) file_.bad_pages.push_back(page.whole.offset);
    return collect(page, *stream);
  }

  /// Adds what the page holds of the wanted packet: the first of a C2PA stream, else the second.
  Status collect(const Page& page, Stream& stream) {
    const std::size_t wanted = stream.codec == &kC2pa ? 0 : 1;
    std::uint64_t at = page.body.offset;
    Range piece{at, 0};
    for (const std::uint8_t size : page.lacing) {
      at += size;
      if (stream.packets == wanted) piece.size += size;
      if (size == 255) continue;
      if (stream.packets++ == wanted) break;
      piece = {at, 0};
    }
    stream.complete = stream.packets > wanted;
    if (stream.packets < wanted) return {};
    if (piece.size > 0) stream.pieces.push_back(piece);
    stream.size += piece.size;
    if (piece.size > budget_) {
      return fail(ErrorCode::LimitExceeded, "the headers are larger than the cap", "ogg",
                  page.whole.offset);
    }
    budget_ -= piece.size;
    return {};
  }

  Source& source_;
  const Limits& limits_;
  File& file_;
  std::uint64_t budget_;
  std::optional<bool> chained_;
};

void odd(std::string_view rule, std::uint64_t offset, std::string english, std::string chinese,
         Layout& layout) {
  add_oddity(
      layout,
      {std::string(rule), Severity::Warning, {std::move(english), std::move(chinese)}, offset});
}

void add_store(const Stream& stream, Layout& layout) {
  Carrier carrier;
  carrier.kind = CarrierKind::C2paStore;
  carrier.path = "ogg:stream[c2pa]";
  if (stream.size > kStoreMark) {
    carrier.parts = sub_pieces(stream.pieces, kStoreMark, stream.size - kStoreMark);
  }
  if (carrier.parts.empty()) {  // nothing but the mark
    carrier.whole = carrier.payload = {stream.first_page, 0};
    layout.carriers.push_back(std::move(carrier));
    return;
  }
  carrier.payload = carrier.parts.front();
  carrier.whole = {stream.first_page, carrier.parts.back().end() - stream.first_page};
  if (carrier.parts.size() == 1) carrier.parts.clear();
  layout.carriers.push_back(std::move(carrier));
}

Status add_stream(Source& source, const Stream& stream, const Limits& limits, Layout& layout) {
  if (stream.codec == &kC2pa) {
    add_store(stream, layout);
    return {};
  }
  if (stream.codec == nullptr || stream.pieces.empty()) return {};
  const ByteBuffer packet = TRY(packet_of(source, stream));
  if (!is_comment_packet(*stream.codec, packet)) {
    odd("ogg-comment", stream.pieces.front().offset, "the second packet is no comment header",
        "第二个数据包不是注释头", layout);
    return {};
  }
  const std::size_t prefix = stream.codec->prefix_size;
  const Bytes header = slice(packet, prefix);
  const auto pieces = sub_pieces(stream.pieces, prefix, header.size());
  const auto comments = wire::parse_vorbis_comments(header, limits);
  return add_vorbis_carriers(header, comments, pieces, stream.codec->place, limits, layout);
}

Status add_all(Source& source, const File& file, const Limits& limits, Layout& layout) {
  for (const std::uint64_t at : file.bad_pages) {
    odd("ogg-crc", at, "the checksum of an Ogg page is wrong", "Ogg 页校验和有误", layout);
  }
  Status status;
  for (const Stream& stream : file.streams) {
    if (Status added = add_stream(source, stream, limits, layout); !added) status = added;
  }
  return file.damage ? Status(Failure(*file.damage)) : status;
}

Result<Layout> inspect(Source& source, const Limits& limits) {
  Layout layout;
  const File file = TRY(read_file(source, limits));
  if (const Status status = add_all(source, file, limits, layout); !status) {
    if (status.error().code == ErrorCode::Io) return Failure(status.error());
    layout.damage = status.error();
    if (layout.damage->where.empty()) layout.damage->where = "ogg";
  }
  return layout;
}

}  // namespace

Result<File> read_file(Source& source, const Limits& limits) {
  File file;
  const Status status = Walk(source, limits, file).run();
  if (!status && status.error().code == ErrorCode::Io) return Failure(status.error());
  if (!status) file.damage = status.error();
  return file;
}

Result<Splice> whole_after(Source& source, Splice plan, const Limits& limits) {
  SplicedSource output(source, plan);
  const File after = TRY(read_file(output, limits));
  if (!after.damage) return plan;
  return fail(ErrorCode::Malformed,
              "the file is damaged behind its headers, so nothing is written; mend it with an Ogg "
              "tool",
              "ogg");
}

Result<ByteBuffer> packet_of(Source& source, const Stream& stream) {
  ByteBuffer packet;
  packet.reserve(static_cast<std::size_t>(stream.size));
  for (const Range& piece : stream.pieces) append(packet, TRY(source.view(piece)));
  return packet;
}

bool is_comment_packet(const Codec& codec, Bytes packet) noexcept {
  if (codec.place.empty() || !has_prefix(packet, codec.comment_prefix)) return false;
  constexpr std::uint8_t kVorbisComment = 4;  // FLAC's block type
  return !codec.magic.ends_with("FLAC") ||
         (!packet.empty() && (packet[0] & 0x7F) == kVorbisComment);
}

}  // namespace ogg

extern const Format kOgg;
constinit const Format kOgg{
    .id = "ogg",
    .name = "Ogg (Vorbis, Opus, FLAC, Speex, Theora)",
    .family = Family::Audio,
    .media_types = ogg::kMediaTypes,
    .extensions = ogg::kExtensions,
    .can = {.write = ogg::kWrite, .replace = {}},
    .sniff =
        [](Source& source) noexcept { return has_prefix(view_some(source, {0, 5}), ogg::kMark); },
    .inspect = ogg::inspect,
    .extract = extract_stored,
    .edit = ogg::edit,
    .put_store = ogg::put_store,
};

}  // namespace colophon

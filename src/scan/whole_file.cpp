// SPDX-License-Identifier: Apache-2.0
// Documents that are files: loose ones, and those in archives. What is not gone into is told: an
// archive inside an archive is an error, an unknown container says that nothing in it was read.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "io/io.hpp"
#include "io/packing.hpp"
#include "scan/judge.hpp"
#include "scan/readers.hpp"

namespace colophon::scan {
namespace {

constexpr std::uint64_t kLargestText = 32 << 20;
constexpr std::size_t kHead = 4096;

struct Magic {
  std::string_view name, bytes;
  std::size_t at = 0;
};
constexpr Magic kArchives[] = {
    {"ZIP", "PK\x03\x04"},       {"ZIP", "PK\x05\x06"}, {"7-Zip", "7z\xBC\xAF\x27\x1C"},
    {"RAR", "Rar!\x1A\x07"},     {"xz", "\xFD\x37zXZ"}, {"bzip2", "1AY&SY", 4},
    {"LZ4", "\x04\x22\x4D\x18"}, {"tar", "ustar", 257}, {"WARC", "WARC/"},
    {"Parquet", "PAR1"},         {"Arrow", "ARROW1"},   {"Avro", "Obj\x01"},
};

/// What holds other documents; empty: nothing that is known for it.
std::string_view archive_in(Bytes head) {
  if (packing_of(head) == Packing::Gzip) return "gzip";
  if (packing_of(head) == Packing::Zstandard) return "Zstandard";
  for (const Magic& magic : kArchives) {
    if (as_text(slice(head, magic.at, magic.bytes.size())) == magic.bytes) return magic.name;
  }
  return {};
}

Error not_gone_into(std::string_view archive, const std::string& name) {
  return {ErrorCode::Unsupported,
          fmt::format("{} data is not gone into here, so nothing in it was read: unpack it, or "
                      "make JSON lines of it",
                      archive),
          name, 0};
}

bool seems_text(Bytes head) {
  const Bytes part = slice(head, 0, kHead);
  const std::string_view text = as_text(part);
  // The last character may be cut.
  return text.find('\0') == std::string_view::npos && valid_utf8_prefix(text) + 4 > text.size();
}

bool is_unknown(const Report& report) {
  return std::ranges::any_of(
      report.findings, [](const Finding& finding) { return finding.rule == "unknown-container"; });
}

/// A packed file whole. Error `limit-exceeded`, and those of streams.
Result<ByteBuffer> unpack(const std::string& path) {
  const auto stream = TRY(open_stream(path, {.unpack = true, .ahead = false}));
  ByteBuffer all;
  const std::uint64_t most = ReadOptions().largest_document;
  while (true) {
    const Bytes block = TRY(stream->next());
    if (block.empty()) return all;
    if (all.size() + block.size() > most) {
      return fail(
          ErrorCode::LimitExceeded,
          fmt::format("the file has more than {} bytes when it is unpacked: unpack it", most));
    }
    append(all, block);
  }
}

Result<ByteBuffer> head_of(const std::string& path) {
  const auto stream = TRY(open_stream(path, {.unpack = false, .ahead = false, .block = kHead}));
  return to_buffer(TRY(stream->next()));
}

}  // namespace

void Judge::judge_bytes(Tag& tag, Bytes bytes, const std::string& name, Report& all) const {
  if (bytes.empty()) return;
  MemorySource source(bytes);
  const Format* format = detect(source, name);
  const bool known = format != nullptr && format->family != Family::Text;
  const std::string_view archive = known ? std::string_view() : archive_in(bytes);
  // Small values without running text are read at once.
  const bool data = format != nullptr && (format->id == "json" || format->id == "jsonl");
  if (!archive.empty()) {
    tag.error = not_gone_into(archive, name);
  } else if (known || data) {
    take(all, verify_bytes(bytes, name), {});
  } else if (format != nullptr || is_text_name(name) || seems_text(bytes)) {
    judge_text(tag, bytes, name, all);
  } else {
    tag.unread = true;
  }
}

/// Of a file in no known container: text without a name, packed, an archive, or anything.
void Judge::judge_unknown(Tag& tag, const std::string& path, Report& all) const {
  const auto head = head_of(path);
  if (!head) {
    tag.error = head.error();
  } else if (packing_of(*head) != Packing::None) {
    const auto bytes = unpack(path);
    if (bytes) return judge_bytes(tag, *bytes, std::string(unpacked_name(path)), all);
    tag.error = bytes.error();
  } else if (const std::string_view archive = archive_in(*head); !archive.empty()) {
    tag.error = not_gone_into(archive, {});
  } else if (seems_text(*head)) {
    const auto bytes = read_small_file(path, kLargestText);
    if (bytes) return judge_text(tag, *bytes, path, all);
    tag.error = bytes.error();
  } else {
    tag.unread = true;
  }
}

void Judge::judge_file(Tag& tag, const std::string& path, Report& all) const {
  // Text is looked through before anything is made of it.
  const bool text = is_text_name(path) && !exists(sidecar_name(path));
  if (const auto bytes = text ? read_small_file(path, kLargestText)
                              : Result<ByteBuffer>(fail(ErrorCode::Unsupported, ""))) {
    return judge_text(tag, *bytes, path, all);
  }
  VerifyOptions verifying = options_.verify;
  verifying.file_name = path;
  Report report = verify_file(path, env_, verifying);
  const bool unknown = is_unknown(report) && report.evidence.empty() && !report.error;
  take(all, std::move(report), {});
  if (unknown) judge_unknown(tag, path, all);
}

}  // namespace colophon::scan

// SPDX-License-Identifier: Apache-2.0
#include "io/packing.hpp"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <climits>
#include <optional>

namespace colophon {
namespace {

constexpr std::size_t kBlock = 1 << 20;
constexpr std::size_t kPiece = 16 << 10;
constexpr int kLevel = 3;  // of Zstandard; the library's own default

Failure cut(std::string_view what, std::uint64_t at) {
  return fail(ErrorCode::Truncated,
              "the " + std::string(what) + " data ends early; get the file again",
              std::string(what), at);
}
Failure broken(std::string_view what, std::string_view why, std::uint64_t at) {
  return fail(ErrorCode::Malformed,
              "the " + std::string(what) + " data is damaged (" + std::string(why) + ")",
              std::string(what), at);
}

/// A packed stream, and what has been taken of its current block.
class UnpackedStream : public ByteStream {
 public:
  explicit UnpackedStream(std::unique_ptr<ByteStream> stored) : stored_(std::move(stored)) {}
  std::uint64_t stored_read() const noexcept override { return stored_->stored_read(); }

  Result<Bytes> next() override {
    if (block_.empty()) block_.resize(kBlock);
    const std::size_t made = TRY(read(block_));
    return Bytes(block_.data(), made);
  }
  /// What was made before some damage is handed out before the damage is told.
  Result<std::size_t> read(std::span<std::uint8_t> room) override {
    if (damage_) return Failure(*damage_);
    std::size_t made = 0;
    const Status good = unpack(room, made);
    if (!good) damage_ = good.error();
    if (!good && made == 0) return Failure(*damage_);
    return made;
  }

 protected:
  /// Fills the room as far as there is input; nothing made, and no error: the end.
  virtual Status unpack(std::span<std::uint8_t> room, std::size_t& made) = 0;

  /// Sees to it that there is input, unless the stored stream is at its end.
  Status refill() {
    if (!input_.empty()) return {};
    input_ = TRY(stored_->next());
    return {};
  }
  std::uint64_t at() const noexcept { return stored_->stored_read() - input_.size(); }

  Bytes input_;
  std::unique_ptr<ByteStream> stored_;

 private:
  ByteBuffer block_;
  std::optional<Error> damage_;
};

class GzipStream final : public UnpackedStream {
 public:
  explicit GzipStream(std::unique_ptr<ByteStream> stored) : UnpackedStream(std::move(stored)) {
    constexpr int kGzipOnly = MAX_WBITS + 16;
    works_ = inflateInit2(&zlib_, kGzipOnly) == Z_OK;
  }
  ~GzipStream() override { inflateEnd(&zlib_); }
  Packing packing() const noexcept override { return Packing::Gzip; }

 private:
  Status unpack(std::span<std::uint8_t> room, std::size_t& made) override {
    if (!works_) return fail(ErrorCode::Unsupported, "zlib cannot start", "gzip");
    zlib_.next_out = room.data();
    zlib_.avail_out = static_cast<uInt>(std::min<std::size_t>(room.size(), UINT_MAX));
    while (zlib_.avail_out > 0) {
      TRY(refill());
      if (input_.empty()) break;
      if (between_ && !TRY(begin_member())) break;
      const Status good = step();
      made = static_cast<std::size_t>(zlib_.next_out - room.data());
      TRY(good);
    }
    if (made == 0 && !between_ && started_) return cut("gzip", at());
    return {};
  }
  /// Zeros behind the last member are padding (tar, tapes); anything else is not ours to guess.
  Result<bool> begin_member() {
    while (started_ && !input_.empty() && input_.front() == 0) {
      input_ = input_.subspan(1);
      if (input_.empty()) TRY(refill());
    }
    if (input_.empty()) return false;
    if (started_) inflateReset(&zlib_);
    started_ = true;
    between_ = false;
    return true;
  }
  Status step() {
    zlib_.next_in = const_cast<Bytef*>(input_.data());
    zlib_.avail_in = static_cast<uInt>(input_.size());
    const int result = inflate(&zlib_, Z_NO_FLUSH);
    input_ = input_.last(zlib_.avail_in);
    if (result == Z_STREAM_END) between_ = true;
    if (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR) return {};
    return broken("gzip", zlib_.msg != nullptr ? zlib_.msg : "unknown", at());
  }

  z_stream zlib_{};
  bool works_ = false;
  bool between_ = true;   // no member has been begun, or the last one is complete
  bool started_ = false;  // there was one
};

class ZstdStream final : public UnpackedStream {
 public:
  explicit ZstdStream(std::unique_ptr<ByteStream> stored)
      : UnpackedStream(std::move(stored)), zstd_(ZSTD_createDStream()) {}
  ~ZstdStream() override { ZSTD_freeDStream(zstd_); }
  Packing packing() const noexcept override { return Packing::Zstandard; }

 private:
  Status unpack(std::span<std::uint8_t> room, std::size_t& made) override {
    if (zstd_ == nullptr) return fail(ErrorCode::Unsupported, "libzstd cannot start", "zstd");
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    while (out.pos < out.size) {
      TRY(refill());
      const std::size_t before = out.pos;
      // In small pieces: what a call made before it met damage, it keeps to itself.
      ZSTD_inBuffer in{input_.data(), std::min(input_.size(), kPiece), 0};
      // With no input left it may still hold output back.
      const std::size_t result = ZSTD_decompressStream(zstd_, &out, &in);
      made = out.pos;
      input_ = input_.subspan(in.pos);
      if (ZSTD_isError(result) != 0) return refused(result);
      // At the end of a frame nothing is wanted; with no input the library asks for a header.
      if (in.size > 0) whole_ = result == 0;
      if (in.size == 0 && out.pos == before) break;
    }
    if (out.pos == 0 && !whole_) return cut("zstd", at());
    return {};
  }

  Failure refused(std::size_t result) const {
    if (ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge) {
      return fail(
          ErrorCode::LimitExceeded,
          "the zstd data needs a window of more than 128 MiB; unpack it with zstd --long=31",
          "zstd", at());
    }
    return broken("zstd", ZSTD_getErrorName(result), at());
  }

  ZSTD_DStream* zstd_;
  bool whole_ = true;
};

/// Gives back the block that was looked at.
class PeekedStream final : public ByteStream {
 public:
  PeekedStream(std::unique_ptr<ByteStream> inner, Bytes first)
      : inner_(std::move(inner)), first_(first) {}
  Result<Bytes> next() override {
    if (!first_.empty()) return std::exchange(first_, Bytes());
    return inner_->next();
  }
  Result<std::size_t> read(std::span<std::uint8_t> room) override {
    if (first_.empty()) return inner_->read(room);
    const Bytes part = slice(first_, 0, room.size());
    std::ranges::copy(part, room.begin());
    first_ = first_.subspan(part.size());
    return part.size();
  }
  std::uint64_t stored_read() const noexcept override { return inner_->stored_read(); }

 private:
  std::unique_ptr<ByteStream> inner_;
  Bytes first_;
};

class PlainPacker final : public Packer {
 public:
  explicit PlainPacker(Sink& sink) : sink_(sink) {}
  Status write(Bytes bytes) override { return sink_.write(bytes); }
  Status finish() override { return {}; }

 private:
  Sink& sink_;
};

class GzipPacker final : public Packer {
 public:
  explicit GzipPacker(Sink& sink) : sink_(sink), block_(kBlock) {
    constexpr int kGzip = MAX_WBITS + 16, kMemory = 8;
    works_ = deflateInit2(&zlib_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kMemory,
                          Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~GzipPacker() override { deflateEnd(&zlib_); }
  Status write(Bytes bytes) override {
    // avail_in is 32 bits wide.
    for (std::size_t at = 0; at < bytes.size(); at += kBlock) {
      TRY(pack(slice(bytes, at, kBlock), Z_NO_FLUSH));
    }
    return {};
  }
  Status finish() override { return pack({}, Z_FINISH); }

 private:
  Status pack(Bytes bytes, int flush) {
    if (!works_) return fail(ErrorCode::Unsupported, "zlib cannot start", "gzip");
    zlib_.next_in = const_cast<Bytef*>(bytes.data());
    zlib_.avail_in = static_cast<uInt>(bytes.size());
    do {
      zlib_.next_out = block_.data();
      zlib_.avail_out = static_cast<uInt>(block_.size());
      deflate(&zlib_, flush);
      TRY(sink_.write(Bytes(block_).first(block_.size() - zlib_.avail_out)));
    } while (zlib_.avail_out == 0);
    return {};
  }
  Sink& sink_;
  ByteBuffer block_;
  z_stream zlib_{};
  bool works_ = false;
};

class ZstdPacker final : public Packer {
 public:
  explicit ZstdPacker(Sink& sink) : sink_(sink), zstd_(ZSTD_createCStream()), block_(kBlock) {
    if (zstd_ == nullptr) return;
    ZSTD_CCtx_setParameter(zstd_, ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(zstd_, ZSTD_c_checksumFlag, 1);
  }
  ~ZstdPacker() override { ZSTD_freeCStream(zstd_); }
  Status write(Bytes bytes) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (in.pos < in.size) (void)TRY(step(in, ZSTD_e_continue));
    return {};
  }
  Status finish() override {
    ZSTD_inBuffer in{nullptr, 0, 0};
    while (TRY(step(in, ZSTD_e_end)) > 0) {
    }
    return {};
  }

 private:
  Result<std::size_t> step(ZSTD_inBuffer& in, ZSTD_EndDirective end) {
    if (zstd_ == nullptr) return fail(ErrorCode::Unsupported, "libzstd cannot start", "zstd");
    ZSTD_outBuffer out{block_.data(), block_.size(), 0};
    const std::size_t left = ZSTD_compressStream2(zstd_, &out, &in, end);
    if (ZSTD_isError(left) != 0) return broken("zstd", ZSTD_getErrorName(left), 0);
    TRY(sink_.write(Bytes(block_).first(out.pos)));
    return left;
  }
  Sink& sink_;
  ZSTD_CStream* zstd_;
  ByteBuffer block_;
};

}  // namespace

Packing packing_of(Bytes head) noexcept {
  if (head.size() >= 3 && head[0] == 0x1F && head[1] == 0x8B && head[2] == 8) return Packing::Gzip;
  const auto magic = load_le(head, 0, 4);
  if (!magic) return Packing::None;
  constexpr std::uint64_t kFrame = 0xFD2FB528, kSkippable = 0x184D2A50;
  const bool zstd = *magic == kFrame || (*magic & ~0xFULL) == kSkippable;
  return zstd ? Packing::Zstandard : Packing::None;
}

std::string_view unpacked_name(std::string_view name) noexcept {
  for (const std::string_view ending : {".gz", ".zst"}) {
    if (name.size() > ending.size() && name.ends_with(ending)) {
      return name.substr(0, name.size() - ending.size());
    }
  }
  return name;
}

Result<std::unique_ptr<ByteStream>> unpacked(std::unique_ptr<ByteStream> stored) {
  const Bytes first = TRY(stored->next());
  const Packing packing = packing_of(first);
  std::unique_ptr<ByteStream> whole = std::make_unique<PeekedStream>(std::move(stored), first);
  if (packing == Packing::Gzip) return std::make_unique<GzipStream>(std::move(whole));
  if (packing == Packing::Zstandard) return std::make_unique<ZstdStream>(std::move(whole));
  return whole;
}

Result<std::unique_ptr<Packer>> open_packer(Packing packing, Sink& sink) {
  if (packing == Packing::Gzip) return std::make_unique<GzipPacker>(sink);
  if (packing == Packing::Zstandard) return std::make_unique<ZstdPacker>(sink);
  return std::make_unique<PlainPacker>(sink);
}

}  // namespace colophon

// SPDX-License-Identifier: Apache-2.0
#include "io/byte_stream.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "io/errors.hpp"
#include "io/packing.hpp"

namespace colophon {
namespace {

class FileStream final : public ByteStream {
 public:
  FileStream(int descriptor, std::string name, std::size_t block)
      : descriptor_(descriptor), name_(std::move(name)), block_size_(block) {}
  ~FileStream() override {
    if (descriptor_ > 2) ::close(descriptor_);
  }
  Result<Bytes> next() override {
    if (block_.empty()) block_.resize(block_size_);
    const std::size_t held = TRY(read(block_));
    return Bytes(block_.data(), held);
  }
  Result<std::size_t> read(std::span<std::uint8_t> room) override {
    std::size_t held = 0;
    // A pipe gives little at a time.
    while (held < room.size()) {
      const ssize_t n = ::read(descriptor_, room.data() + held, room.size() - held);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return io_failure("cannot read", name_);
      if (n == 0) break;
      held += static_cast<std::size_t>(n);
    }
    read_ += held;
    return held;
  }
  std::uint64_t stored_read() const noexcept override { return read_; }

 private:
  int descriptor_;
  std::string name_;
  std::size_t block_size_;
  std::vector<std::uint8_t> block_;
  std::uint64_t read_ = 0;
};

class MemoryStream final : public ByteStream {
 public:
  MemoryStream(Bytes bytes, std::size_t block)
      : bytes_(bytes), block_(std::max<std::size_t>(1, block)) {}
  Result<Bytes> next() override {
    const Bytes part = slice(bytes_, at_, block_);
    at_ += part.size();
    return part;
  }
  std::uint64_t stored_read() const noexcept override { return at_; }

 private:
  Bytes bytes_;
  std::size_t block_;
  std::uint64_t at_ = 0;
};

/// Hands out what another thread reads ahead.
class AheadStream final : public ByteStream {
 public:
  explicit AheadStream(std::unique_ptr<ByteStream> inner)
      : inner_(std::move(inner)), packing_(inner_->packing()), reader_([this] { run(); }) {}
  ~AheadStream() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    room_.notify_one();
    reader_.join();
  }
  Result<Bytes> next() override {
    std::unique_lock lock(mutex_);
    if (!held_.empty()) spare_.push_back(std::move(held_));
    held_.clear();
    filled_.wait(lock, [this] { return !ready_.empty() || done_; });
    room_.notify_one();
    if (!ready_.empty()) {
      held_ = std::move(ready_.front());
      ready_.pop_front();
      return Bytes(held_);
    }
    if (error_) return Failure(*error_);
    return Bytes();
  }
  std::uint64_t stored_read() const noexcept override { return stored_.load(); }
  Packing packing() const noexcept override { return packing_; }

 private:
  static constexpr std::size_t kAhead = 4;

  void run() {
    while (true) {
      const auto block = inner_->next();
      ByteBuffer copy;
      std::unique_lock lock(mutex_);
      stored_ = inner_->stored_read();
      if (!block) error_ = block.error();
      if (!block || block->empty()) {
        done_ = true;
        filled_.notify_one();
        return;
      }
      if (!spare_.empty()) {
        copy = std::move(spare_.back());
        spare_.pop_back();
      }
      lock.unlock();
      copy.assign(block->begin(), block->end());
      lock.lock();
      room_.wait(lock, [this] { return ready_.size() < kAhead || stop_; });
      if (stop_) return;
      ready_.push_back(std::move(copy));
      filled_.notify_one();
    }
  }

  std::unique_ptr<ByteStream> inner_;
  Packing packing_;
  std::mutex mutex_;
  std::condition_variable filled_, room_;
  std::deque<ByteBuffer> ready_;
  std::vector<ByteBuffer> spare_;
  ByteBuffer held_;
  std::optional<Error> error_;
  std::atomic<std::uint64_t> stored_ = 0;
  bool done_ = false, stop_ = false;
  std::thread reader_;  // the last member: it starts when all others are there
};

}  // namespace

std::string_view to_string(Packing packing) noexcept {
  if (packing == Packing::Gzip) return "gzip";
  return packing == Packing::Zstandard ? "zstd" : "none";
}

Result<std::size_t> ByteStream::read(std::span<std::uint8_t> room) {
  if (left_.empty()) left_ = TRY(next());
  const Bytes part = slice(left_, 0, room.size());
  std::ranges::copy(part, room.begin());
  left_ = left_.subspan(part.size());
  return part.size();
}

std::unique_ptr<ByteStream> memory_stream(Bytes bytes, std::size_t block) {
  return std::make_unique<MemoryStream>(bytes, block);
}

Result<std::unique_ptr<ByteStream>> open_stream(const std::string& path,
                                                const StreamOptions& options) {
  int descriptor = 0;
  if (path != "-") {
    descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return io_failure("cannot open", path);
    ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  std::unique_ptr<ByteStream> stream =
      std::make_unique<FileStream>(descriptor, path, options.block);
  if (options.unpack) stream = TRY(unpacked(std::move(stream)));
  if (options.ahead) stream = std::make_unique<AheadStream>(std::move(stream));
  return stream;
}

}  // namespace colophon

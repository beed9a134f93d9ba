// SPDX-License-Identifier: Apache-2.0
// Everything that touches the file system: reading windows of a file, writing a new file so that it
// appears whole or not at all, and patching a file in an order that keeps it readable.
#pragma once

#include "base/source.hpp"
#include "formats/splice.hpp"

#include <memory>
#include <string>

namespace colophon {

/// Random access to an open file through one window, so that memory stays bounded whatever the
/// file's size. (A mapping would kill the process when the file is truncated meanwhile.)
class FileSource final : public Source {
 public:
  /// Opens a regular file for reading. Errors: `not-found`, `io` (also for a folder).
  [[nodiscard]] static Result<std::unique_ptr<FileSource>> open(const std::string& path);
  /// Takes over a descriptor that can be read at any offset.
  [[nodiscard]] static Result<std::unique_ptr<FileSource>> adopt(int descriptor, std::string name);
  ~FileSource() override;

  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  [[nodiscard]] Result<Bytes> view(Range range) override;
  [[nodiscard]] int descriptor() const noexcept override { return descriptor_; }

 private:
  FileSource(int descriptor, std::uint64_t size, std::string name)
      : descriptor_(descriptor), size_(size), name_(std::move(name)) {}
  [[nodiscard]] Status fill(Range range);

  int descriptor_;
  std::uint64_t size_;
  std::string name_;
  std::unique_ptr<std::uint8_t[]> window_;
  std::uint64_t capacity_ = 0;
  Range held_;
  std::uint64_t next_window_ = 16 * 1024;
};

/// Reads a stream (standard input) to its end into an unlinked temporary file.
[[nodiscard]] Result<std::unique_ptr<FileSource>> spool(int descriptor, std::string name);

/// What a replaced file had and the new one shall have.
struct FileTraits {
  std::uint32_t mode = 0644;
  std::uint32_t owner = 0, group = 0;
  std::int64_t accessed_ns = 0, modified_ns = 0;
};
[[nodiscard]] Result<FileTraits> traits_of(const std::string& path);
[[nodiscard]] Status set_times(const std::string& path, const FileTraits& traits);
/// Gives the file a second name before it is replaced. Error `refused` when that name is taken,
/// unless `overwrite`.
[[nodiscard]] Status keep_backup(const std::string& path, const std::string& backup,
                                 bool overwrite);

/// A file that appears under its name whole, or not at all: written under a temporary name in the
/// same folder, synced, then renamed. Dropped without `commit`, it leaves no trace.
class AtomicFile final : public Sink {
 public:
  /// `like`: traits to give to the new file; may be null. Error `io`.
  [[nodiscard]] static Result<std::unique_ptr<AtomicFile>> create(const std::string& path,
                                                                  const FileTraits* like);
  ~AtomicFile() override;

  [[nodiscard]] Status write(Bytes bytes) override;
  [[nodiscard]] Status patch(std::uint64_t at, Bytes bytes) override;
  [[nodiscard]] Result<bool> copy(Source& source, Range range) override;
  /// What has been written so far, for reading back before `commit`.
  [[nodiscard]] Result<std::unique_ptr<FileSource>> reopen();
  /// Syncs and renames. `keep_times`: also gives the times of `like`.
  [[nodiscard]] Status commit(bool keep_times);

 private:
  AtomicFile(int descriptor, std::string path, std::string temporary)
      : descriptor_(descriptor), path_(std::move(path)), temporary_(std::move(temporary)) {}
  [[nodiscard]] Status flush();
  [[nodiscard]] Status copy_blocks(int from, Range range);
  [[nodiscard]] bool share_blocks(int from, Range range);

  int descriptor_;
  std::string path_, temporary_;
  std::optional<FileTraits> like_;
  ByteBuffer pending_;         // small writes gathered into one system call
  std::uint64_t written_ = 0;  // what has reached the file
  std::unique_ptr<std::uint8_t[]> block_;
};

/// Carries out a plan inside the file: all puts of phase 0, sync, then phase 1, ... The plan must
/// fit (Splice::fits_in_place). A crash between phases leaves a readable file (see Put::phase).
/// Error `conflict` when the file's size is no longer `expected_size`.
[[nodiscard]] Status patch_in_place(const std::string& path, const Splice& splice,
                                    std::uint64_t expected_size);

/// Standard output as a sink.
class StreamSink final : public Sink {
 public:
  explicit StreamSink(int descriptor) noexcept : descriptor_(descriptor) {}
  [[nodiscard]] Status write(Bytes bytes) override;
  [[nodiscard]] Status patch(std::uint64_t at, Bytes bytes) override;

 private:
  int descriptor_;
};

/// Follows symbolic links, so that the link stays and its target is replaced. The path itself when
/// it does not exist yet.
[[nodiscard]] std::string resolved(const std::string& path);
/// Two names of one existing file?
[[nodiscard]] bool is_same_file(const std::string& a, const std::string& b);
[[nodiscard]] bool exists(const std::string& path);
[[nodiscard]] bool is_folder(const std::string& path);
/// The regular files below `path`, sorted; links to folders are not followed.
[[nodiscard]] Result<std::vector<std::string>> files_below(const std::string& path);
/// A whole small file. Error `limit-exceeded` above `max_size`.
[[nodiscard]] Result<ByteBuffer> read_small_file(const std::string& path, std::uint64_t max_size);

}  // namespace colophon

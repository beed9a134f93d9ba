// SPDX-License-Identifier: Apache-2.0
// Everything that touches the file system: reading windows of a file, writing a new file so that it
// appears whole or not at all, and patching a file in an order that keeps it readable.
#pragma once

#include "base/source.hpp"
#include "formats/splice.hpp"
#include "io/temporaries.hpp"

#include <sys/stat.h>

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
  /// Opens a file that is going to be changed, and holds an advisory lock (flock) on it, so that
  /// two processes label one file one after the other. Error `conflict` when another one keeps it
  /// for too long. Where there are no locks it does without.
  [[nodiscard]] static Result<std::unique_ptr<FileSource>> open_for_change(const std::string& path);
  ~FileSource() override;
  /// Error `conflict` when `path` is no longer the file that was opened, as it was then.
  [[nodiscard]] Status check_unchanged(const std::string& path) const;

  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  [[nodiscard]] Result<Bytes> view(Range range) override;
  [[nodiscard]] int descriptor() const noexcept override { return descriptor_; }

 private:
  /// Which file it is and when it was written last.
  struct Identity {
    std::uint64_t device = 0, number = 0;
    std::int64_t modified_ns = 0;
    friend bool operator==(const Identity&, const Identity&) = default;
  };
  FileSource(int descriptor, std::uint64_t size, Identity identity, std::string name)
      : descriptor_(descriptor), size_(size), identity_(identity), name_(std::move(name)) {}
  [[nodiscard]] static Identity identity_of(const struct stat& status);
  [[nodiscard]] Status fill(Range range);

  int descriptor_;
  std::uint64_t size_;
  Identity identity_;
  std::string name_;
  std::unique_ptr<std::uint8_t[]> window_;
  std::uint64_t capacity_ = 0;
  Range held_;
  std::uint64_t next_window_ = 16 * 1024;
};

/// Reads a stream (standard input) to its end into an unlinked temporary file.
[[nodiscard]] Result<std::unique_ptr<FileSource>> spool(int descriptor, std::string name);

struct FileAttribute {
  std::string name;  ///< "user.comment"
  ByteBuffer value;
};
/// What a replaced file had and the new one shall have.
struct FileTraits {
  std::uint32_t mode = 0644;
  std::uint32_t owner = 0, group = 0;
  std::int64_t accessed_ns = 0, modified_ns = 0;
  std::uint64_t names = 1;  ///< hard links
  std::vector<FileAttribute> attributes;
};
[[nodiscard]] Result<FileTraits> traits_of(const std::string& path);
[[nodiscard]] Status set_times(const std::string& path, const FileTraits& traits);
/// Gives the file a second name before it is replaced. Error `refused` when that name is taken: a
/// backup is never overwritten.
[[nodiscard]] Status keep_backup(const std::string& path, const std::string& backup);
[[nodiscard]] Failure backup_exists(const std::string& backup);
/// Takes back a name that `keep_backup` gave.
void drop_backup(const std::string& backup) noexcept;

/// Deletes the temporary files of this process. Safe in a signal handler that ends it.
void remove_temporaries() noexcept;

/// A file that appears under its name whole, or not at all: written without a name in the same
/// folder, synced, then put in place; dropped without `commit`, or killed, it leaves no trace.
/// Where the file system knows no files without a name it has a temporary one meanwhile.
class AtomicFile final : public Sink {
 public:
  enum class Naming : std::uint8_t { AtLast, AtOnce };
  /// `like`: traits to give to the new file; may be null. Error `io`.
  [[nodiscard]] static Result<std::unique_ptr<AtomicFile>> create(const std::string& path,
                                                                  const FileTraits* like,
                                                                  Naming naming = Naming::AtLast);
  ~AtomicFile() override;

  [[nodiscard]] Status write(Bytes bytes) override;
  [[nodiscard]] Status patch(std::uint64_t at, Bytes bytes) override;
  [[nodiscard]] Result<bool> copy(Source& source, Range range) override;
  /// What has been written so far, for reading back before `commit`.
  [[nodiscard]] Result<std::unique_ptr<FileSource>> reopen();
  /// Syncs and renames. `keep_times`: also gives the times of `like`.
  [[nodiscard]] Status commit(bool keep_times);
  /// After `commit`: extended attributes of `like` that could not be kept.
  [[nodiscard]] const std::vector<std::string>& lost_attributes() const noexcept { return lost_; }

 private:
  explicit AtomicFile(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] Status open(mode_t mode, Naming naming);
  [[nodiscard]] Status give_traits(bool keep_times);
  [[nodiscard]] Status take_name();
  [[nodiscard]] Status flush();
  [[nodiscard]] Status copy_blocks(int from, Range range);
  [[nodiscard]] bool share_blocks(int from, Range range);

  int descriptor_ = -1;
  std::string path_;
  std::string temporary_;  // empty: it has no name yet, or its last one
  std::optional<HeldName> held_;
  std::optional<FileTraits> like_;
  std::vector<std::string> lost_;
  ByteBuffer pending_;         // small writes gathered into one system call
  std::uint64_t written_ = 0;  // what has reached the file
  std::unique_ptr<std::uint8_t[]> block_;
};

/// Carries out a plan inside the file: all puts of phase 0, sync, then phase 1, ... The plan must
/// fit (Splice::fits_in_place). A crash between phases leaves a readable file (see Put::phase).
/// Error `conflict` when `source`, which the plan was made for, is no longer what stands there.
[[nodiscard]] Status patch_in_place(const std::string& path, const Splice& splice,
                                    const FileSource& source);

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
/// The same place, whatever links lead there? Hard links are two places.
[[nodiscard]] bool is_same_place(const std::string& a, const std::string& b);
[[nodiscard]] bool exists(const std::string& path);
[[nodiscard]] bool is_folder(const std::string& path);
/// Error `usage` when a file cannot be put there: a folder, a device, a pipe.
[[nodiscard]] Status check_target(const std::string& path);
/// The folder that `path` stands in, and those above it.
[[nodiscard]] Status make_folders_for(const std::string& path);
/// The regular files below `path`, sorted; links to folders are not followed, nor is the folder
/// `without` when it has a name.
[[nodiscard]] Result<std::vector<std::string>> files_below(const std::string& path,
                                                           const std::string& without = {});
/// A small file that is not there yet, with exactly these permissions at most. Error `refused` when
/// something stands there.
[[nodiscard]] Status write_new_file(const std::string& path, Bytes bytes, std::uint32_t mode);
/// A whole small file. Error `limit-exceeded` above `max_size`.
[[nodiscard]] Result<ByteBuffer> read_small_file(const std::string& path, std::uint64_t max_size);

}  // namespace colophon

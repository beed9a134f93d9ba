// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/io.hpp"
#include "ops/ops.hpp"

namespace colophon {

/// The place that a result goes to, with everything about it that is not the content: links,
/// folders, permissions, backup.
class Place {
 public:
  enum class Way : std::uint8_t { Nothing, Stream, NewFile, InPlace };

  /// Nothing is written yet. Error `usage` when no file can be put there.
  [[nodiscard]] static Result<Place> choose(const std::string& path,
                                            const Destination& destination);
  /// Opens the input, locked when it is going to be changed.
  [[nodiscard]] static Result<std::unique_ptr<FileSource>> open(const std::string& path,
                                                                const Destination& destination);

  [[nodiscard]] Way way() const noexcept { return way_; }
  [[nodiscard]] bool is_dry() const noexcept {
    return destination_->dry_run || way_ == Way::Nothing;
  }
  [[nodiscard]] bool keeps_backup() const noexcept {
    return way_ == Way::InPlace && !destination_->backup_suffix.empty();
  }
  /// The file as the report names it; links are not followed.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// The same with links followed.
  [[nodiscard]] const std::string& target() const noexcept { return target_; }

  /// Error `refused` when the backup's name is taken.
  [[nodiscard]] Status check_backup() const;
  /// A file that will take the target's place, with the traits of the input.
  [[nodiscard]] Result<std::unique_ptr<AtomicFile>> create();
  /// Puts it there, unless `source` is no longer the file that it was made from.
  [[nodiscard]] Status commit(AtomicFile& file, const FileSource& source);
  /// Writes inside the file.
  [[nodiscard]] Status patch(const Splice& splice, const FileSource& source);
  /// Tells what replacing the file would mean for its other names.
  [[nodiscard]] Status note_replacing();
  [[nodiscard]] const std::vector<Finding>& notes() const noexcept { return notes_; }

 private:
  explicit Place(std::string path, const Destination& destination)
      : path_(std::move(path)), destination_(&destination) {}
  void note(std::string rule, Text text);
  [[nodiscard]] Status read_traits();

  std::string path_;
  const Destination* destination_;
  Way way_ = Way::Nothing;
  std::string name_, target_;
  std::optional<FileTraits> traits_;
  std::vector<Finding> notes_;
};

}  // namespace colophon

// SPDX-License-Identifier: Apache-2.0
#include "ops/place.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace colophon {
namespace {

/// Does the result go to where the input stands?
bool stays(const std::string& path, const Destination& destination) {
  using Kind = Destination::Kind;
  return destination.kind == Kind::InPlace ||
         (destination.kind == Kind::File && is_same_place(destination.path, path));
}

}  // namespace

Result<std::unique_ptr<FileSource>> Place::open(const std::string& path,
                                                const Destination& destination) {
  if (path == "-") return spool(STDIN_FILENO, "standard input");
  return stays(path, destination) && !destination.dry_run ? FileSource::open_for_change(path)
                                                          : FileSource::open(path);
}

Result<Place> Place::choose(const std::string& path, const Destination& destination) {
  using Kind = Destination::Kind;
  Place place(path, destination);
  if (stays(path, destination)) {
    place.way_ = Way::InPlace;
    place.name_ = path;
  } else if (destination.kind == Kind::Stream) {
    place.way_ = Way::Stream;
    place.name_ = "-";
  } else if (destination.kind == Kind::File) {
    TRY(check_target(destination.path));
    place.way_ = Way::NewFile;
    place.name_ = destination.path;
  }
  place.target_ = resolved(place.name_);
  return place;
}

void Place::note(std::string rule, Text text) {
  notes_.push_back({std::move(rule), Severity::Warning, std::move(text), std::nullopt});
}

Status Place::read_traits() {
  if (!traits_ && path_ != "-") traits_ = TRY(traits_of(path_));
  return {};
}

Status Place::check_backup() const {
  const std::string backup = target_ + destination_->backup_suffix;
  if (keeps_backup() && exists(backup)) return backup_exists(backup);
  return {};
}

Status Place::note_replacing() {
  if (way_ != Way::InPlace) return {};
  TRY(read_traits());
  if (traits_->names < 2) return {};
  const std::uint64_t others = traits_->names - 1;
  note("hard-links",
       {fmt::format("the file has other names (hard links: {}), which keep the old content; {} "
                    "becomes a file of its own",
                    others, target_),
        fmt::format("该文件另有 {} 个硬链接名，它们保留旧内容；{} 成为独立文件", others, target_)});
  return {};
}

Result<std::unique_ptr<AtomicFile>> Place::create() {
  TRY(read_traits());
  if (destination_->make_folders) TRY(make_folders_for(target_));
  return AtomicFile::create(target_, traits_ ? &*traits_ : nullptr);
}

Status Place::commit(AtomicFile& file, const FileSource& source) {
  if (way_ == Way::InPlace) TRY(source.check_unchanged(target_));
  TRY(note_replacing());
  const std::string backup = target_ + destination_->backup_suffix;
  if (keeps_backup()) TRY(keep_backup(target_, backup));
  if (const Status done = file.commit(destination_->keep_times); !done) {
    // The backup is a second name of a file that stays; left there, it would bar the next try.
    if (keeps_backup()) drop_backup(backup);
    return done;
  }
  if (!file.lost_attributes().empty()) {
    const std::string names = fmt::format("{}", fmt::join(file.lost_attributes(), ", "));
    note("attributes-lost",
         {"extended attributes could not be kept: " + names, "未能保留扩展属性：" + names});
  }
  return {};
}

Status Place::patch(const Splice& splice, const FileSource& source) {
  TRY(read_traits());
  TRY(patch_in_place(target_, splice, source));
  return destination_->keep_times ? set_times(target_, *traits_) : Status{};
}

}  // namespace colophon

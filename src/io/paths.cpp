// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "io/io.hpp"

namespace colophon {

namespace fs = std::filesystem;

std::string resolved(const std::string& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) return path;
  const fs::path target = fs::canonical(path, error);
  return error ? path : target.string();
}

bool is_same_place(const std::string& a, const std::string& b) {
  std::error_code error;
  const fs::path one = fs::canonical(a, error);
  if (error) return a == b;
  const fs::path other = fs::canonical(b, error);
  return error ? a == b : one == other;
}

bool exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool is_folder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

Status check_target(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status) || fs::is_regular_file(status)) return {};
  return fail(ErrorCode::Usage,
              fs::is_directory(status)
                  ? path + " is a folder; give --out-dir for a folder"
                  : path + " is not a regular file; -o - writes to standard output");
}

Status make_folders_for(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) {
    return fail(ErrorCode::Io,
                fmt::format("cannot create the folder {}: {}", folder.string(), error.message()));
  }
  return {};
}

Result<std::vector<std::string>> files_below(const std::string& path, const std::string& without) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied,
                                         error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (!without.empty() && entry->is_directory(ignored) &&
        fs::equivalent(entry->path(), without, ignored)) {
      entry.disable_recursion_pending();
    }
    if (entry->is_regular_file(ignored)) files.push_back(entry->path().string());
  }
  if (error) return fail(ErrorCode::Io, fmt::format("cannot read {}: {}", path, error.message()));
  std::sort(files.begin(), files.end());
  return files;
}

Result<ByteBuffer> read_small_file(const std::string& path, std::uint64_t max_size) {
  const auto source = TRY(FileSource::open(path));
  if (source->size() > max_size) {
    return fail(ErrorCode::LimitExceeded,
                fmt::format("{} is larger than the cap of {} bytes", path, max_size));
  }
  return read(*source, {0, source->size()});
}

}  // namespace colophon

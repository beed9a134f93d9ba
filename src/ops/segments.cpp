// SPDX-License-Identifier: Apache-2.0
#include "ops/segments.hpp"

#include "base/text.hpp"
#include "io/io.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

namespace colophon {
namespace {

namespace fs = std::filesystem;

/// The file of one stream that is open.
struct OpenFile {
  std::string path;
  std::unique_ptr<FileSource> source;
};

class LateSource final : public Source {
 public:
  LateSource(std::string path, std::uint64_t size, std::shared_ptr<OpenFile> open)
      : path_(std::move(path)), size_(size), open_(std::move(open)) {}

  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  [[nodiscard]] Result<Bytes> view(Range range) override {
    if (open_->path != path_) {
      open_->path.clear();
      open_->source = TRY(FileSource::open(path_));
      open_->path = path_;
    }
    return open_->source->view(range);
  }

 private:
  std::string path_;
  std::uint64_t size_;
  std::shared_ptr<OpenFile> open_;
};

bool is_segment_name(const fs::path& path) {
  constexpr std::array<std::string_view, 6> kExtensions = {".m4s",  ".mp4",  ".cmfv",
                                                           ".cmfa", ".cmft", ".m4f"};
  const std::string extension = lower_ascii(path.extension().string());
  return std::ranges::find(kExtensions, extension) != kExtensions.end();
}

Result<std::vector<std::string>> segments_in(const std::string& folder, const std::string& init) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (!at->is_regular_file(ignored) || !is_segment_name(at->path())) continue;
    if (!fs::equivalent(at->path(), init, ignored)) found.push_back(at->path().string());
  }
  if (error) return fail(ErrorCode::Io, folder + ": " + error.message());
  if (found.empty()) return fail(ErrorCode::Usage, folder + ": no media segments are in it");
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

Result<std::vector<Segment>> open_segments(const std::vector<std::string>& paths,
                                           const std::string& init) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
      files.push_back(path);
      continue;
    }
    const std::vector<std::string> inside = TRY(segments_in(path, init));
    files.insert(files.end(), inside.begin(), inside.end());
  }
  const auto open = std::make_shared<OpenFile>();
  std::vector<Segment> segments;
  for (const std::string& path : files) {
    const std::uint64_t size = TRY(FileSource::open(path))->size();
    segments.push_back({path, std::make_unique<LateSource>(path, size, open)});
  }
  return segments;
}

}  // namespace colophon

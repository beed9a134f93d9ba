// SPDX-License-Identifier: Apache-2.0
// The physical limits that bench/run compares with: the fewest system calls that do the job.
//   bench_limits read FILE...     open, read 16 KB, close
//   bench_limits rewrite FILE...  read whole, write beside, sync, rename
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t kHead = 16 * 1024;

bool read_head(const char* path, std::vector<char>& buffer) {
  const int file = open(path, O_RDONLY);
  if (file < 0) return false;
  buffer.resize(kHead);
  const bool ok = read(file, buffer.data(), buffer.size()) >= 0;
  close(file);
  return ok;
}

bool rewrite(const char* path, std::vector<char>& buffer) {
  const int in = open(path, O_RDONLY);
  if (in < 0) return false;
  buffer.resize(16 << 20);
  const ssize_t size = read(in, buffer.data(), buffer.size());
  close(in);
  const std::string temporary = std::string(path) + ".tmp";
  const int out = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (size < 0 || out < 0) return false;
  const bool written = write(out, buffer.data(), static_cast<std::size_t>(size)) == size;
  const bool synced = fsync(out) == 0;
  close(out);
  return written && synced && std::rename(temporary.c_str(), path) == 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return 2;
  const std::string_view what = arguments[1];
  std::vector<char> buffer;
  for (int i = 2; i < count; ++i) {
    const bool ok =
        what == "read" ? read_head(arguments[i], buffer) : rewrite(arguments[i], buffer);
    if (!ok) return 1;
  }
  return 0;
}

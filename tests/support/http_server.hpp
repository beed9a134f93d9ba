// SPDX-License-Identifier: Apache-2.0
// A server for tests, on this machine, as good or as hostile as the test wants it.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace colophon::testing {

class HttpServer {
 public:
  struct Asked {
    std::string head, body;
  };
  struct Reply {
    std::string bytes;     ///< everything, the status line too
    int pause_ms = 0;      ///< before each byte
    bool forever = false;  ///< the bytes again and again
  };
  explicit HttpServer(std::function<Reply(const Asked&)> answer);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  [[nodiscard]] std::string url(const std::string& path = "/") const;
  [[nodiscard]] int port() const { return port_; }
  /// What was asked until now.
  [[nodiscard]] std::vector<Asked> asked() const;

  /// A whole answer.
  static Reply ok(const std::string& body, const std::string& type = "application/octet-stream");
  static Reply status(const std::string& line, const std::string& more_headers = "");

 private:
  void run();
  void serve(int connection);

  std::function<Reply(const Asked&)> answer_;
  int listener_ = -1, port_ = 0;
  std::atomic<bool> ends_ = false;
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;
  std::thread thread_;
};

}  // namespace colophon::testing

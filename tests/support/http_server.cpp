// SPDX-License-Identifier: Apache-2.0
#include "support/http_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace colophon::testing {
namespace {

/// Bytes that stand in front of the end of the head, and how many come behind it.
std::size_t body_size(const std::string& head) {
  const auto at = head.find("Content-Length: ");
  return at == std::string::npos
             ? 0
             : static_cast<std::size_t>(std::strtoul(head.c_str() + at + 16, nullptr, 10));
}

}  // namespace

HttpServer::HttpServer(std::function<Reply(const Asked&)> answer) : answer_(std::move(answer)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (bind(listener_, plain, size) != 0 || listen(listener_, 8) != 0 ||
      getsockname(listener_, plain, &size) != 0) {
    throw std::runtime_error("no server on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

HttpServer::~HttpServer() {
  ends_ = true;
  thread_.join();
  close(listener_);
}

std::string HttpServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<HttpServer::Asked> HttpServer::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

HttpServer::Reply HttpServer::ok(const std::string& body, const std::string& type) {
  return {"HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: " +
          std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body};
}

HttpServer::Reply HttpServer::status(const std::string& line, const std::string& more_headers) {
  return {"HTTP/1.1 " + line + "\r\n" + more_headers +
          "Content-Length: 0\r\nConnection: close\r\n\r\n"};
}

/// One connection at a time.
void HttpServer::run() {
  while (!ends_) {
    pollfd wanted{listener_, POLLIN, 0};
    if (poll(&wanted, 1, 20) <= 0) continue;
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    serve(connection);
    close(connection);
  }
}

void HttpServer::serve(int connection) {
  std::string all;
  std::array<char, 4096> block{};
  std::size_t wanted = SIZE_MAX;
  while (all.size() < wanted) {
    const ssize_t size = recv(connection, block.data(), block.size(), 0);
    if (size <= 0) return;
    all.append(block.data(), static_cast<std::size_t>(size));
    const auto end = all.find("\r\n\r\n");
    if (wanted == SIZE_MAX && end != std::string::npos) {
      wanted = end + 4 + body_size(all.substr(0, end));
    }
  }
  const auto end = all.find("\r\n\r\n");
  const Asked asked{all.substr(0, end), all.substr(end + 4)};
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(asked);
  }
  const Reply reply = answer_(asked);
  const std::size_t step = reply.pause_ms > 0 ? 1 : reply.bytes.size();
  do {
    for (std::size_t at = 0; at < reply.bytes.size() && !ends_; at += step) {
      std::this_thread::sleep_for(std::chrono::milliseconds(reply.pause_ms));
      if (send(connection, reply.bytes.data() + at, step, MSG_NOSIGNAL) < 0) return;
    }
  } while (reply.forever && !ends_);
}

}  // namespace colophon::testing

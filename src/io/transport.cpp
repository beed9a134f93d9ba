// SPDX-License-Identifier: Apache-2.0
// Redirects are followed here and not by libcurl, so that each hop is judged.
#include "io/transport.hpp"

// What replaces CURLOPT_PROTOCOLS is not known to the libraries of 2022.
#define CURL_DISABLE_DEPRECATION
#include <curl/curl.h>
#include <dlfcn.h>
#include <fmt/core.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <mutex>

#include "base/text.hpp"

namespace colophon {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostRedirects = 5;
constexpr std::size_t kMostHeaderBytes = 64 * 1024;
constexpr std::size_t kMostUrl = 8192;

Failure failed(ErrorCode code, std::string message) {
  return fail(code, std::move(message), "network");
}

Failure unusable() {
  return failed(ErrorCode::Unsupported,
                "libcurl is there, but too old or without TLS: install a newer one");
}

/// The functions of libcurl, or why there are none. Never closed again.
struct Library {
  decltype(curl_global_init)* global_init = nullptr;
  decltype(curl_easy_init)* easy_init = nullptr;
  decltype(curl_easy_setopt)* easy_setopt = nullptr;
  decltype(curl_easy_perform)* easy_perform = nullptr;
  decltype(curl_easy_getinfo)* easy_getinfo = nullptr;
  decltype(curl_easy_strerror)* easy_strerror = nullptr;
  decltype(curl_easy_cleanup)* easy_cleanup = nullptr;
  decltype(curl_slist_append)* slist_append = nullptr;
  decltype(curl_slist_free_all)* slist_free_all = nullptr;

  static Result<Library> open(const std::vector<std::string>& names) {
    void* handle = nullptr;
    for (const std::string& name : names) {
      if (handle == nullptr) handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    }
    if (handle == nullptr) {
      return failed(ErrorCode::Unsupported,
                    fmt::format("{} is not installed, and going to the network needs it: apt "
                                "install libcurl4",
                                names.front()));
    }
    Library found;
    const bool complete = find(handle, "curl_global_init", found.global_init) &&
                          find(handle, "curl_easy_init", found.easy_init) &&
                          find(handle, "curl_easy_setopt", found.easy_setopt) &&
                          find(handle, "curl_easy_perform", found.easy_perform) &&
                          find(handle, "curl_easy_getinfo", found.easy_getinfo) &&
                          find(handle, "curl_easy_strerror", found.easy_strerror) &&
                          find(handle, "curl_easy_cleanup", found.easy_cleanup) &&
                          find(handle, "curl_slist_append", found.slist_append) &&
                          find(handle, "curl_slist_free_all", found.slist_free_all);
    static std::mutex starting;  // older versions start in one thread at a time only
    const std::lock_guard lock(starting);
    if (!complete || found.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return unusable();
    return found;
  }

 private:
  template <typename Function>
  static bool find(void* handle, const char* name, Function*& function) {
    function = reinterpret_cast<Function*>(dlsym(handle, name));
    return function != nullptr;
  }
};

/// A connection that is closed while it is written to shall be an error, not the end of the
/// process.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t waiting;
    sigpending(&waiting);
    was_waiting_ = sigismember(&waiting, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;
  ~NoPipeSignal() {
    constexpr timespec now{};
    if (!was_waiting_) {
      while (sigtimedwait(&pipe_, nullptr, &now) == SIGPIPE) continue;
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_{}, before_{};
  bool was_waiting_ = false;
};

bool has_scheme(std::string_view url, std::string_view scheme) {
  return url.size() > scheme.size() && equals_ignore_case(url.substr(0, scheme.size()), scheme);
}

Status check_url(const std::string& url) {
  const bool plain = url.size() <= kMostUrl && std::all_of(url.begin(), url.end(), [](char c) {
                       return c > ' ' && c != 0x7F && c != '\\';
                     });
  if (plain && (has_scheme(url, "http://") || has_scheme(url, "https://"))) return {};
  return failed(ErrorCode::Usage, fmt::format("{} is no address that begins with http:// or "
                                              "https:// and can be asked",
                                              shown_url(url)));
}

/// One exchange, without redirects.
class Exchange {
 public:
  Exchange(const Library& curl, const HttpRequest& request, const std::string& url,
           Clock::time_point deadline)
      : curl_(curl), request_(request), url_(url), deadline_(deadline), handle_(curl.easy_init()) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() {
    if (handle_ != nullptr) curl_.easy_cleanup(handle_);
    curl_.slist_free_all(headers_);
  }

  /// `redirect`: where the answer sends us, an absolute address; else empty.
  Result<HttpAnswer> run(std::string& redirect) {
    if (handle_ == nullptr) return failed(ErrorCode::Io, "libcurl gives no connection");
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
    if (left <= 0) return too_slow();
    set_up();
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(left));
    if (!accepted_) return unusable();
    const NoPipeSignal quiet;
    const CURLcode code = curl_.easy_perform(handle_);
    if (code != CURLE_OK) return explained(code);
    HttpAnswer answer;
    long status = 0;
    const char* type = nullptr;
    const char* next = nullptr;
    curl_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    curl_.easy_getinfo(handle_, CURLINFO_CONTENT_TYPE, &type);
    curl_.easy_getinfo(handle_, CURLINFO_REDIRECT_URL, &next);
    answer.status = static_cast<int>(status);
    answer.url = url_;
    answer.content_type = type != nullptr ? type : "";
    answer.body = std::move(body_);
    redirect = next != nullptr ? next : "";
    return answer;
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    accepted_ = curl_.easy_setopt(handle_, option, value) == CURLE_OK && accepted_;
  }
  void add_header(const std::string& line) {
    if (curl_slist* longer = curl_.slist_append(headers_, line.c_str())) headers_ = longer;
  }

  void set_up() {
    set(CURLOPT_URL, url_.c_str());
    set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_ms));
    set(CURLOPT_USERAGENT, "colophon");
    set(CURLOPT_ERRORBUFFER, message_.data());
    set(CURLOPT_WRITEFUNCTION, &Exchange::take_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Exchange::take_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_OPENSOCKETFUNCTION, &Exchange::open_socket);
    set(CURLOPT_OPENSOCKETDATA, this);
    if (request_.public_only) set(CURLOPT_PROXY, "");
    if (!request_.accept.empty()) add_header("Accept: " + request_.accept);
    if (request_.post) {
      set(CURLOPT_POSTFIELDSIZE, static_cast<long>(request_.body.size()));
      set(CURLOPT_POSTFIELDS, reinterpret_cast<const char*>(request_.body.data()));
      add_header("Content-Type: " + request_.body_type);
      add_header("Expect:");  // else curl waits for leave to send larger bodies
    }
    set(CURLOPT_HTTPHEADER, headers_);
  }

  static std::size_t take_body(const char* data, std::size_t, std::size_t size,
                               void* self) noexcept {
    auto& exchange = *static_cast<Exchange*>(self);
    if (size > exchange.request_.max_bytes - exchange.body_.size()) {
      exchange.too_big_ = true;
      return 0;
    }
    append(exchange.body_, Bytes(reinterpret_cast<const std::uint8_t*>(data), size));
    return size;
  }

  static std::size_t take_header(const char*, std::size_t, std::size_t size, void* self) noexcept {
    auto& exchange = *static_cast<Exchange*>(self);
    exchange.header_bytes_ += size;
    if (exchange.header_bytes_ <= kMostHeaderBytes) return size;
    exchange.too_big_ = true;
    return 0;
  }

  /// The one place that sees where a connection really goes, whatever the name resolves to.
  static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
    auto& exchange = *static_cast<Exchange*>(self);
    if (exchange.request_.public_only && !is_public_address(address->addr)) {
      exchange.not_public_ = true;
      return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  [[nodiscard]] Failure too_slow() const {
    return failed(ErrorCode::Io, fmt::format("{} took longer than {} seconds", shown_url(url_),
                                             (request_.total_ms + 999) / 1000));
  }

  Failure explained(CURLcode code) {
    const std::string shown = shown_url(url_);
    if (too_big_) {
      return failed(ErrorCode::LimitExceeded,
                    fmt::format("{} answers with more than {} bytes", shown, request_.max_bytes));
    }
    // libcurl's own clock may be a little ahead; else it was the time to connect.
    constexpr std::chrono::milliseconds kSlack(100);
    if (code == CURLE_OPERATION_TIMEDOUT && Clock::now() + kSlack >= deadline_) return too_slow();
    if (not_public_ && code == CURLE_COULDNT_CONNECT) {
      return failed(ErrorCode::Refused,
                    fmt::format("{} is an address of this machine or of a private network", shown));
    }
    const std::string reason =
        message_.front() != '\0' ? std::string(message_.data()) : curl_.easy_strerror(code);
    if (code == CURLE_PEER_FAILED_VERIFICATION) {
      return failed(ErrorCode::Refused, fmt::format("the certificate of {} is not trusted: {}",
                                                    shown, shown_url(reason)));
    }
    return failed(ErrorCode::Io, fmt::format("{} cannot be asked: {}", shown, shown_url(reason)));
  }

  const Library& curl_;
  const HttpRequest& request_;
  const std::string& url_;
  Clock::time_point deadline_;
  CURL* handle_;
  curl_slist* headers_ = nullptr;
  ByteBuffer body_;
  std::size_t header_bytes_ = 0;
  bool too_big_ = false, not_public_ = false, accepted_ = true;
  std::array<char, CURL_ERROR_SIZE> message_{};
};

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(std::vector<std::string> libraries) : names_(std::move(libraries)) {}

  HttpAnswer send(const HttpRequest& request) override {
    auto answer = send_all(request);
    if (answer) return *std::move(answer);
    HttpAnswer none;
    none.error = std::move(answer).error();
    return none;
  }

 private:
  Result<HttpAnswer> send_all(const HttpRequest& request) {
    const auto deadline = Clock::now() + std::chrono::milliseconds(request.total_ms);
    TRY(check_url(request.url));
    std::call_once(opened_, [&] { library_ = Library::open(names_); });
    if (!library_) return Failure(library_.error());
    std::string url = request.url;
    for (int hop = 0; hop <= kMostRedirects; ++hop) {
      std::string next;
      HttpAnswer answer = TRY(Exchange(*library_, request, url, deadline).run(next));
      if (next.empty()) return answer;
      TRY(check_redirect(url, next));
      if (request.post && answer.status != 307 && answer.status != 308) {
        return failed(ErrorCode::Refused, fmt::format("{} has moved to {}; ask there",
                                                      shown_url(url), shown_url(next)));
      }
      url = std::move(next);
    }
    return failed(ErrorCode::Refused, fmt::format("{} redirects more than {} times",
                                                  shown_url(request.url), kMostRedirects));
  }

  std::vector<std::string> names_;
  std::once_flag opened_;
  Result<Library> library_ = Library{};
};

}  // namespace

Status check_redirect(const std::string& from, const std::string& to) {
  TRY(check_url(to));
  if (!has_scheme(from, "https://") || has_scheme(to, "https://")) return {};
  return failed(ErrorCode::Refused, fmt::format("{} redirects to {}, where nothing is encrypted",
                                                shown_url(from), shown_url(to)));
}

std::shared_ptr<Transport> curl_transport(std::vector<std::string> libraries) {
  // The same library with another TLS beside it, as Debian has it.
  if (libraries.empty()) libraries = {"libcurl.so.4", "libcurl-gnutls.so.4"};
  return std::make_shared<CurlTransport>(std::move(libraries));
}

Result<HttpAnswer> send_for_ok(Transport& transport, const HttpRequest& request) {
  HttpAnswer answer = transport.send(request);
  if (answer.error) return Failure(*std::move(answer.error));
  if (answer.status == 200) return answer;
  return failed(ErrorCode::Io, fmt::format("{} answers with status {}",
                                           shown_url(answer.url.empty() ? request.url : answer.url),
                                           answer.status));
}

std::string shown_url(std::string_view url) {
  constexpr std::size_t kShown = 300;
  std::string out(url);
  const auto host = out.find("://");
  if (host != std::string::npos) {
    const auto end = out.find_first_of("/?#", host + 3);
    const auto at = out.rfind('@', end);
    if (at != std::string::npos && at > host) out.erase(host + 3, at + 1 - (host + 3));
  }
  out = to_valid_utf8(out);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  if (out.size() > kShown) out = to_valid_utf8(out.substr(0, kShown)) + "...";
  return out;
}

}  // namespace colophon

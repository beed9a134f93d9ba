// SPDX-License-Identifier: Apache-2.0
// A network that is not there: every request is answered by the test.
#pragma once

#include <colophon/transport.hpp>

#include <functional>

namespace colophon::testing {

class FakeTransport final : public Transport {
 public:
  using Answering = std::function<HttpAnswer(const HttpRequest&)>;
  explicit FakeTransport(Answering answering) : answering_(std::move(answering)) {}
  HttpAnswer send(const HttpRequest& request) override {
    asked.push_back(request);
    HttpAnswer answer = answering_(request);
    if (answer.url.empty()) answer.url = request.url;
    return answer;
  }
  static HttpAnswer ok(std::vector<std::uint8_t> body) {
    HttpAnswer answer;
    answer.status = 200;
    answer.body = std::move(body);
    return answer;
  }

  std::vector<HttpRequest> asked;

 private:
  Answering answering_;
};

}  // namespace colophon::testing

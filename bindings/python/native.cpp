// SPDX-License-Identifier: Apache-2.0
// The Python module colophon_text._native over src/text. Arrays come and go as numpy; long work
// runs without the interpreter's lock.
#include <fmt/core.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <atomic>
#include <thread>

#include "text/green_cache.hpp"
#include "text/text.hpp"

namespace py = pybind11;
using namespace colophon;
using namespace colophon::textmark;

namespace {

using Ids = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;
using Logits = py::array_t<float, py::array::c_style>;
constexpr std::int64_t kHighestId = 0x7FFFFFFF;

template <typename T>
T value_of(Result<T>&& result) {
  if (result) return *std::move(result);
  const Error& error = result.error();
  std::string message = error.where.empty() ? error.message : error.where + ": " + error.message;
  if (error.offset) message += fmt::format(" (at {})", *error.offset);
  throw py::value_error(message);
}
void check(Status&& status) {
  if (!status) (void)value_of(Result<int>(Failure(std::move(status).error())));
}

std::vector<Token> tokens_of(const Ids& ids) {
  if (ids.ndim() != 1) throw py::value_error("token ids are one row");
  std::vector<Token> tokens(static_cast<std::size_t>(ids.size()));
  const std::int64_t* from = ids.data();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (from[i] < 0 || from[i] > kHighestId) {
      throw py::value_error(
          fmt::format("{} at index {} is no token id; placeholders must not get here", from[i], i));
    }
    tokens[i] = static_cast<Token>(from[i]);
  }
  return tokens;
}

Scheme scheme_named(const std::string& name) {
  for (int i = 0; i < kSchemes; ++i) {
    if (name_of(static_cast<Scheme>(i)) == name) return static_cast<Scheme>(i);
  }
  throw py::value_error(fmt::format("there is no scheme \"{}\"", name));
}

/// One of `words`, by its place.
template <typename Enum>
Enum word_of(const py::handle& value, std::initializer_list<const char*> words) {
  const auto word = py::cast<std::string>(value);
  int place = 0;
  for (const char* known : words) {
    if (word == known) return static_cast<Enum>(place);
    ++place;
  }
  throw py::value_error(fmt::format("\"{}\" is not known here", word));
}

void set_number(Settings& s, const std::string& name, const py::handle& value) {
  const auto number = [&](auto& member) {
    member = py::cast<std::remove_reference_t<decltype(member)>>(value);
    return true;
  };
  const bool known =
      (name == "context_width" && number(s.context_width)) ||
      (name == "vocabulary" && number(s.vocabulary)) || (name == "history" && number(s.history)) ||
      (name == "end_token" && number(s.end_token)) || (name == "gamma" && number(s.gamma)) ||
      (name == "delta" && number(s.delta)) ||
      (name == "alpha_generation" && number(s.alpha_generation)) ||
      (name == "alpha_detection" && number(s.alpha_detection)) ||
      (name == "false_positive_rate" && number(s.false_positive_rate)) ||
      (name == "entropy" && number(s.entropy)) || (name == "table_seed" && number(s.table_seed)) ||
      (name == "table_size" && number(s.table_size)) ||
      (name == "bayes_beta" && number(s.bayes_beta)) ||
      (name == "bayes_delta" && number(s.bayes_delta)) ||
      (name == "bayes_prior" && number(s.bayes_prior)) ||
      (name == "skip_first" && number(s.skip_first)) || (name == "leaves" && number(s.leaves)) ||
      (name == "seed" && number(s.seed));
  if (!known) throw py::type_error(fmt::format("there is no setting \"{}\"", name));
}

Settings settings_of(const std::string& scheme, const py::kwargs& given) {
  Settings settings = defaults_of(scheme_named(scheme));
  for (const auto& [key, value] : given) {
    const auto name = py::cast<std::string>(key);
    if (name == "repeats") {
      settings.repeats = word_of<Repeats>(value, {"strict", "reference", "keep"});
    } else if (name == "statistic") {
      settings.statistic = word_of<Statistic>(value, {"weighted", "mean", "bayesian"});
    } else if (name == "scope") {
      settings.scope = word_of<Scope>(value, {"none", "single-turn", "all"});
    } else if (name == "table") {
      const auto table = py::cast<py::array_t<std::uint8_t, py::array::forcecast>>(value);
      settings.table.assign(table.data(), table.data() + table.size());
      settings.table_size = static_cast<std::uint32_t>(table.size());
    } else {
      set_number(settings, name, value);
    }
  }
  return settings;
}

/// A number, or a list of them; negative ones are the same 64 bits.
Key key_of(const py::handle& from) {
  const auto word = [](const py::handle& number) {
    const py::int_ mask(UINT64_MAX);
    const py::object whole = py::reinterpret_borrow<py::object>(number);
    if (!py::isinstance<py::int_>(whole)) throw py::type_error("a key is made of integers");
    if (whole < py::int_(INT64_MIN) || whole > mask) throw py::value_error("a word has 64 bits");
    return py::cast<std::uint64_t>(whole & mask);
  };
  if (py::isinstance<py::int_>(from)) return {word(from)};
  Key key;
  for (const py::handle number : py::cast<py::iterable>(from)) key.push_back(word(number));
  return key;
}

std::vector<Detection> detect_batch(const Detector& detector, const std::vector<Ids>& texts,
                                    unsigned threads) {
  std::vector<std::vector<Token>> all;
  for (const Ids& ids : texts) all.push_back(tokens_of(ids));
  std::vector<Result<Detection>> found(all.size(), Result<Detection>(Detection()));
  {
    const py::gil_scoped_release unlocked;
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (std::size_t i = next++; i < all.size(); i = next++) found[i] = detector.detect(all[i]);
    };
    if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads && i < all.size(); ++i) others.emplace_back(work);
    work();
  }
  std::vector<Detection> detections;
  for (auto& one : found) detections.push_back(value_of(std::move(one)));
  return detections;
}

/// In place. The index that was drawn; None: draw from the logits as ever.
std::optional<std::size_t> apply(Sampler& sampler, Logits& logits, const std::optional<Ids>& ids) {
  if (logits.ndim() != 1) throw py::value_error("logits are one row of float32");
  std::vector<Token> tokens;
  if (ids) {
    tokens = tokens_of(*ids);
    if (tokens.size() != static_cast<std::size_t>(logits.size())) {
      throw py::value_error(fmt::format("{} ids, but {} logits", tokens.size(), logits.size()));
    }
  }
  float* values = logits.mutable_data();  // throws for a read-only array
  const std::span<float> row(values, static_cast<std::size_t>(logits.size()));
  Result<std::optional<std::size_t>> taken = std::nullopt;
  {
    const py::gil_scoped_release unlocked;
    taken = sampler.apply(ids ? tokens.data() : nullptr, row);
  }
  return value_of(std::move(taken));
}

void bind_detection(py::module_& module) {
  py::class_<Detection>(module, "Detection")
      .def_readonly("tokens", &Detection::tokens)
      .def_readonly("scored", &Detection::scored)
      .def_readonly("repeated", &Detection::repeated)
      .def_readonly("ignored", &Detection::ignored)
      .def_readonly("unscorable", &Detection::unscorable)
      .def_readonly("score", &Detection::score)
      .def_readonly("z", &Detection::z)
      .def_readonly("posterior", &Detection::posterior)
      .def_readonly("log10_p", &Detection::log10_p)
      .def_readonly("log10_p_all", &Detection::log10_p_all)
      .def_readonly("key", &Detection::key)
      .def_readonly("keys", &Detection::keys)
      .def_readonly("minimum", &Detection::minimum)
      .def_property_readonly(
          "found", [](const Detection& d) { return d.verdict == textmark::Verdict::Found; })
      .def_property_readonly("words",
                             [](const Detection& d) { return std::string(words_of(d.verdict)); })
      .def("__repr__", [](const Detection& d) {
        return fmt::format("<{}: key {}, log10 p {:.2f}, {} of {} tokens scored>",
                           words_of(d.verdict), d.key, d.log10_p_all, d.scored, d.tokens);
      });
  py::class_<Span>(module, "Span")
      .def_readonly("begin", &Span::begin)
      .def_readonly("end", &Span::end)
      .def_readonly("scored", &Span::scored)
      .def_readonly("key", &Span::key)
      .def_readonly("log10_p", &Span::log10_p)
      .def_readonly("log10_p_all", &Span::log10_p_all);
}

}  // namespace

PYBIND11_MODULE(_native, module) {
  bind_detection(module);
  module.def("cache_limit", &set_cache_limit, py::arg("bytes"));
  module.def("instructions", [] { return std::string(instructions()); });
  std::vector<std::string> names;
  for (int i = 0; i < kSchemes; ++i) names.emplace_back(name_of(static_cast<Scheme>(i)));
  module.attr("SCHEMES") = py::tuple(py::cast(names));
  py::class_<Detector>(module, "Detector")
      .def(
          py::init([](const std::string& scheme, const py::iterable& keys, const py::kwargs& more) {
            std::vector<Key> all;
            for (const py::handle key : keys) all.push_back(key_of(key));
            return std::make_unique<Detector>(
                value_of(Detector::make(settings_of(scheme, more), std::move(all))));
          }),
          py::arg("scheme"), py::arg("keys"))
      .def("ignore", [](Detector& d, const Ids& ids) { check(d.ignore(tokens_of(ids))); })
      .def("detect",
           [](const Detector& d, const Ids& ids) { return detect_batch(d, {ids}, 1).front(); })
      .def("detect_batch", &detect_batch, py::arg("texts"), py::arg("threads") = 0)
      .def("detect_keys", [](const Detector& d,
                             const Ids& ids) { return value_of(d.detect_keys(tokens_of(ids))); })
      .def("find_spans",
           [](const Detector& d, const Ids& ids) { return value_of(d.find_spans(tokens_of(ids))); })
      .def(
          "token_scores",
          [](const Detector& d, const Ids& ids, std::size_t key) {
            const auto scores = value_of(d.token_scores(key, tokens_of(ids)));
            return py::array_t<double>(static_cast<py::ssize_t>(scores.size()), scores.data());
          },
          py::arg("tokens"), py::arg("key") = 0)
      .def("__len__", [](const Detector& d) { return d.keys(); });
  py::class_<Sampler>(module, "Sampler")
      .def(py::init([](const std::string& scheme, const py::handle& key, const py::kwargs& more) {
             return std::make_unique<Sampler>(
                 value_of(Sampler::make(settings_of(scheme, more), key_of(key))));
           }),
           py::arg("scheme"), py::arg("key"))
      .def("apply", &apply, py::arg("logits").noconvert(), py::arg("ids") = std::nullopt)
      .def("prompt",
           [](Sampler& s, const Ids& ids) {
             for (const Token token : tokens_of(ids)) check(s.prompt(token));
           })
      .def("accept",
           [](Sampler& s, std::int64_t token) {
             if (token < 0 || token > kHighestId) {
               throw py::value_error(
                   fmt::format("{} is no token id; placeholders must not get here", token));
             }
             check(s.accept(static_cast<Token>(token)));
           })
      .def("reset", &Sampler::reset)
      .def("clone", [](const Sampler& s) { return Sampler(s); });
}

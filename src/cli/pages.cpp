// SPDX-License-Identifier: Apache-2.0
// Man page and shell completions, made from the parser's own description of itself.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/options.hpp"
#include "ops/version.hpp"

namespace colophon::cli {
namespace {

using Apps = std::vector<const CLI::App*>;

/// The subcommands that users are told about.
Apps commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) {
    return !command->get_name().empty() && !command->get_group().empty();
  });
}

std::vector<const CLI::Option*> options_of(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return !option->get_group().empty(); });
}

/// "--json", "-o", ... of one option; nothing for a positional.
std::vector<std::string> flags_of(const CLI::Option& option) {
  std::vector<std::string> flags;
  for (const std::string& name : option.get_snames()) flags.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) flags.push_back("--" + name);
  return flags;
}

/// "-" is a minus in running text unless escaped, which breaks copying from the page.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '-' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string option_heading(const CLI::Option& option) {
  const auto flags = flags_of(option);
  if (flags.empty()) return fmt::format("\\fI{}\\fR", roff(option.get_name()));
  std::string heading = fmt::format("\\fB{}\\fR", roff(fmt::format("{}", fmt::join(flags, ", "))));
  if (option.get_items_expected_max() > 0) heading += " \\fIVALUE\\fR";
  return heading;
}

void describe(const CLI::App& app, std::string& out) {
  for (const CLI::Option* option : options_of(app)) {
    out += fmt::format(".TP\n{}\n{}\n", option_heading(*option), roff(option->get_description()));
  }
}

void describe_command(const CLI::App& command, const std::string& prefix, std::string& out) {
  const std::string name = prefix + command.get_name();
  out += fmt::format(".SS {}\n{}.\n", roff(name), roff(command.get_description()));
  describe(command, out);
  for (const CLI::App* child : commands_of(command)) describe_command(*child, name + " ", out);
}

std::string words_of(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* command : commands_of(app)) words.push_back(command->get_name());
  for (const CLI::Option* option : options_of(app)) {
    for (const std::string& flag : flags_of(*option)) words.push_back(flag);
  }
  return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace

std::string man_page(const CLI::App& app) {
  std::string out = fmt::format(
      ".TH COLOPHON 1 \"\" \"colophon {}\" \"User Commands\"\n.SH NAME\ncolophon \\- {}\n"
      ".SH SYNOPSIS\n.B colophon\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR] [\\fIFILE\\fR ...]\n"
      ".SH DESCRIPTION\n{}\n.SH OPTIONS\n",
      kVersion, roff("label, read, verify and judge labels of AI-generated content"),
      roff(app.get_description()));
  describe(app, out);
  out += ".SH COMMANDS\n";
  for (const CLI::App* command : commands_of(app)) describe_command(*command, "", out);
  out += fmt::format(".SH NOTES\n.nf\n{}\n.fi\n", roff(app.get_footer()));
  return out;
}

std::string bash_completion(const CLI::App& app) {
  std::string cases;
  for (const CLI::App* command : commands_of(app)) {
    cases += fmt::format("    {}) words=\"{}\" ;;\n", command->get_name(), words_of(*command));
  }
  return fmt::format(
      "# bash completion for colophon; made from its own option table\n"
      "_colophon() {{\n"
      "  local cur=${{COMP_WORDS[COMP_CWORD]}} words=\"{}\"\n"
      "  case ${{COMP_WORDS[1]}} in\n{}  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
      "  [[ $cur == -* || $COMP_CWORD -eq 1 ]] || COMPREPLY+=($(compgen -f -- \"$cur\"))\n"
      "}}\n"
      "complete -o filenames -F _colophon colophon\n",
      words_of(app), cases);
}

std::string zsh_completion(const CLI::App& app) {
  std::string cases;
  for (const CLI::App* command : commands_of(app)) {
    cases +=
        fmt::format("    {}) compadd -- {}; _files ;;\n", command->get_name(), words_of(*command));
  }
  return fmt::format(
      "#compdef colophon\n# zsh completion for colophon; made from its own option table\n"
      "_colophon() {{\n"
      "  if (( CURRENT == 2 )); then\n    compadd -- {}\n    return\n  fi\n"
      "  case $words[2] in\n{}    *) _files ;;\n  esac\n"
      "}}\n"
      "_colophon \"$@\"\n",
      words_of(app), cases);
}

}  // namespace colophon::cli

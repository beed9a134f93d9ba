// SPDX-License-Identifier: Apache-2.0
// What a scan is made of: documents, gathered into batches that one thread judges at a time.
#pragma once

#include <colophon/types.hpp>

#include "base/bytes.hpp"
#include "io/byte_stream.hpp"

#include <string>
#include <vector>

namespace colophon::scan {

enum class DocumentKind : std::uint8_t {
  File,    ///< a file of its own: verified from where it stands
  Record,  ///< a line of JSON
  Text,    ///< running text: what a WET record holds, or a text file in an archive
  Bytes,   ///< anything else in an archive: its content says what it is
};

struct Document {
  DocumentKind kind = DocumentKind::Text;
  std::string id;                ///< its own; empty: FILE#NUMBER, or what the record says
  std::uint64_t number = 0;      ///< in its file, from 1
  std::uint64_t line = 0;        ///< of a record
  Range bytes;                   ///< in the batch
  std::string name;              ///< for telling kinds of text apart: "a.html"
  std::string address;           ///< where it was fetched from
  std::vector<Evidence> stated;  ///< what stood beside it: HTTP fields
  std::optional<Error> error;    ///< it could not be read
};

/// Where a file's reading stands; what comes before it need not be read again.
struct Position {
  std::uint64_t offset = 0;  ///< in the unpacked stream
  std::uint64_t number = 0;  ///< documents before it
  std::uint64_t line = 0;    ///< lines before it
};

/// A line of JSON among many: nothing is made for it before something is found in it.
struct RecordLine {
  Range bytes;             ///< in the batch, without the line feed
  std::uint64_t line = 0;  ///< in its file, from 1
};

enum class InputKind : std::uint8_t { File, Lines, Warc, Tar };

struct Batch {
  std::size_t file = 0;             ///< index of the input
  std::optional<InputKind> kind;    ///< of the file; nothing when it could not be opened
  ByteBuffer data;                  ///< may be larger than what the documents take of it
  std::vector<Document> documents;  ///< or:
  std::vector<RecordLine> records;  ///< numbered from `begin.number + 1` on, without gaps
  Position begin, end;              ///< in front of the batch, and behind it
  std::uint64_t stored_read = 0;
  Packing packing = Packing::None;  ///< of the file
  bool file_ends = false;
  std::optional<Error> error;  ///< of the file: nothing comes behind it
};

}  // namespace colophon::scan

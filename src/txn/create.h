// create: a new database file, complete or not there (ADR 0001).
#pragma once

#include <memory>
#include <string>

#include "format/file_header.h"
#include "txn/options.h"

namespace ddb {

// Writes a fresh file under a temporary name, syncs it and renames it to `path`; returns it open and locked. Null if
// somebody else made `path` meanwhile. 55006 if somebody else is making it, 53100, 58030, 25006.
Result<std::unique_ptr<File>> create_database_file(Vfs& vfs, Runtime& runtime, const std::string& path,
                                                   const Options& options);

// The first two pages of an empty database, unsealed, LSN 1.
void format_first_pages(std::byte* root, std::byte* free_map, size_t page_bytes);

FileUuid random_uuid(Runtime& runtime);

}  // namespace ddb

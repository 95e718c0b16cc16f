// catalog_index: every object of one state of the catalog by id, name, parent and target, without its definition. Immutable but for
// definitions that are decoded when first asked for; may be read by many threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "catalog/catalog_object.h"
#include "catalog/object_encoding.h"
#include "txn/session.h"

namespace ddb {

// A definition once somebody has decoded it. Keeps: what was set stays.
class DefinitionSlot {
 public:
  DefinitionSlot() = default;
  DefinitionSlot(const DefinitionSlot&) = delete;
  DefinitionSlot& operator=(const DefinitionSlot&) = delete;
  ~DefinitionSlot() { delete object_.load(std::memory_order_relaxed); }
  const CatalogObject* get() const { return object_.load(std::memory_order_acquire); }
  // Keeps the first of several; returns what is kept.
  const CatalogObject* set(std::unique_ptr<const CatalogObject> object) const;

 private:
  mutable std::atomic<const CatalogObject*> object_{nullptr};
};

// Lists of positions by a hash: one array of heads and one of links, because building two vectors is most of what opening costs.
class PositionChains {
 public:
  static constexpr uint32_t kEnd = ~uint32_t{0};
  // Position i is in the list of hash(i) if member(i); each list ascends.
  template <typename Member, typename Hash>
  void build(uint32_t count, Member member, Hash hash) {
    uint32_t size = 16;
    while (size < count) size *= 2;
    heads_.assign(size, kEnd);
    next_.assign(count, kEnd);
    for (uint32_t i = count; i-- > 0;) {
      if (!member(i)) continue;
      uint32_t& head = heads_[static_cast<uint32_t>(hash(i)) & (size - 1)];
      next_[i] = head;
      head = i;
    }
  }
  uint32_t first(uint64_t hash) const {
    return heads_.empty() ? kEnd : heads_[static_cast<uint32_t>(hash) & (heads_.size() - 1)];
  }
  uint32_t next(uint32_t position) const { return next_[position]; }

 private:
  std::vector<uint32_t> heads_;
  std::vector<uint32_t> next_;
};

class CatalogIndex {
 public:
  // Bounds of the catalog, so that a damaged one cannot take all memory: about 100 bytes an object.
  static constexpr uint32_t kObjectsMax = 4'000'000;

  // Reads the object tree of the session's state. XX001 for rows that are no objects, 0A000 for kinds of a newer version,
  // 54000 beyond kObjectsMax; the session's errors. Throws std::bad_alloc.
  static Result<std::shared_ptr<const CatalogIndex>> load(Session& session, PageNo root);
  // Of entries in ascending order of ids; names are copied. Throws std::bad_alloc.
  static std::shared_ptr<const CatalogIndex> make(const std::vector<CatalogEntry>& entries);

  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }
  const CatalogEntry& entry(uint32_t position) const { return entries_[position]; }
  const DefinitionSlot& slot(uint32_t position) const { return slots_[position]; }

  // Positions; kNone if there is none.
  static constexpr uint32_t kNone = PositionChains::kEnd;
  uint32_t find(ObjectId id) const;
  uint32_t find_name(ObjectId name_space, std::string_view name) const;

  // Calls found(position) for each, in order of ids.
  template <typename Found>
  void for_parent(ObjectId parent, Found found) const {
    for (uint32_t i = parents_.first(mix(parent)); i != kNone; i = parents_.next(i)) {
      if (entries_[i].parent == parent) found(i);
    }
  }
  template <typename Found>
  void for_target(ObjectId target, Found found) const {
    for (uint32_t i = targets_.first(mix(target)); i != kNone; i = targets_.next(i)) {
      if (entries_[i].target == target) found(i);
    }
  }

 private:
  static uint64_t mix(ObjectId id) { return std::hash<ObjectId>()(id) >> 32; }
  static uint64_t name_hash(ObjectId name_space, std::string_view name) {
    return std::hash<std::string_view>()(name) ^ mix(name_space);
  }
  void adopt_names(const std::vector<uint32_t>& ends);
  void build_chains();

  std::vector<CatalogEntry> entries_;  // ascending ids; names refer to names_
  std::string names_;
  std::unique_ptr<DefinitionSlot[]> slots_;
  PositionChains by_name_, parents_, targets_;
};

// Reads every row of an object tree. `row` may stop it with an error; the entry's name is dead when it returns. `sane` is empty, or says
// what is wrong with the row: such a row's entry is filled as far as it goes. XX001 of pages, 53200; the session's errors.
Status scan_objects(Session& session, PageNo root,
                    const std::function<Status(const CatalogEntry& entry, const std::string& wrong)>& row);

}  // namespace ddb

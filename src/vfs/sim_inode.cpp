// sim_inode: writes leave sector images behind, a sync applies them, a crash applies some of them.
#include "vfs/sim_inode.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/seeded_random.h"

namespace ddb {
namespace {

constexpr uint32_t kUnitBytes = 512;  // of a bit in SimImages::sectors
constexpr uint64_t kUnbounded = ~uint64_t{0};

// The bits of the sectors that [begin, end) of a chunk touches.
uint8_t touched_sectors(size_t begin, size_t end, uint32_t sector_bytes) {
  if (sector_bytes >= kSimChunkBytes) return 0xFF;
  const unsigned first = static_cast<unsigned>(begin / kUnitBytes);
  const unsigned last = static_cast<unsigned>((end - 1) / kUnitBytes);
  return static_cast<uint8_t>((0xFFu << first) & (0xFFu >> (7 - last)));
}

void apply_images(SimContent& content, const SimImages& images, uint8_t sectors) {
  if (sectors == 0) return;
  SimChunk& chunk = content.chunk_to_change(images.chunk);
  if (sectors == 0xFF) {
    chunk = images.image;
    return;
  }
  std::byte* to = chunk.bytes_to_change();
  const std::byte* from = images.image.bytes();
  for (unsigned i = 0; i < 8; ++i) {
    if ((sectors >> i & 1) != 0) std::memcpy(to + i * kUnitBytes, from + i * kUnitBytes, kUnitBytes);
  }
}

// Decides the fate of each sector by hashing its place, so that nothing has to be remembered per sector.
class SectorFate {
 public:
  SectorFate(const SimCrashPlan& plan, uint64_t inode_number, const std::vector<SimImages>& images)
      : plan_(plan), seed_(mix64(plan.seed ^ mix64(inode_number))) {
    if (plan_.mode == CrashMode::kPrefix) plan_tear(images);
    if (!images.empty()) {
      first_change_ = images.front().change;
      last_change_ = images.back().change;
    }
  }

  void apply(SimContent& content, const SimImages& images, uint8_t allowed) {
    const unsigned step = plan_.sector_bytes / kUnitBytes;
    uint8_t kept = 0;
    uint8_t garbled = 0;
    int torn = -1;
    for (unsigned i = 0; i < 8; i += step) {
      const auto bits = static_cast<uint8_t>(((1u << step) - 1) << i);
      if ((images.sectors & allowed & bits) == 0) continue;
      const uint64_t hash = mix64(seed_ ^ (uint64_t{images.chunk} * 8 + i));
      switch (fate(images, hash)) {
        case Fate::kLost:
          break;
        case Fate::kKept:
          kept |= bits;
          break;
        case Fate::kGarbled:
          garbled |= bits;
          break;
        case Fate::kTorn:
          torn = static_cast<int>(i);
          break;
      }
    }
    apply_images(content, images, kept);
    if (garbled != 0) garble(content, images.chunk, garbled);
    if (torn >= 0) tear(content, images, static_cast<size_t>(torn) * kUnitBytes);
  }

 private:
  enum class Fate { kLost, kKept, kGarbled, kTorn };

  // The write at the cut keeps its first sectors and may tear the next one inside.
  void plan_tear(const std::vector<SimImages>& images) {
    uint64_t sectors = 0;
    for (const SimImages& one : images) {
      if (one.change == plan_.cut) sectors += static_cast<unsigned>(std::popcount(one.sectors));
    }
    sectors /= plan_.sector_bytes / kUnitBytes;
    SeededRandom random(seed_ ^ 0x7EA5);
    keep_before_tear_ = random.below(sectors + 1);
    if (random.chance(500)) tear_at_byte_ = random.below(plan_.sector_bytes);
  }

  Fate fate(const SimImages& images, uint64_t hash) {
    switch (plan_.mode) {
      case CrashMode::kAllKept:
      case CrashMode::kDataOnly:
        return Fate::kKept;
      case CrashMode::kPrefix:
        if (images.change != plan_.cut) return images.change < plan_.cut ? Fate::kKept : Fate::kLost;
        if (keep_before_tear_ > 0) {
          --keep_before_tear_;
          return Fate::kKept;
        }
        return std::exchange(tear_at_byte_used_, true) || tear_at_byte_ == 0 ? Fate::kLost : Fate::kTorn;
      case CrashMode::kGarble:
        if ((hash >> 40) % 4 == 0) return Fate::kGarbled;
        [[fallthrough]];
      case CrashMode::kSectors:
        return sector_version(images, hash) ? Fate::kKept : Fate::kLost;
      default:
        return Fate::kLost;
    }
  }

  // Each sector stops at one of its versions: half of them at the last or at the durable one.
  bool sector_version(const SimImages& images, uint64_t hash) const {
    const uint64_t choice = hash % 8;
    if (choice < 3) return false;
    if (choice < 6) return true;
    const uint64_t stop = first_change_ + (hash >> 8) % (last_change_ - first_change_ + 2);
    return images.change < stop;
  }

  void garble(SimContent& content, uint32_t chunk, uint8_t sectors) const {
    std::byte* to = content.chunk_to_change(chunk).bytes_to_change();
    for (unsigned i = 0; i < 8; ++i) {
      if ((sectors >> i & 1) == 0) continue;
      SeededRandom random(seed_ ^ (uint64_t{chunk} * 8 + i) ^ 0x6A5B1E);
      const bool zeros = random.chance(200);
      for (uint32_t at = 0; at < kUnitBytes; at += 8) {
        const uint64_t word = zeros ? 0 : random.next();
        std::memcpy(to + i * kUnitBytes + at, &word, 8);
      }
    }
  }

  void tear(SimContent& content, const SimImages& images, size_t at) const {
    std::byte* to = content.chunk_to_change(images.chunk).bytes_to_change();
    std::memcpy(to + at, images.image.bytes() + at, tear_at_byte_);
  }

  const SimCrashPlan& plan_;
  uint64_t seed_;
  uint64_t first_change_ = 0;
  uint64_t last_change_ = 0;
  uint64_t keep_before_tear_ = 0;
  size_t tear_at_byte_ = 0;
  bool tear_at_byte_used_ = false;
};

}  // namespace

uint64_t SimInode::first_pending() const {
  uint64_t first = kUnbounded;
  if (!images_.empty()) first = images_.front().change;
  if (!resizes_.empty()) first = std::min(first, resizes_.front().change);
  return first;
}

void SimInode::write(uint64_t change, uint64_t offset, std::span<const std::byte> bytes,
                     uint32_t sector_bytes) {
  if (bytes.empty()) return;
  const uint64_t end = offset + bytes.size();
  const uint64_t first_chunk = offset / kSimChunkBytes;
  const uint64_t last_chunk = (end - 1) / kSimChunkBytes;
  // All memory first. Vectors grow by doubling, not to the exact size.
  const size_t needed = images_.size() + (last_chunk - first_chunk + 1);
  if (needed > images_.capacity()) images_.reserve(std::max(needed, 2 * images_.capacity()));
  visible_.own(offset, bytes.size());
  if (end > visible_.size()) resize(change, end);
  visible_.write_owned(offset, bytes);
  for (uint64_t i = first_chunk; i <= last_chunk; ++i) {
    const uint64_t start = i * kSimChunkBytes;
    const size_t from = offset > start ? offset - start : 0;
    const size_t to = std::min<uint64_t>(end - start, kSimChunkBytes);
    images_.push_back(
        {change, static_cast<uint32_t>(i), touched_sectors(from, to, sector_bytes), visible_.chunk(i)});
  }
}

void SimInode::resize(uint64_t change, uint64_t size) {
  if (size == visible_.size()) return;
  resizes_.push_back({change, size});
  try {
    visible_.set_size(size);
  } catch (...) {
    resizes_.pop_back();
    throw;
  }
}

// Running out of memory in the middle leaves some changes durable early and all of them pending: a later sync applies
// them again in order, with the same result.
void SimInode::sync(uint64_t before_change) {
  size_t resize = 0;
  size_t image = 0;
  auto resize_up_to = [&](uint64_t change) {
    for (; resize < resizes_.size() && resizes_[resize].change <= change; ++resize) {
      durable_.set_size(resizes_[resize].size);
    }
  };
  for (; image < images_.size() && images_[image].change < before_change; ++image) {
    resize_up_to(images_[image].change);
    apply_images(durable_, images_[image], images_[image].sectors);
  }
  resize_up_to(before_change - 1);
  images_.erase(images_.begin(), images_.begin() + static_cast<std::ptrdiff_t>(image));
  resizes_.erase(resizes_.begin(), resizes_.begin() + static_cast<std::ptrdiff_t>(resize));
}

// Sizes stay pending: a later sync makes them durable, with the old bytes or zeros where the doomed ones were.
void SimInode::fail_sync(uint64_t before_change) {
  std::erase_if(images_, [&](const SimImages& one) { return one.change < before_change; });
  ++failed_syncs_;
}

void SimInode::set_durable_content(std::span<const std::byte> bytes) {
  SimContent content;
  content.own(0, bytes.size());
  content.set_size(bytes.size());
  content.write_owned(0, bytes);
  durable_ = content;
  visible_ = std::move(content);
  images_.clear();
  resizes_.clear();
}

size_t SimInode::resizes_that_survive(const SimCrashPlan& plan, uint64_t random) const {
  const size_t all = resizes_.size();
  switch (plan.mode) {
    case CrashMode::kAllKept:
    case CrashMode::kSizesOnly:
      return all;
    case CrashMode::kPrefix: {
      size_t kept = 0;
      while (kept < all && resizes_[kept].change < plan.cut) ++kept;
      if (kept < all && resizes_[kept].change == plan.cut && random % 2 == 0) ++kept;
      return kept;
    }
    case CrashMode::kSectors:
    case CrashMode::kGarble:
      return random % 3 == 0 ? 0 : random % 3 == 1 ? all : (random >> 8) % (all + 1);
    default:
      return 0;
  }
}

std::shared_ptr<SimInode> SimInode::crash(const SimCrashPlan& plan) const {
  auto after = std::make_shared<SimInode>(number_);
  SimContent& content = after->durable_;
  content = durable_;
  if (plan.mode != CrashMode::kAllLost && pending() != 0) {
    const size_t kept_resizes = resizes_that_survive(plan, mix64(plan.seed ^ mix64(number_ ^ 0x512E)));
    uint64_t size = durable_.size();  // after the kept changes of size
    uint64_t old_end = kUnbounded;  // data at and past it hangs on a cut that is lost: it was never reachable
    uint64_t previous = durable_.size();  // as the program saw it
    size_t next = 0;
    auto resize_up_to = [&](uint64_t change) {
      for (; next < resizes_.size() && resizes_[next].change <= change; ++next) {
        const uint64_t to = resizes_[next].size;
        if (next < kept_resizes) {
          size = to;
          if (to < previous) content.set_size(to);
          content.set_size(kUnbounded);
        } else if (to < previous) {
          old_end = std::min(old_end, to);
        }
        previous = to;
      }
    };
    SectorFate fate(plan, number_, images_);
    content.set_size(kUnbounded);
    for (const SimImages& images : images_) {
      resize_up_to(images.change);
      const uint64_t start = uint64_t{images.chunk} * kSimChunkBytes;
      uint8_t allowed = 0xFF;
      for (unsigned i = 0; i < 8; ++i) {
        if (start + i * kUnitBytes >= old_end) allowed &= static_cast<uint8_t>(~(1u << i));
      }
      fate.apply(content, images, allowed);
    }
    resize_up_to(kUnbounded);
    content.set_size(size);
  }
  after->visible_ = content;
  return after;
}

}  // namespace ddb

package io.mooring.node.fs;

import io.mooring.runtime.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The superblock of a btrfs, as it lies on the disk (struct btrfs_super_block of the kernel's
 * include/uapi/linux/btrfs_tree.h). The kernel mounts by the first of up to three; it writes the
 * other two anew with each of its own commits.
 *
 * <p>A fsid is changed here and not by {@code btrfstune -M}, which commits a transaction for it: a
 * log that waits for its replay, as in every copy of a volume in use, does not fit the generation
 * after it, and the file system cannot be mounted any more (seen with btrfs-progs 6.2 on 6.18). A
 * write of this one block leaves log, trees and generation as they are. It also spares the host:
 * btrfstune and {@code mkfs.btrfs -U} look at every block device for another bearer of the fsid,
 * and one that does not answer would hold them up.
 */
final class BtrfsSuperblock {
  static final Extent PLACE = new Extent(64 << 10, 4 << 10);

  private static final int CHECKSUM = 0;
  private static final int CHECKSUM_END = 0x20;
  private static final int FSID = 0x20;
  private static final int BYTENR = 0x30;
  private static final int FLAGS = 0x38;
  private static final int MAGIC = 0x40;
  private static final int NUM_DEVICES = 0x88;
  private static final int INCOMPAT_FLAGS = 0xbc;
  private static final int CSUM_TYPE = 0xc4;
  private static final int METADATA_UUID = 0x23b;

  private static final long MAGIC_VALUE =
      ByteBuffer.wrap("_BHRfS_M".getBytes(StandardCharsets.US_ASCII))
          .order(ByteOrder.LITTLE_ENDIAN)
          .getLong();
  private static final int CRC32C_TYPE = 0;

  /** The blocks of its trees bear another uuid than the fsid: METADATA_UUID (kernel 5.0). */
  private static final long HAS_METADATA_UUID = 1L << 10;

  /** From here on: seed devices, metadata dumps, conversions that were not finished. */
  private static final int FIRST_STRANGE_FLAG = 32;

  private final ByteBuffer block;

  private BtrfsSuperblock(byte[] bytes) {
    block = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * One that a mount of this device alone will do for.
   *
   * @param device for a sentence
   * @throws Failure FAILED_PRECONDITION for any other
   */
  static BtrfsSuperblock parse(byte[] bytes, Object device) {
    BtrfsSuperblock superblock = new BtrfsSuperblock(bytes.clone());
    superblock.requireWhole(device);
    superblock.requireOrdinary(device);
    return superblock;
  }

  private void requireWhole(Object device) {
    boolean whole =
        block.capacity() == PLACE.length()
            && block.getLong(MAGIC) == MAGIC_VALUE
            && block.getLong(BYTENR) == PLACE.offset()
            && (!hasCrc32c() || block.getInt(CHECKSUM) == checksum());
    if (!whole) {
      throw Failure.failedPrecondition(
          ("the first btrfs superblock of %s is damaged; look at it with btrfs rescue"
                  + " super-recover")
              .formatted(device));
    }
  }

  private void requireOrdinary(Object device) {
    if (block.getLong(NUM_DEVICES) != 1) {
      throw Failure.failedPrecondition(
          ("the btrfs on %s lies on %d devices, and a volume is one; remove the others from it where"
                  + " it was made")
              .formatted(device, block.getLong(NUM_DEVICES)));
    }
    if (block.getLong(FLAGS) >>> FIRST_STRANGE_FLAG != 0) {
      throw Failure.failedPrecondition(
          ("the btrfs on %s is a seed, a dump or in the middle of a conversion (flags %#x); finish"
                  + " that with btrfstune")
              .formatted(device, block.getLong(FLAGS)));
    }
  }

  private boolean hasCrc32c() {
    return block.getShort(CSUM_TYPE) == CRC32C_TYPE;
  }

  private int checksum() {
    CRC32C crc = new CRC32C();
    crc.update(block.array(), CHECKSUM_END, block.capacity() - CHECKSUM_END);
    return (int) crc.getValue();
  }

  /** The uuid by which the kernel knows the file system. */
  UUID fsid() {
    return uuid(FSID);
  }

  /**
   * The same file system under another fsid.
   *
   * @throws Failure FAILED_PRECONDITION where its checksum is of a kind that is not made here
   */
  BtrfsSuperblock withFsid(UUID fsid, Object device) {
    if (!hasCrc32c()) {
      throw Failure.failedPrecondition(
          ("the btrfs on %s has another checksum than crc32c and is not rewritten; mount it once,"
                  + " unmount it and run btrfstune -M %s on it")
              .formatted(device, fsid));
    }
    BtrfsSuperblock next = new BtrfsSuperblock(block.array().clone());
    long incompat = block.getLong(INCOMPAT_FLAGS);
    boolean had = (incompat & HAS_METADATA_UUID) != 0;
    UUID ofTrees = had ? uuid(METADATA_UUID) : fsid();
    boolean needs = !ofTrees.equals(fsid);
    next.putUuid(FSID, fsid);
    next.putUuid(METADATA_UUID, needs ? ofTrees : new UUID(0, 0));
    next.block.putLong(
        INCOMPAT_FLAGS, needs ? incompat | HAS_METADATA_UUID : incompat & ~HAS_METADATA_UUID);
    next.block.putInt(CHECKSUM, next.checksum());
    return next;
  }

  byte[] bytes() {
    return block.array().clone();
  }

  private UUID uuid(int offset) {
    ByteBuffer bytes = block.duplicate().order(ByteOrder.BIG_ENDIAN);
    return new UUID(bytes.getLong(offset), bytes.getLong(offset + Long.BYTES));
  }

  private void putUuid(int offset, UUID uuid) {
    ByteBuffer bytes = block.duplicate().order(ByteOrder.BIG_ENDIAN);
    bytes.putLong(offset, uuid.getMostSignificantBits());
    bytes.putLong(offset + Long.BYTES, uuid.getLeastSignificantBits());
  }
}

package io.mooring.node.fs;

/**
 * How full a mounted file system is, in bytes and inodes; available is what an ordinary user may
 * still take. btrfs makes inodes as it needs them and says 0 of them all.
 */
public record Usage(
    long totalBytes,
    long usedBytes,
    long availableBytes,
    long totalInodes,
    long usedInodes,
    long freeInodes) {}

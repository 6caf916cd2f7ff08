package io.mooring.agent.block;

import java.nio.file.Path;

/**
 * A block device of this host.
 *
 * @param path what opens it
 * @param number major and minor as the kernel writes them, {@code 254:3}
 * @param sizeBytes its size now
 */
public record BlockDevice(Path path, String number, long sizeBytes) {}

package io.mooring.e2e.lab.qemu;

import com.google.gson.JsonObject;
import java.nio.file.Path;

/** What QEMU must be told to exchange the file behind a VM's system disk. */
final class SystemDisk {
  private SystemDisk() {}

  /** Arguments of {@code blockdev-add}: the file under that name, as {@link QemuCommand} has it. */
  static JsonObject node(String name, Path file) {
    JsonObject storage = new JsonObject();
    storage.addProperty("driver", "file");
    storage.addProperty("filename", file.toString());
    storage.addProperty("discard", "unmap");
    JsonObject cache = new JsonObject();
    cache.addProperty("no-flush", true);
    JsonObject node = new JsonObject();
    node.addProperty("driver", "qcow2");
    node.addProperty("node-name", name);
    node.addProperty("discard", "unmap");
    node.add("cache", cache);
    node.add("file", storage);
    return node;
  }

  /** Arguments of {@code qom-set}: the disk leads there from now on. */
  static JsonObject exchange(String name) {
    JsonObject arguments = new JsonObject();
    arguments.addProperty("path", "/machine/peripheral/disk-root");
    arguments.addProperty("property", "drive");
    arguments.addProperty("value", name);
    return arguments;
  }
}

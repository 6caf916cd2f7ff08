package io.mooring.agent.lio;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The target's tree in configfs ({@code /sys/kernel/config/target}). Paths are relative to it, with
 * {@code /} between names. Everything here returns at once in the kernel; what may wait for
 * commands in flight is removed through {@link Removal}.
 */
public interface ConfigFs {
  /** Whether there is such a directory, attribute or link; a link is not followed. */
  boolean exists(String path);

  /** The names in a directory, sorted; empty where there is no such directory. */
  List<String> children(String path);

  /** Makes an object; nothing happens where it exists. */
  void makeDirectory(String path);

  /** Links one object to another, which is how the target learns that they belong together. */
  void link(String path, String to);

  /** The object that a link leads to; empty where there is no such link. */
  Optional<String> linkTarget(String path);

  /** An attribute's text without its line end. */
  String read(String path);

  /** Sets an attribute. */
  void write(String path, String value);

  /** The same with a value that no failure's sentence may tell. */
  void writeSecret(String path, String value);

  /** Where a child process finds it. */
  Path absolute(String path);
}

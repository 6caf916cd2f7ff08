package io.mooring.node.linux;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads sysfs. Reads answer from the kernel's memory and do not reach a device; what does (writing
 * {@code scan}, {@code delete}, {@code rescan}) belongs to {@link SysfsWriter}. Paths are relative
 * to the root, without a leading slash.
 */
public final class Sysfs {
  private final Path root;

  /**
   * @param root {@code /sys}
   */
  public Sysfs(Path root) {
    this.root = requireNonNull(root, "root is null");
  }

  /** The absolute path of an entry. */
  public Path path(String entry) {
    return root.resolve(entry);
  }

  /** An attribute's text without surrounding blanks; empty when it is not there or has no value. */
  public Optional<String> read(String attribute) {
    return readBytes(attribute)
        .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1).strip());
  }

  /**
   * An attribute's bytes. Empty when it is not there, when its device went away during the read, or
   * when the kernel has no value for it: it answers all of these with an error of its own choice.
   *
   * @throws Failure INTERNAL when it is there and cannot be opened
   */
  public Optional<byte[]> readBytes(String attribute) {
    try {
      return Optional.of(Files.readAllBytes(path(attribute)));
    } catch (FileSystemException e) { // of the open; a read fails with a plain IOException
      requireAbsent(attribute, e);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A whole number; empty when the attribute is not there or is no number. */
  public Optional<Long> readNumber(String attribute) {
    return read(attribute).filter(text -> text.matches("\\d{1,18}")).map(Long::parseLong);
  }

  /**
   * The names in a directory, sorted; none when it is not there.
   *
   * @throws Failure INTERNAL when it is there and cannot be opened: "no disk" must not be said of
   *     disks that could not be looked at
   */
  public List<String> list(String directory) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path(directory))) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    } catch (NotDirectoryException e) {
      return List.of();
    } catch (FileSystemException e) {
      requireAbsent(directory, e);
      return List.of();
    } catch (IOException | DirectoryIteratorException e) { // it went away meanwhile
      return List.of();
    }
    names.sort(null);
    return List.copyOf(names);
  }

  public boolean exists(String entry) {
    return Files.exists(path(entry), LinkOption.NOFOLLOW_LINKS);
  }

  /** Where a link points, as written in it; empty when there is no such link. */
  public Optional<String> link(String entry) {
    try {
      return Optional.of(Files.readSymbolicLink(path(entry)).toString());
    } catch (AccessDeniedException e) {
      throw denied(entry, e);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The last name in where a link points, which names the kernel's object. */
  public Optional<String> linkName(String entry) {
    return link(entry).map(target -> target.substring(target.lastIndexOf('/') + 1));
  }

  /**
   * Tells what is not there from what cannot be opened: an entry that its device takes away is gone
   * from its directory before its open fails; a process without a free descriptor sees it still.
   */
  private void requireAbsent(String entry, FileSystemException e) {
    if (e instanceof AccessDeniedException) {
      throw denied(entry, e);
    }
    // What was not there may well be by now: somebody polls for it.
    if (!(e instanceof NoSuchFileException) && exists(entry)) {
      throw Failure.internal(
          "%s is there and cannot be opened: %s; look at the node plugin's limits of open files and memory"
              .formatted(path(entry), e.getReason()),
          e);
    }
  }

  private Failure denied(String entry, IOException e) {
    return Failure.internal(
        "reading " + path(entry) + " is not permitted; run the node plugin as root of the host", e);
  }
}

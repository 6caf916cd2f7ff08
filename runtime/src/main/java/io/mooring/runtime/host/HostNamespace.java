package io.mooring.runtime.host;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.config.Option;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.failure.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the host's programs and files are. A process in a container sees the image's file system;
 * the programs that it runs must be the host's, with the host's devices, mounts and sockets.
 *
 * @param process of the host, whose namespaces are entered, as its directory in {@code /proc};
 *     empty when this process runs on the host itself
 */
public record HostNamespace(Optional<Path> process) {
  /** For every process that runs programs of the host. */
  public static final Option OPTION =
      Option.of(
          "host-mount-namespace",
          "",
          "In a container `/proc/1/ns/mnt`: the mount namespace in which the host's programs are"
              + " run; empty on the host itself.");

  private static final String FORM = "/proc/[0-9]{1,10}/ns/mnt";

  public HostNamespace {
    requireNonNull(process, "process is null");
  }

  /**
   * What {@link #OPTION} says.
   *
   * @throws Failure INVALID_ARGUMENT when it is no mount namespace of a process
   */
  public static HostNamespace of(Settings settings) {
    Optional<Path> file = settings.optionalPath(OPTION.key());
    file.filter(given -> !given.toString().matches(FORM))
        .ifPresent(given -> {
          throw Failure.invalidArgument(
              "option %s = '%s' is not the mount namespace of a process; give /proc/1/ns/mnt, or nothing outside of containers"
                  .formatted(OPTION.key(), given));
        });
    return new HostNamespace(file.map(given -> given.resolve("../..").normalize()));
  }

  /** Runs the host's programs. */
  public HostCommands commands() {
    return new HostCommands(prefix());
  }

  /**
   * The host's root directory, for files that are not mounted into the container. An absolute link
   * below it leads back into the container.
   */
  public Path root() {
    return process.map(directory -> directory.resolve("root")).orElse(Path.of("/"));
  }

  /**
   * What comes before each command. The IPC namespace belongs to it: LVM and dmsetup wait for udev
   * with a semaphore that udev's rules must find (libdevmapper's udev synchronisation), else for
   * ever. And the host's env looks for the program: the image's nsenter is busybox's, which would
   * run its own mount, dd or rm in their place, since it prefers its applets to what the PATH has.
   */
  List<String> prefix() {
    return process
        .map(directory ->
            List.of(
                "nsenter",
                "--mount=" + directory.resolve("ns/mnt"),
                "--ipc=" + directory.resolve("ns/ipc"),
                "--",
                "/usr/bin/env"))
        .orElse(List.of());
  }
}

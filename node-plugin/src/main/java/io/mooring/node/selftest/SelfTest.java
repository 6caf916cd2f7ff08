package io.mooring.node.selftest;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.HostDeviceNodes;
import io.mooring.node.linux.MountTable;
import io.mooring.node.linux.Sysfs;
import io.mooring.node.multipath.DaemonState;
import io.mooring.node.multipath.Maps;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Looks whether the host has what the node plugin needs; changes nothing. */
public final class SelfTest {
  private static final Duration DAEMON_LIMIT = Duration.ofSeconds(3);
  private static final String ISCSID_SOCKET = "@ISCSIADM_ABSTRACT_NAMESPACE";

  private final Sysfs sysfs;
  private final HostPaths paths;
  private final Maps maps;
  private final Programs programs;

  public SelfTest(Sysfs sysfs, HostPaths paths, CommandRunner commands, Maps maps) {
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
    this.paths = requireNonNull(paths, "paths is null");
    this.maps = requireNonNull(maps, "maps is null");
    this.programs = new Programs(commands);
  }

  /** Looks at everything, so that one run names all that is missing. */
  public Findings run(Deadline deadline) {
    List<String> lacks = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    lookAtNamespaces(lacks);
    lookAtKernel(lacks, deadline);
    lookAtDaemons(lacks, deadline);
    programs.look(lacks, warnings, deadline);
    UdevRules.scanners(paths.udevRules())
        .forEach(rule ->
            warnings.add(
                ("the udev rule file %s scans for LUNs by itself when a target reports changes,"
                        + " which can bring up other volumes' disks; remove that rule")
                    .formatted(rule)));
    return new Findings(lacks, warnings);
  }

  private void lookAtNamespaces(List<String> lacks) {
    if (!text("self/uid_map").strip().replaceAll("\\s+", " ").equals("0 0 4294967295")) {
      lacks.add(
          "the node plugin runs in a user namespace, where the kernel's devices are out of reach;"
              + " run it as root of the host");
    }
    if (!sysIsWritable()) {
      lacks.add("/sys is mounted read-only; run the node plugin privileged");
    }
  }

  private boolean sysIsWritable() {
    String sys = sysfs.path("").toString();
    return new MountTable(paths.proc(), new HostDeviceNodes())
        .ofSelf().stream()
            .filter(mount -> mount.mountPoint().toString().equals(sys))
            .reduce((lower, upper) -> upper)
            .map(mount -> !mount.readOnly())
            .orElse(true);
  }

  private void lookAtKernel(List<String> lacks, Deadline deadline) {
    if (!sysfs.exists("module/dm_multipath")) {
      programs.lookForModule("dm_multipath", lacks, deadline);
    }
    if (!sysfs.exists("class/iscsi_transport/tcp")) {
      programs.lookForModule("iscsi_tcp", lacks, deadline);
    }
    if (!Files.exists(paths.run().resolve("udev/control"))) {
      lacks.add(
          "systemd-udevd does not run, or /run/udev of the host is not seen here; start"
              + " systemd-udevd.service and share /run with the node plugin");
    }
    if (!Files.isDirectory(paths.etc().resolve("multipath"))
        || !Files.isWritable(paths.etc().resolve("multipath"))) {
      lacks.add(
          "/etc/multipath is missing or read-only; install multipath-tools and share the directory"
              + " with the node plugin");
    }
  }

  private void lookAtDaemons(List<String> lacks, Deadline deadline) {
    if (!text("net/unix").contains(ISCSID_SOCKET)) {
      lacks.add(
          "iscsid is not reachable in this network namespace; start iscsid.socket or iscsid.service"
              + " and run the node plugin in the host's network namespace");
    }
    try {
      DaemonState state = maps.daemonState(deadline.atMost(DAEMON_LIMIT));
      if (state.state().equals("shutdown")) {
        lacks.add("multipathd is shutting down; start multipathd.service");
      }
    } catch (Failure e) {
      lacks.add(e.sentence());
    }
  }

  private String text(String entry) {
    Path file = paths.proc().resolve(entry);
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw Failure.internal("could not read " + file + "; is /proc mounted?", e);
    }
  }
}

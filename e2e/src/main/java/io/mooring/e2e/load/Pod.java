package io.mooring.e2e.load;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.guest.GuestShell;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;

/**
 * The control group of a pod that has one volume, as a kubelet with systemd makes it. The uid is
 * the one in the attachment's target path.
 */
public final class Pod implements AutoCloseable {
  /** What {@link #write} and {@link #read} ask of the device at a time. */
  public static final int REQUEST_BYTES = 64 << 10;

  private static final long MIB = 1L << 20;
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private final GuestShell shell;
  private final Attachment attachment;
  private final String slice;
  private final String keeper;

  private Pod(NodeHost node, Attachment attachment) {
    this.shell = node.vm().shell();
    this.attachment = requireNonNull(attachment, "attachment is null");
    String uid = attachment.serial();
    this.slice = "kubepods-burstable-pod" + uid + ".slice";
    this.keeper = "pod-" + uid;
  }

  /** With a process in it, so that it stays. */
  public static Pod start(NodeHost node, Attachment attachment) {
    Pod pod = new Pod(node, attachment);
    pod.shell.check(
        "systemd-run --quiet --unit=%s --slice=%s -p IOAccounting=yes -p MemoryAccounting=yes sleep infinity"
            .formatted(pod.keeper, pod.slice));
    return pod;
  }

  private String cgroup() {
    return "/sys/fs/cgroup/kubepods.slice/kubepods-burstable.slice/" + slice;
  }

  /** All of its limits, one line per device. */
  public String limits() {
    return shell.check("cat " + cgroup() + "/io.max");
  }

  /** Its limits on a device that has this name in {@code /dev/mapper}. */
  public String limits(String mapping) {
    return shell.check(
        "n=$(lsblk -dno MAJ:MIN /dev/mapper/%s | tr -d ' '); sed -n \"s/^$n //p\" %s/io.max"
            .formatted(mapping, cgroup()));
  }

  /** Somebody else takes the limits away. */
  public void loseLimits() {
    shell.check(
        "n=$(cut -d' ' -f1 %1$s/io.max); echo \"$n rbps=max wbps=max riops=max wiops=max\" > %1$s/io.max"
            .formatted(cgroup()));
  }

  /** Bytes per second of that load. */
  public long speed(Fio fio) {
    return Fio.bytesPerSecond(inContainer(fio.command()));
  }

  /** Bytes per second of a write past the cache. */
  public long write(long mebibytes) {
    return speed(mebibytes, dd("/dev/zero", file(), mebibytes) + " oflag=direct conv=notrunc");
  }

  /** Bytes per second of a write through the cache, with the kernel's write-back. */
  public long writeBack(long mebibytes) {
    return speed(mebibytes, dd("/dev/zero", file(), mebibytes) + " conv=notrunc,fsync");
  }

  /** Bytes per second of a read past the cache. */
  public long read(long mebibytes) {
    return speed(mebibytes, dd(file(), "/dev/null", mebibytes) + " iflag=direct");
  }

  private String file() {
    return switch (attachment.kind()) {
      case EXT4, XFS, BTRFS -> attachment.targetPath() + "/data";
      case BLOCK -> attachment.targetPath();
    };
  }

  private static String dd(String from, String to, long mebibytes) {
    return "dd if=%s of=%s bs=%d count=%d status=none"
        .formatted(from, to, REQUEST_BYTES, mebibytes * MIB / REQUEST_BYTES);
  }

  private long speed(long mebibytes, String command) {
    String nanos =
        inContainer(
            """
            began=$(date +%%s%%N)
            %s
            ended=$(date +%%s%%N)
            echo $((ended - began))
            """
                .formatted(command));
    return mebibytes * MIB * 1_000_000_000L / Long.parseLong(nanos);
  }

  /** By a process that enters a container's cgroup in the pod, as a runtime's child does. */
  private String inContainer(String script) {
    return shell.check(
        """
        set -e
        mkdir -p %1$s
        echo $$ > %1$s/cgroup.procs
        %2$s
        """
            .formatted(container(), script),
        Deadline.after(LONGEST));
  }

  private String container() {
    return cgroup() + "/container";
  }

  @Override
  public void close() {
    shell.check(
        "rmdir %1$s 2> /dev/null || ! test -e %1$s && systemctl stop %2$s %3$s"
            .formatted(container(), keeper, slice));
  }
}

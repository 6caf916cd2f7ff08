package io.mooring.node.cgroup;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Sysfs;
import io.mooring.node.linux.SysfsWriter;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The cgroups that the kubelet makes, in the tree of cgroup v2. With systemd as its driver they are
 * called
 *
 * <pre>
 * kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podUID.slice
 * </pre>
 *
 * with underscores in the uid, with the other driver {@code kubepods/burstable/podUID}; those of
 * guaranteed pods lie one level higher. Who has given the kubelet another root (kind does) has the
 * same below it, with its name before each.
 *
 * <p>Nothing is switched on here: the kubelet passes every controller down to its pods, and whoever
 * has changed that shall be told.
 */
public final class KubePods implements PodCgroups {
  private static final String ROOT = "fs/cgroup";
  private static final String FILE = "/io.max";
  private static final String CONTROLLER = " io ";
  private static final Duration WRITING = Duration.ofSeconds(10);

  /** What may have pods below it, and is none itself. */
  private static final Pattern ABOVE_PODS =
      Pattern.compile("(?!.*-pod)((.*-)?kube(let|pods)(-.*)?(\\.slice)?|burstable|besteffort)");

  private final Sysfs sysfs;
  private final SysfsWriter writer;

  /**
   * The tree of this host.
   *
   * @param sysfs the host's own: that of a container has the container's part of the tree
   * @param writer writes are the host's programs', and some wait for the device's I/O
   */
  public KubePods(Sysfs sysfs, SysfsWriter writer) {
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
    this.writer = requireNonNull(writer, "writer is null");
  }

  @Override
  public Optional<IoMax> limits(String pod, DeviceNumber device) {
    return find(pod).map(cgroup -> read(cgroup, device));
  }

  private IoMax read(String cgroup, DeviceNumber device) {
    return sysfs
        .read(cgroup + FILE)
        .flatMap(text -> text.lines().filter(line -> line.startsWith(device + " ")).findFirst())
        .map(IoMax::parse)
        .orElse(IoMax.NONE);
  }

  @Override
  public void limit(String pod, DeviceNumber device, IoMax limits, Deadline deadline) {
    requireUnified();
    String cgroup =
        find(pod)
            .orElseThrow(() ->
                Failure.unavailable(
                    "pod %s has no cgroup on this node; it is tried again".formatted(pod)));
    if (!sysfs.exists(cgroup + FILE)) {
      throw lacking(cgroup);
    }
    writer.write(cgroup + FILE, device + " " + limits, deadline.atMost(WRITING));
    IoMax now = read(cgroup, device);
    if (!now.equals(limits)) {
      throw Failure.internal(
          "%s was given the limits %s of %s and has %s; look at what else writes them"
              .formatted(sysfs.path(cgroup), limits, device, now));
    }
  }

  private void requireUnified() {
    if (!sysfs.exists(ROOT + "/cgroup.controllers")) {
      throw Failure.failedPrecondition(
          "this node has no cgroup v2 at %s, without which nothing limits a pod's I/O; boot it with systemd.unified_cgroup_hierarchy=1, or take the volume's limits away"
              .formatted(sysfs.path(ROOT)));
    }
  }

  /** Which cgroup on the way does not pass the controller on. */
  private Failure lacking(String cgroup) {
    if (!has(ROOT + "/cgroup.controllers")) {
      return Failure.failedPrecondition(
          "the kernel of this node has no io controller in cgroup v2 (CONFIG_BLK_CGROUP), or cgroup v1 uses it; see %s"
              .formatted(sysfs.path(ROOT + "/cgroup.controllers")));
    }
    int next = ROOT.length();
    while (next >= 0) {
      String above = cgroup.substring(0, next);
      if (!has(above + "/cgroup.subtree_control")) {
        return Failure.failedPrecondition(
            "%s does not pass the io controller on to pods, which the kubelet lets it do; find out what takes it away, or write +io to its cgroup.subtree_control"
                .formatted(sysfs.path(above)));
      }
      next = cgroup.indexOf('/', next + 1);
    }
    return Failure.failedPrecondition(
        "%s has no io.max: the kernel of this node cannot limit I/O (CONFIG_BLK_DEV_THROTTLING)"
            .formatted(sysfs.path(cgroup)));
  }

  private boolean has(String controllers) {
    return sysfs
        .read(controllers)
        .filter(names -> (" " + names + " ").contains(CONTROLLER))
        .isPresent();
  }

  private Optional<String> find(String pod) {
    return find(ROOT, "pod" + pod, "-pod" + pod.replace('-', '_') + ".slice");
  }

  private Optional<String> find(String directory, String plain, String slice) {
    List<String> below = new ArrayList<>();
    for (String name : sysfs.list(directory)) {
      if (name.equals(plain) || name.endsWith(slice)) {
        return Optional.of(directory + "/" + name);
      }
      if (ABOVE_PODS.matcher(name).matches()) {
        below.add(directory + "/" + name);
      }
    }
    return below.stream().flatMap(next -> find(next, plain, slice).stream()).findFirst();
  }
}

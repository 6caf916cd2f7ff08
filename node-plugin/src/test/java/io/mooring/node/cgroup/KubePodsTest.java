package io.mooring.node.cgroup;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Sysfs;
import io.mooring.node.linux.SysfsWriter;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.ScriptedCommands;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tree like that of cgroup v2 in a directory; a shell that writes as the kernel would. */
class KubePodsTest {
  private static final String POD = "1f7a2c4e-0000-4000-8000-0123456789ab";
  private static final String GUARANTEED =
      "kubepods.slice/kubepods-pod1f7a2c4e_0000_4000_8000_0123456789ab.slice";
  private static final DeviceNumber DEVICE = new DeviceNumber(253, 3);
  private static final IoMax SLOW = new IoMax(2 << 20, 0, 0, 100);

  @TempDir Path sys;
  private final ScriptedCommands commands = new ScriptedCommands();
  private Path root = Path.of("/");
  private PodCgroups pods =
      new KubePods(new Sysfs(root), new SysfsWriter(new Sysfs(root), commands));

  @BeforeEach
  void makeTheTree() {
    root = sys.resolve("fs/cgroup");
    write(root.resolve("cgroup.controllers"), "cpuset cpu io memory pids");
    write(root.resolve("cgroup.subtree_control"), "cpu io memory pids");
    commands.on("/bin/sh", "-c").does(this::shell);
    Sysfs sysfs = new Sysfs(sys);
    pods = new KubePods(sysfs, new SysfsWriter(sysfs, commands));
  }

  /** As kernfs does: one line per device that has a limit. */
  private CommandResult shell(Command command) {
    String line = command.argv().get(command.argv().size() - 2);
    Path file = Path.of(command.argv().getLast());
    String device = line.substring(0, line.indexOf(' '));
    List<String> others =
        read(file).lines().filter(other -> !other.startsWith(device + " ")).toList();
    String kept = others.stream().map(other -> other + "\n").collect(Collectors.joining());
    boolean free = line.equals(device + " " + IoMax.NONE);
    write(file, free ? kept : kept + line + "\n");
    return new CommandResult(0, "", "");
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(parent(file));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path pod(String directory) {
    Path pod = root.resolve(directory);
    write(pod.resolve("io.max"), "");
    for (Path above = parent(pod); !above.equals(root); above = parent(above)) {
      write(above.resolve("cgroup.subtree_control"), "cpu io memory");
    }
    return pod;
  }

  private static Path parent(Path path) {
    return requireNonNull(path.getParent());
  }

  private void limit(IoMax limits) {
    pods.limit(POD, DEVICE, limits, Deadline.after(Duration.ofSeconds(5)));
  }

  private void refused(Kind kind, String... words) {
    assertThatThrownBy(() -> limit(SLOW))
        .isInstanceOf(Failure.class)
        .hasMessageContainingAll(words)
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GUARANTEED,
        "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1f7a2c4e_0000_4000_8000_0123456789ab.slice",
        "kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1f7a2c4e_0000_4000_8000_0123456789ab.slice",
        "kubepods/pod1f7a2c4e-0000-4000-8000-0123456789ab",
        "kubepods/burstable/pod1f7a2c4e-0000-4000-8000-0123456789ab",
        "kubepods/besteffort/pod1f7a2c4e-0000-4000-8000-0123456789ab",
        "kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod1f7a2c4e_0000_4000_8000_0123456789ab.slice",
        "kubelet/kubepods/burstable/pod1f7a2c4e-0000-4000-8000-0123456789ab"
      })
  void aPodIsFoundUnderEachDriverAndQualityOfService(String directory) {
    Path pod = pod(directory);
    pod("kubepods.slice/kubepods-podffffffff_0000_4000_8000_0123456789ab.slice");

    limit(SLOW);

    assertThat(pod.resolve("io.max"))
        .hasContent("253:3 rbps=2097152 wbps=max riops=max wiops=100\n");
    assertThat(pods.limits(POD, DEVICE)).contains(SLOW);
  }

  @Test
  void otherDevicesOfThePodAreLeftAloneAndALimitGoesAgain() {
    Path pod = pod(GUARANTEED);
    write(pod.resolve("io.max"), "8:0 rbps=1 wbps=max riops=max wiops=max\n253:33 rbps=7\n");
    assertThat(pods.limits(POD, DEVICE)).contains(IoMax.NONE);

    limit(SLOW);
    limit(new IoMax(0, 5, 0, 0));
    assertThat(pods.limits(POD, DEVICE)).contains(new IoMax(0, 5, 0, 0));
    limit(IoMax.NONE);

    assertThat(pods.limits(POD, DEVICE)).contains(IoMax.NONE);
    assertThat(pod.resolve("io.max"))
        .hasContent("8:0 rbps=1 wbps=max riops=max wiops=max\n253:33 rbps=7\n");
  }

  @Test
  void aPodWithoutCgroupIsWaitedForByTheCaller() {
    assertThat(pods.limits(POD, DEVICE)).isEmpty();
    refused(Kind.UNAVAILABLE, POD, "no cgroup");
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void anotherPodsCgroupIsNeitherEnteredNorTaken() {
    pod("kubepods.slice/kubepods-podffffffff_0000_4000_8000_0123456789ab.slice/pod" + POD);
    pod("system.slice/kubepods-pod1f7a2c4e_0000_4000_8000_0123456789ab.slice");

    assertThat(pods.limits(POD, DEVICE)).isEmpty();
  }

  @Test
  void withoutCgroupV2NothingIsPromised() throws IOException {
    pod(GUARANTEED);
    Files.delete(root.resolve("cgroup.controllers"));

    refused(Kind.FAILED_PRECONDITION, "cgroup v2", "systemd.unified_cgroup_hierarchy=1");
  }

  @Test
  void whoDoesNotPassTheControllerOnIsNamed() throws IOException {
    Path pod = pod(GUARANTEED);
    Files.delete(pod.resolve("io.max"));
    refused(Kind.FAILED_PRECONDITION, "CONFIG_BLK_DEV_THROTTLING");

    write(parent(pod).resolve("cgroup.subtree_control"), "cpu memory iocost");
    refused(Kind.FAILED_PRECONDITION, root.resolve("kubepods.slice") + " does not pass");

    write(root.resolve("cgroup.subtree_control"), "");
    refused(Kind.FAILED_PRECONDITION, root + " does not pass");

    write(root.resolve("cgroup.controllers"), "cpu memory");
    refused(Kind.FAILED_PRECONDITION, "CONFIG_BLK_CGROUP");
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void aWriteThatChangesNothingIsNoProof() {
    pod(GUARANTEED);
    commands.on("/bin/sh", "-c").succeeds();

    refused(Kind.INTERNAL, "has rbps=max");
  }
}

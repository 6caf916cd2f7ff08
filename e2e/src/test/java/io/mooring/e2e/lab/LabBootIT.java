package io.mooring.e2e.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.mooring.e2e.lab.guest.GuestShell;
import io.mooring.e2e.lab.guest.SocketForward;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The lab itself: what the suite builds on has to be true. */
@Tag("long")
@Order(1)
@ExtendWith(LabExtension.class)
class LabBootIT {
  private final Lab lab;

  LabBootIT(Lab lab) {
    this.lab = lab;
  }

  @AfterEach
  void heal() {
    lab.heal();
  }

  @ParameterizedTest
  @EnumSource
  void bothWorkersReachTheStorageHostOnEachPath(StoragePath path) {
    for (int number = 1; number <= Lab.WORKERS; number++) {
      assertThat(answers(number, path)).as("%s of worker %d", path, number).isTrue();
      assertThat(lab.worker(number).shell().check("ip -br -4 address show " + path.device()))
          .contains(path.workerAddress(number) + "/24");
    }
  }

  @Test
  void aPulledCableTakesTheCarrierFromOneCardOnly() {
    GuestShell worker = lab.worker(1).shell();

    lab.pullCable(1, StoragePath.A);

    await().untilAsserted(() -> assertThat(link(worker, "path-a")).contains("NO-CARRIER"));
    assertThat(link(worker, "path-b")).doesNotContain("NO-CARRIER");
    await()
        .untilAsserted(
            () -> assertThat(link(lab.storage().shell(), "path-a-w1")).contains("NO-CARRIER"));
    assertThat(answers(1, StoragePath.A)).isFalse();
    assertThat(answers(1, StoragePath.B)).isTrue();
    assertThat(answers(2, StoragePath.A)).isTrue();

    lab.plugCable(1, StoragePath.A);

    await().untilAsserted(() -> assertThat(link(worker, "path-a")).doesNotContain("NO-CARRIER"));
    await().untilAsserted(() -> assertThat(answers(1, StoragePath.A)).isTrue());
  }

  @Test
  void aSilentPortalLosesPacketsOfOneWorkerAndNoLink() {
    lab.storage()
        .shell()
        .check("setsid socat TCP-LISTEN:3260,fork,reuseaddr SYSTEM:'echo hello' >/dev/null 2>&1 &");
    await().untilAsserted(() -> assertThat(portalAnswers(1, StoragePath.B)).isTrue());

    lab.dropPackets(StoragePath.B, 1);

    assertThat(portalAnswers(1, StoragePath.B)).isFalse();
    assertThat(portalAnswers(1, StoragePath.A)).isTrue();
    assertThat(portalAnswers(2, StoragePath.B)).isTrue();
    assertThat(link(lab.worker(1).shell(), "path-b")).doesNotContain("NO-CARRIER");

    lab.restore(StoragePath.B);

    await().untilAsserted(() -> assertThat(portalAnswers(1, StoragePath.B)).isTrue());
    lab.storage().shell().check("pkill -x socat");
  }

  @Test
  void aPowerCutIsANewBootOnTheSameDisk() {
    VirtualMachine worker = lab.worker(2);
    String before = bootId(worker);
    worker.shell().check("echo kept > /root/kept && sync /root/kept && sync /root");
    worker.shell().check("echo lost > /run/lost");

    String announced = lab.powerCut(worker);

    assertThat(bootId(worker)).isEqualTo(announced).isNotEqualTo(before);
    assertThat(worker.shell().check("cat /root/kept")).isEqualTo("kept");
    assertThat(worker.shell().run("cat /run/lost").succeeded()).isFalse();
    assertThat(answers(2, StoragePath.A)).isTrue();
  }

  @Test
  void aRebootOfTheStorageHostBringsItsVolumeGroupsBack() {
    String before = bootId(lab.storage());

    assertThat(lab.reboot(lab.storage())).isNotEqualTo(before);

    GuestShell storage = lab.storage().shell();
    assertThat(storage.check("vgs --noheadings -o vg_name").lines().map(String::strip))
        .containsExactlyInAnyOrder("mooring", "foreign");
    assertThat(storage.check("findmnt -no FSTYPE /srv/pool")).isEqualTo("xfs");
    assertThat(answers(1, StoragePath.B)).isTrue();
  }

  @Test
  void aFrozenMachineIsSilentUntilItThaws() {
    lab.worker(2).freeze();
    try {
      assertThat(answersFrom(lab.worker(1), StoragePath.A.workerAddress(2))).isFalse();
    } finally {
      lab.worker(2).thaw();
    }
    await()
        .untilAsserted(
            () -> assertThat(answersFrom(lab.worker(1), StoragePath.A.workerAddress(2))).isTrue());
  }

  @Test
  void aScriptThatOverrunsItsDeadlineIsKilledInTheMachine() {
    GuestShell worker = lab.worker(1).shell();

    assertThat(catchFailure(() -> worker.run("sleep 4711", Deadline.after(Duration.ofSeconds(1)))))
        .extracting(Failure::kind)
        .isEqualTo(Kind.DEADLINE_EXCEEDED);

    await().untilAsserted(() -> assertThat(worker.run("pgrep -f 'sleep 471[1]'").text()).isEmpty());
  }

  @Test
  void filesTravelBothWaysUnchanged(@TempDir Path folder) throws IOException {
    Path sent = folder.resolve("sent");
    byte[] bytes = new byte[3_000_001];
    new Random(7).nextBytes(bytes);
    Files.write(sent, bytes);
    GuestShell worker = lab.worker(1).shell();
    Deadline deadline = Deadline.after(Duration.ofSeconds(60));

    worker.upload(sent, "/root/some where/file", deadline);
    worker.download("/root/some where/file", folder.resolve("back"), deadline);

    assertThat(folder.resolve("back")).hasSameBinaryContentAs(sent);
    worker.check("rm -r '/root/some where'");
  }

  @Test
  void aUnixSocketOfAMachineAnswersOnAPortOfThisOne() throws IOException {
    GuestShell worker = lab.worker(1).shell();
    worker.check("setsid socat UNIX-LISTEN:/run/echo.sock,fork EXEC:cat >/dev/null 2>&1 &");
    try (SocketForward forward = worker.forwardUnixSocket("/run/echo.sock")) {
      await()
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(echo(forward, "moor")).isEqualTo("moor"));
    }
    worker.check("pkill -x socat; rm -f /run/echo.sock");
  }

  @Test
  void outputErrorsAndExitCodeStayApart() {
    assertThat(lab.worker(1).shell().run("echo out; echo err >&2; exit 7"))
        .satisfies(result -> {
          assertThat(result.exitCode()).isEqualTo(7);
          assertThat(result.stdout()).isEqualTo("out\n");
          assertThat(result.stderr()).isEqualTo("err\n");
        });
  }

  private static Failure catchFailure(Runnable call) {
    return catchThrowableOfType(Failure.class, call::run);
  }

  private static String echo(SocketForward forward, String word) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(forward.address(), 5000);
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(word.getBytes(StandardCharsets.UTF_8));
      byte[] answer = socket.getInputStream().readNBytes(word.length());
      return new String(answer, StandardCharsets.UTF_8);
    }
  }

  private static String bootId(VirtualMachine machine) {
    return machine.shell().check("cat /proc/sys/kernel/random/boot_id");
  }

  private static String link(GuestShell shell, String device) {
    return shell.check("ip link show dev " + device);
  }

  private boolean answers(int worker, StoragePath path) {
    return answersFrom(lab.worker(worker), path.storageAddress());
  }

  private static boolean answersFrom(VirtualMachine machine, String address) {
    return machine.shell().run("ping -c 1 -W 2 " + address).succeeded();
  }

  private boolean portalAnswers(int worker, StoragePath path) {
    String connect = "socat -u TCP:%s,connect-timeout=2 -".formatted(path.portal());
    return lab.worker(worker).shell().run(connect).text().equals("hello");
  }
}

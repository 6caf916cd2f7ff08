package io.mooring.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** deploy/install-agent.sh on a host of its own: programs and the root directory are made up. */
@Timeout(60)
class InstallScriptTest {
  private static final Path DEPLOY = Path.of("../deploy");
  private static final String CONFIGURATION = "etc/mooring/mooring-agent.conf";
  private static final String UNIT = "etc/systemd/system/mooring-agent.service";
  private static final String RULE = "etc/udev/rules.d/61-mooring-loop.rules";

  @TempDir Path directory;
  private Path home;
  private Path root;
  private Path programs;

  private record Outcome(int exitCode, String output) {}

  @BeforeEach
  void aHostThatHasEverything() throws Exception {
    home = directory.resolve("opt/mooring");
    root = directory.resolve("root");
    programs = Files.createDirectories(directory.resolve("programs"));
    for (String file :
        List.of(
            "install-agent.sh",
            "mooring-agent.service",
            "61-mooring-loop.rules",
            "mooring-agent.conf")) {
      Files.createDirectories(home.resolve("deploy"));
      Files.copy(
          DEPLOY.resolve(file),
          home.resolve("deploy").resolve(file),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.createDirectories(home.resolve("bin"));
    Files.copy(
        DEPLOY.resolve("bin/mooring-agent"),
        home.resolve("bin/mooring-agent"),
        StandardCopyOption.COPY_ATTRIBUTES);
    for (String program :
        List.of(
            "lvs",
            "lvcreate",
            "lvchange",
            "lvremove",
            "thin_check",
            "thin_delta",
            "dmsetup",
            "losetup",
            "modprobe")) {
      program(program, "");
    }
    for (String program : List.of("systemctl", "udevadm")) {
      program(program, "echo \"" + program + " $*\" >> " + directory.resolve("ran"));
    }
    release("ID=debian");
    Path tls = Files.createDirectories(directory.resolve("tls"));
    for (String file : List.of("tls.crt", "tls.key", "ca.crt")) {
      Files.writeString(tls.resolve(file), file);
    }
  }

  private void program(String name, String body) throws IOException {
    Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void release(String text) throws IOException {
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/os-release"), text);
  }

  private Outcome install(String... arguments) throws Exception {
    List<String> argv = new ArrayList<>();
    argv.add(home.resolve("deploy/install-agent.sh").toString());
    argv.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.put("MOORING_ROOT", root.toString());
    // What the machine of the test has of LVM must not count.
    environment.put("PATH", programs + ":" + basics());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  private String basics() throws IOException {
    Path basics = directory.resolve("basics");
    if (!Files.exists(basics)) {
      Files.createDirectories(basics);
      for (String name :
          List.of(
              "dirname", "cmp", "chmod", "mkdir", "install", "mv", "grep", "mktemp", "rm", "sed",
              "uname", "id", "cat")) {
        for (Path at : List.of(Path.of("/usr/bin", name), Path.of("/bin", name))) {
          if (Files.exists(at) && !Files.exists(basics.resolve(name))) {
            Files.createSymbolicLink(basics.resolve(name), at);
          }
        }
      }
    }
    return basics.toString();
  }

  private String[] tls(String... more) {
    return Stream.concat(Stream.of("--tls", directory.resolve("tls").toString()), Stream.of(more))
        .toArray(String[]::new);
  }

  private List<String> ran() throws IOException {
    Path file = directory.resolve("ran");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private String mode(String file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(file)));
  }

  @Test
  void aFreshHostGetsEverythingAndIsToldToEditItsConfiguration() throws Exception {
    Outcome outcome = install(tls());

    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("edit /etc/mooring/mooring-agent.conf");
    assertThat(root.resolve(UNIT)).hasSameTextualContentAs(DEPLOY.resolve("mooring-agent.service"));
    assertThat(root.resolve(RULE)).exists();
    assertThat(root.resolve(CONFIGURATION))
        .content()
        .contains("tls.private-key = /etc/mooring/tls/tls.key");
    assertThat(mode("etc/mooring/tls")).isEqualTo("rwx------");
    assertThat(mode("etc/mooring/tls/tls.key")).isEqualTo("rw-------");
    assertThat(ran()).containsExactly("systemctl daemon-reload", "udevadm control --reload");
  }

  @Test
  void aSecondRunKeepsTheConfigurationAndRestartsTheAgentAlone() throws Exception {
    install(tls());
    Files.writeString(root.resolve(CONFIGURATION), "mine");
    Files.delete(directory.resolve("ran"));

    Outcome outcome = install(tls());

    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(root.resolve(CONFIGURATION)).hasContent("mine");
    assertThat(ran())
        .containsExactly("systemctl enable mooring-agent", "systemctl restart mooring-agent");
  }

  @Test
  void aDryRunChangesNothing() throws Exception {
    Outcome outcome = install(tls("--dry-run"));

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output()).contains("/" + UNIT).contains("would run: systemctl");
    assertThat(root.resolve("etc/mooring")).doesNotExist();
    assertThat(root.resolve(UNIT)).doesNotExist();
    assertThat(ran()).isEmpty();
  }

  @Test
  void whatLacksIsNamedAsTheSystemCallsIt() throws Exception {
    Files.delete(programs.resolve("thin_check"));
    Files.delete(programs.resolve("lvcreate"));
    program("modprobe", "[ \"$2\" != iscsi_target_mod ]");

    Outcome debian = install();
    release("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"");
    Outcome rocky = install();

    assertThat(debian.exitCode()).isEqualTo(1);
    assertThat(debian.output())
        .contains("apt-get install lvm2 thin-provisioning-tools\n")
        .contains("the kernel module iscsi_target_mod is not there")
        .doesNotContain("target_core_mod is")
        .contains("nothing was installed");
    assertThat(rocky.output()).contains("dnf install lvm2 device-mapper-persistent-data\n");
    assertThat(root.resolve(UNIT)).doesNotExist();
  }

  @Test
  void certificatesAreAllThereOrNoneIsTaken() throws Exception {
    Files.delete(directory.resolve("tls/ca.crt"));

    Outcome outcome = install(tls());

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output()).contains("ca.crt is missing");
    assertThat(root.resolve("etc/mooring")).doesNotExist();
  }
}

package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.B;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.OTHER;
import static io.mooring.node.volume.NodeUnderTest.SIZE;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.NodeUnderTest.XFS;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.crypt.Passphrases;
import io.mooring.node.fake.FakeLun;
import io.mooring.node.fs.Content;
import io.mooring.node.fs.FsType;
import io.mooring.node.linux.Mount;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file system that the kernel has stopped after errors, when the next pod comes. */
class RevivalTest {
  @TempDir Path directory;
  NodeUnderTest node;

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory);
  }

  @AfterEach
  void noForeignByteWasTouched() {
    node.close();
    assertThat(node.host.violations()).isEmpty();
  }

  private void stop() {
    node.host.ailments().superOptions(node.staging(), "ro");
  }

  private int called(String method) {
    return node.host.faults().count(method);
  }

  private void assertWorksAt(Path target) {
    assertThat(node.host.mounts().at(target))
        .singleElement()
        .satisfies(mount -> {
          assertThat(mount.device()).isEqualTo(node.map().number());
          assertThat(mount.readOnly() || mount.stopped()).isFalse();
        });
    assertThat(node.lun.formats()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ro", "rw,emergency_ro", "rw,shutdown"})
  void itIsCheckedAndMountedAnewForTheNextPod(String options) {
    node.stage(EXT4);
    node.host.ailments().superOptions(node.staging(), options);
    int checks = called("fileSystems.check");

    node.publish(EXT4);

    assertWorksAt(node.staging());
    assertWorksAt(node.target());
    assertThat(called("fileSystems.check")).isEqualTo(checks + 1);
  }

  @Test
  void anXfsThatHasShutDownIsMountedAnew() {
    node.stage(XFS);
    node.host.ailments().shutDown(node.staging());

    node.publish(XFS);

    assertWorksAt(node.target());
    assertThat(called("mounts.mount")).isEqualTo(2);
  }

  /** As on kernels 6.12 to 6.14. */
  @Test
  void anExt4OfWhichOnlyErrorsAreSeenIsMountedAnewWhenItDoesNotWork() {
    node.stage(EXT4);
    node.host.ailments().meetErrors(node.staging());
    node.host.ailments().shutDown(node.staging());

    node.publish(EXT4);

    assertWorksAt(node.target());
    assertThat(called("mounts.mount")).isEqualTo(2);
  }

  @Test
  void anExt4WithErrorsThatWorksIsLeftAlone() {
    node.stage(EXT4);
    node.host.ailments().meetErrors(node.staging());

    node.publish(EXT4);

    assertThat(called("mounts.mount")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  void whatWorksIsLeftAlone(String type) {
    Access access = new Access.FileSystem(FsType.parse(type), List.of());
    node.stage(access);

    node.publish(access);

    assertThat(called("mounts.mount")).isEqualTo(1);
    assertThat(called("mounts.unmount")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ro", "noatime,ro", "rw,ro"})
  void whatIsReadOnlyByItsMountOptionsIsNotStopped(String options) {
    Access readOnly = new Access.FileSystem(FsType.EXT4, List.of(options));
    node.stage(readOnly);
    stop();

    node.publish(readOnly);

    assertThat(called("mounts.mount")).isEqualTo(1);
  }

  @Test
  void whilePodsHaveItNoOtherPodGetsItAndNothingIsTakenFromThem() {
    node.stage(EXT4);
    node.publish(EXT4);
    stop();
    Path second = directory.resolve("second");
    Publishing.Request another = node.publication(EXT4, second);

    assertRefused(
        Kind.FAILED_PRECONDITION,
        () -> node.volumes().publish(another, NodeUnderTest.soon()),
        node.target().toString(),
        "delete the pods");
    assertThat(second).doesNotExist();
    assertThat(called("mounts.unmount")).isZero();
    node.publish(EXT4);

    node.unpublish();
    node.volumes().publish(another, NodeUnderTest.soon());
    assertWorksAt(second);
  }

  @Test
  void withoutAPathItStaysMountedAndThePodWaits() {
    node.stage(EXT4);
    stop();
    node.host.cut(A);
    node.host.cut(B);

    assertRefused(Kind.UNAVAILABLE, () -> node.publish(EXT4));
    assertThat(node.host.mounts().at(node.staging())).hasSize(1);
    assertThat(node.host.mounts().at(node.target())).isEmpty();
  }

  @Test
  void whatLeadsToAnotherVolumeNowIsNotWrittenTo() {
    node.stage(EXT4);
    stop();
    node.host
        .targets()
        .map(NodeUnderTest.IQN, NodeUnderTest.LUN, new FakeLun(OTHER.serial(), SIZE));
    int done = called("fileSystems.check");

    assertRefused(Kind.FAILED_PRECONDITION, () -> node.publish(EXT4), "taken it away");

    assertThat(called("mounts.unmount")).isZero();
    assertThat(called("fileSystems.check")).isEqualTo(done);
  }

  @Test
  void whatIsStoppedAgainAtOnceIsNotPublished() {
    node.stage(EXT4);
    stop();
    node.host.ailments().everyMountIs("ro");

    assertRefused(Kind.INTERNAL, () -> node.publish(EXT4), "does not work");
    assertThat(node.host.mounts().at(node.target())).isEmpty();
  }

  @Test
  void anotherStagingPathOrContextIsRefusedBeforeAnythingIsTouched() {
    node.stage(EXT4);
    stop();
    Publishing.Request elsewhere =
        new Publishing.Request(
            VOLUME,
            directory.resolve("elsewhere"),
            node.target(),
            EXT4,
            false,
            false,
            Optional.empty(),
            Optional.empty());

    assertRefused(
        Kind.FAILED_PRECONDITION,
        () -> node.volumes().publish(elsewhere, NodeUnderTest.soon()),
        "not staged");
    assertThat(called("mounts.unmount")).isZero();
  }

  @Test
  void whatReadsBlankNowIsNotFormatted() {
    node.stage(EXT4);
    stop();
    node.lun.holding(new Content.Blank());

    assertRefused(Kind.FAILED_PRECONDITION, () -> node.publish(EXT4), "nothing is formatted");
    assertThat(node.lun.formats()).isEqualTo(1);
  }

  @Test
  void aMountInAnotherNamespaceIsNamed() {
    node.stage(EXT4);
    stop();
    node.host.pinSuperblock(VOLUME.wwid(), true);

    assertRefused(Kind.FAILED_PRECONDITION, () -> node.publish(EXT4), "815", "end that process");

    node.host.pinSuperblock(VOLUME.wwid(), false);
    node.publish(EXT4);
    assertWorksAt(node.target());
  }

  @Test
  void anEncryptedOneIsMountedAnewWithoutAPassphrase() {
    node.stage(node.encrypted(EXT4, new Passphrases("secret", Optional.empty())));
    stop();

    node.publish(EXT4);

    assertThat(node.host.mounts().table()).hasSize(2).noneMatch(Mount::fileSystemReadOnly);
  }
}

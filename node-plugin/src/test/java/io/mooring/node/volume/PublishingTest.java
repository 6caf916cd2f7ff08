package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.BLOCK;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fs.FsType;
import io.mooring.node.linux.DeviceNumber;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishingTest {
  private static final Pod WEB = new Pod("shop", "web-0", "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");

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

  @Test
  void theStagedFileSystemAppearsAtTheTarget() {
    node.stage(EXT4);
    node.publish(EXT4);
    assertThat(node.host.mounts().at(node.target()))
        .singleElement()
        .satisfies(mount -> assertThat(mount.device()).isEqualTo(node.map().number()));
  }

  @Test
  void aSecondPublishAddsNoLayer() {
    node.stage(EXT4);
    node.publish(EXT4);
    node.publish(EXT4);
    assertThat(node.host.mounts().at(node.target())).hasSize(1);
  }

  @Test
  void whatIsStagedReadOnlyByItsMountOptionsIsPublishedSo() {
    Access readOnly = new Access.FileSystem(FsType.EXT4, List.of("ro"));
    node.stage(readOnly);
    node.publish(readOnly);
    node.publish(readOnly);
    assertThat(node.host.mounts().at(node.target()))
        .singleElement()
        .satisfies(mount -> assertThat(mount.readOnly()).isTrue());
  }

  @Test
  void twoTargetsAreFineUnlessTheVolumeIsForOnePod() {
    node.stage(EXT4);
    node.publish(EXT4);
    Path second = directory.resolve("second");
    Publishing.Request shared =
        new Publishing.Request(
            VOLUME, node.staging(), second, EXT4, false, false, Optional.empty(), Optional.empty());
    Publishing.Request exclusive =
        new Publishing.Request(
            VOLUME, node.staging(), second, EXT4, false, true, Optional.empty(), Optional.empty());
    assertRefused(
        Kind.FAILED_PRECONDITION,
        () -> node.volumes().publish(exclusive, NodeUnderTest.soon()),
        node.target().toString());
    assertThat(second).doesNotExist();
    node.volumes().publish(shared, NodeUnderTest.soon());
    assertThat(node.host.mounts().at(second)).hasSize(1);
  }

  @Test
  void aPodIsKnownByItsNameUntilTheVolumeIsTakenFromIt() {
    node.stage(EXT4);
    publishFor(WEB);
    publishFor(WEB);
    assertThat(node.pods()).containsExactly(WEB);
    node.restart();
    assertThat(node.pods()).as("after a restart of the process").containsExactly(WEB);
    node.volumes().unpublish(VOLUME, pathOf(WEB), NodeUnderTest.soon());
    assertThat(node.pods()).isEmpty();
  }

  @Test
  void noPodIsKnownAfterTheVolumeHasGoneOrTheHostHasStartedAnew() {
    node.stage(EXT4);
    publishFor(WEB);
    node.host.powerCut();
    node.restart();
    assertThat(node.pods()).isEmpty();

    node.stage(EXT4);
    publishFor(WEB);
    node.host.mounts().unmount(pathOf(WEB), NodeUnderTest.soon());
    node.unstage();
    assertThat(node.pods()).isEmpty();
  }

  @Test
  void aPodIsToldByNameNamespaceAndUidOrNotAtAll() {
    String key = "csi.storage.k8s.io/pod.";
    Map<String, String> whole =
        Map.of(key + "namespace", "shop", key + "name", "web-0", key + "uid", WEB.uid());
    assertThat(Pod.of(whole)).contains(WEB);
    assertThat(Pod.of(Map.of(key + "name", "web-0", key + "uid", WEB.uid()))).isEmpty();
    assertThat(
            Pod.of(Map.of(key + "namespace", "shop", key + "name", "web-0", key + "uid", "../x")))
        .isEmpty();
  }

  private Path pathOf(Pod pod) {
    return directory.resolve("pods").resolve(pod.uid()).resolve("volumes/mount");
  }

  private void publishFor(Pod pod) {
    NodeUnderTest.makeDirectory(pathOf(pod).resolve(".."));
    node.volumes()
        .publish(
            new Publishing.Request(
                VOLUME,
                node.staging(),
                pathOf(pod),
                EXT4,
                false,
                false,
                Optional.empty(),
                Optional.of(pod)),
            NodeUnderTest.soon());
  }

  @Test
  void publishedReadOnlyIsReadOnlyAndNothingElse() {
    node.stage(EXT4);
    node.volumes().publish(node.publication(EXT4, true), NodeUnderTest.soon());
    assertThat(node.host.mounts().at(node.target()).getFirst().readOnly()).isTrue();
    assertRefused(Kind.ALREADY_EXISTS, () -> node.publish(EXT4), "read-only");
  }

  @Test
  void whatIsNotStagedIsNotPublished() {
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.publish(EXT4), "not staged");
    assertThat(node.target()).doesNotExist();
  }

  @Test
  void aStagingPathThatIsAPlainDirectoryIsNotPublished() {
    node.stage(EXT4);
    node.host.mounts().unmount(node.staging(), NodeUnderTest.soon());
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.publish(EXT4), "not staged");
    assertThat(node.host.mounts().table()).isEmpty();
  }

  @Test
  void afterARebootNothingIsPublishedBeforeItIsStagedAgain() {
    node.stage(EXT4);
    node.host.powerCut();
    node.restart();
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.publish(EXT4), "not staged");
  }

  @Test
  void nobodyWritesIntoTheDirectoriesBelowTheMounts() throws IOException {
    node.stage(EXT4);
    node.publish(EXT4);
    assertThat(Files.getPosixFilePermissions(node.staging())).isEmpty();
    assertThat(Files.getPosixFilePermissions(node.target())).isEmpty();
  }

  @Test
  void aRawDeviceAppearsAsAFileAndTwice() {
    node.stage(BLOCK);
    node.publish(BLOCK);
    node.publish(BLOCK);
    assertThat(node.target()).isRegularFile();
    assertThat(node.host.mounts().at(node.target()))
        .singleElement()
        .satisfies(mount -> assertThat(mount.root()).isEqualTo("/" + node.map().dmName()));
  }

  @Test
  void aRawDeviceIsNotReadOnlyForOnePod() {
    node.stage(BLOCK);
    assertRefused(
        Kind.FAILED_PRECONDITION,
        () -> node.volumes().publish(node.publication(BLOCK, true), NodeUnderTest.soon()),
        "attach it read-only");
  }

  @Test
  void aVolumeIsPublishedAsWhatItIsStagedAs() {
    node.stage(BLOCK);
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.publish(EXT4), "raw device");
  }

  @Test
  void aForeignMountAtTheTargetIsNeitherCoveredNorTakenAway() {
    node.stage(EXT4);
    node.host.addMount(node.target(), new DeviceNumber(8, 1), "ext4");
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.publish(EXT4), "something else");
    assertRefused(Kind.FAILED_PRECONDITION, node::unpublish, "something else");
    assertThat(node.host.mounts().at(node.target())).hasSize(1);
  }

  @Test
  void unpublishTakesAwayEveryLayerAndThePath() {
    node.stage(EXT4);
    node.publish(EXT4);
    node.host.mounts().bind(node.staging(), node.target(), false, NodeUnderTest.soon());
    node.unpublish();
    assertThat(node.host.mounts().at(node.target())).isEmpty();
    assertThat(node.target()).doesNotExist();
    node.unpublish();
  }

  @Test
  void aRawDeviceIsUnpublishedEvenWhenItsMapIsAnotherNow() {
    node.stage(BLOCK);
    node.publish(BLOCK);
    node.host.mounts().unmount(directory.resolve("nothing"), NodeUnderTest.soon());
    node.unpublish();
    assertThat(node.target()).doesNotExist();
    assertThat(node.host.mounts().table()).isEmpty();
  }

  @Test
  void filesOnTheNodesOwnDiskAreNotDeleted() throws IOException {
    Files.createDirectory(node.target());
    Files.writeString(node.target().resolve("precious"), "data");
    assertRefused(Kind.FAILED_PRECONDITION, node::unpublish, node.target().toString());
    assertThat(node.target().resolve("precious")).hasContent("data");
  }
}

package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.BLOCK;
import static io.mooring.node.volume.NodeUnderTest.BTRFS;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.crypt.Passphrases;
import io.mooring.node.fake.Faults;
import io.mooring.node.fs.Content;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The process dies at, or right after, every single call that the flows make of the host; a new
 * process gets the same request again, and everything is as if nothing had happened. The same with
 * a call that fails.
 */
class CrashTest {
  private static final int MORE_THAN_ALL_CALLS = 100;

  private static final Passphrases OLD = new Passphrases("old", Optional.empty());
  private static final Passphrases REPLACED = new Passphrases("new", Optional.of("old"));

  @TempDir Path directory;

  /** Every call of an undisturbed run. */
  private final List<String> calls = new ArrayList<>();

  /** How a call goes wrong. */
  enum Mishap {
    DIES_BEFORE,
    DIES_AFTER,
    FAILS
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void stagingAFileSystemConverges(Mishap mishap) {
    everyCall(mishap, node -> {}, node -> node.stage(EXT4), node -> assertStaged(node, 1));
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void stagingARawDeviceConverges(Mishap mishap) {
    everyCall(mishap, node -> {}, node -> node.stage(BLOCK), node -> assertStaged(node, 0));
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void unstagingAfterAStageThatBrokeOffConverges(Mishap mishap) {
    List<Integer> ends = new ArrayList<>();
    for (int call = mishap == Mishap.FAILS ? 0 : 1;
        call < MORE_THAN_ALL_CALLS && ends.isEmpty();
        call++) {
      try (NodeUnderTest node = node(call, mishap)) {
        if (!breaksOff(node, mishap, call, n -> n.stage(EXT4))) {
          ends.add(call);
        }
        node.restart();
        node.unstage();
        assertThat(node.clean()).as("after call %d", call).isTrue();
        assertThat(node.host.violations()).isEmpty();
      }
    }
    assertThat(ends).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void expandingConverges(Mishap mishap) {
    long larger = 2 * NodeUnderTest.SIZE;
    everyCall(
        mishap,
        node -> {
          node.stage(EXT4);
          node.lun.growTo(larger);
        },
        node ->
            node.volumes()
                .expand(
                    new Expansion.Request(VOLUME, node.staging(), larger, 0, Optional.empty()),
                    NodeUnderTest.soon()),
        node -> {
          assertThat(node.map().sizeBytes()).isEqualTo(larger);
          assertThat(node.lun.fileSystemBytes()).isEqualTo(larger);
        });
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void publishingConverges(Mishap mishap) {
    everyCall(
        mishap,
        node -> node.stage(EXT4),
        node -> node.publish(EXT4),
        node -> assertThat(node.host.mounts().at(node.target())).hasSize(1));
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void publishingAFileSystemThatTheKernelHasStoppedConverges(Mishap mishap) {
    everyCall(
        mishap,
        node -> {
          node.stage(EXT4);
          node.host.ailments().superOptions(node.staging(), "ro");
        },
        node -> node.publish(EXT4),
        node -> {
          assertThat(node.lun.formats()).isEqualTo(1);
          assertThat(node.host.mounts().table())
              .hasSize(2)
              .noneMatch(mount -> mount.fileSystemReadOnly());
        });
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void unpublishingConverges(Mishap mishap) {
    everyCall(
        mishap,
        node -> {
          node.stage(EXT4);
          node.publish(EXT4);
        },
        NodeUnderTest::unpublish,
        node -> {
          assertThat(node.host.mounts().at(node.target())).isEmpty();
          assertThat(node.target()).doesNotExist();
        });
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void unstagingAFileSystemConverges(Mishap mishap) {
    everyCall(
        mishap,
        node -> node.stage(EXT4),
        NodeUnderTest::unstage,
        node -> assertThat(node.clean()).isTrue());
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void unstagingARawDeviceConverges(Mishap mishap) {
    everyCall(
        mishap,
        node -> node.stage(BLOCK),
        NodeUnderTest::unstage,
        node -> assertThat(node.clean()).isTrue());
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void stagingAnEncryptedFileSystemConverges(Mishap mishap) {
    everyCall(
        mishap,
        node -> {},
        node -> node.stage(node.encrypted(EXT4, OLD)),
        node -> assertStaged(node, 1));
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void replacingAPassphraseConverges(Mishap mishap) {
    everyCall(
        mishap,
        node -> {
          node.stage(node.encrypted(EXT4, OLD));
          node.unstage();
        },
        node -> node.stage(node.encrypted(EXT4, REPLACED)),
        node -> assertThat(node.lun.header().orElseThrow().keys()).containsExactly("new"));
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void replacingAPassphraseUnderAPodConverges(Mishap mishap) {
    everyCall(
        mishap,
        node -> node.stage(node.encrypted(EXT4, OLD)),
        node -> node.publish(EXT4, REPLACED),
        node -> assertThat(node.lun.header().orElseThrow().keys()).containsExactly("new"));
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void unstagingAnEncryptedFileSystemConverges(Mishap mishap) {
    everyCall(
        mishap,
        node -> node.stage(node.encrypted(EXT4, OLD)),
        NodeUnderTest::unstage,
        node -> assertThat(node.clean()).isTrue());
  }

  @ParameterizedTest
  @EnumSource(Mishap.class)
  void stagingACopyOfABtrfsConverges(Mishap mishap) {
    everyCall(
        mishap,
        node ->
            node.lun.holding(
                new Content.Formatted("btrfs", VOLUME.uuid().toString().replace('0', '1'))),
        node -> node.stage(BTRFS),
        node -> {
          assertThat(node.host.mounts().at(node.staging())).hasSize(1);
          assertThat(node.host.fsids().mounted(VOLUME.uuid())).hasSize(1);
        });
  }

  private static void assertStaged(NodeUnderTest node, int formats) {
    // A path that failed while the other one did not is the background's.
    node.flow().lateJoin().once();
    assertThat(node.host.maps().all()).hasSize(1);
    assertThat(node.host.maps().find(VOLUME.wwid()).orElseThrow().slaves()).hasSize(2);
    assertThat(node.host.mounts().at(node.staging())).hasSize(formats);
    assertThat(node.lun.formats()).isEqualTo(formats);
    assertThat(node.tracking().get(VOLUME).orElseThrow().phase()).isEqualTo(Phase.STAGED);
  }

  private void everyCall(
      Mishap mishap,
      Consumer<NodeUnderTest> before,
      Consumer<NodeUnderTest> work,
      Consumer<NodeUnderTest> expected) {
    boolean broke = true;
    for (int call = mishap == Mishap.FAILS ? 0 : 1; broke; call++) {
      assertThat(call).isLessThan(MORE_THAN_ALL_CALLS);
      try (NodeUnderTest node = node(call, mishap)) {
        before.accept(node);
        broke = breaksOff(node, mishap, call, work);
        node.restart();
        work.accept(node);
        expected.accept(node);
        assertThat(node.host.violations()).as("after call %d", call).isEmpty();
      }
    }
  }

  private NodeUnderTest node(int call, Mishap mishap) {
    NodeUnderTest node = new NodeUnderTest(directory.resolve(mishap + "-" + call));
    NodeUnderTest.makeDirectory(node.staging());
    node.singleThreaded();
    return node;
  }

  /** Whether the mishap came about; false once the work has fewer calls than that. */
  private boolean breaksOff(
      NodeUnderTest node, Mishap mishap, int call, Consumer<NodeUnderTest> work) {
    Faults faults = node.host.faults();
    int before = faults.journal().size();
    switch (mishap) {
      case DIES_BEFORE -> faults.crashAtCall(call, false);
      case DIES_AFTER -> faults.crashAtCall(call, true);
      case FAILS -> failAt(faults, before + call);
    }
    try {
      work.accept(node);
    } catch (Failure e) {
      assertThat(e.sentence()).isNotBlank();
    }
    faults.noCrash();
    if (calls.isEmpty() && mishap == Mishap.FAILS) {
      calls.addAll(faults.journal());
      return true;
    }
    return faults.journal().size() - before >= call;
  }

  /** What an undisturbed run calls is learned in the first round. */
  private void failAt(Faults faults, int index) {
    if (index <= calls.size()) {
      String method = method(calls.get(index - 1));
      int nth =
          (int)
              calls.subList(0, index).stream()
                  .map(CrashTest::method)
                  .filter(method::equals)
                  .count();
      faults.failCall(method, nth, new Failure(Kind.UNAVAILABLE, "it broke"));
    }
  }

  private static String method(String call) {
    return call.substring(0, call.indexOf(' '));
  }
}

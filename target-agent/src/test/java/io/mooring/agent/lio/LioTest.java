package io.mooring.agent.lio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.block.BlockDevice;
import io.mooring.agent.identity.Serial;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LioTest {
  private static final String IQN = "iqn.2026-01.io.mooring:san1.0123456789abcdef";
  private static final String NODE = "iqn.2026-01.io.mooring:node.one";
  private static final Serial SERIAL = new Serial("0123456789abcdef0123456789abcdef");
  private static final Path DEVICE = Path.of("/dev/mooring/" + SERIAL.objectName());
  private static final BlockDevice DISK = new BlockDevice(DEVICE, "253:5", 4 << 20);
  private static final LunAddress LUN = new LunAddress(IQN, NODE, 7);
  private static final String BACKSTORE = "core/iblock_9750/" + SERIAL.objectName();
  private static final String GROUP = "iscsi/" + IQN + "/tpgt_1";
  private static final String LUN_LINK = GROUP + "/lun/lun_7/" + SERIAL.objectName();
  private static final String MAPPED = GROUP + "/acls/" + NODE + "/lun_7";

  private final FakeKernel kernel = new FakeKernel();
  private final Lio lio =
      kernel.lio(new Portal("192.0.2.1", 3260), new Portal("2001:db8::1", 3260));

  @BeforeEach
  void plugTheDeviceIn() {
    kernel.device(DEVICE, "253:5");
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(1));
  }

  private void export(boolean readOnly) {
    lio.prepareTarget(IQN, NODE, Optional::empty);
    lio.export(LUN, SERIAL, DISK, readOnly, soon());
    assertThat(lio.openTarget(IQN, soon())).isEmpty();
  }

  @Test
  void anExportedVolumeHasItsIdentityAndItsPlace() {
    export(false);

    assertThat(kernel.read(BACKSTORE + "/wwn/vpd_unit_serial")).endsWith(SERIAL.digits());
    assertThat(kernel.read(BACKSTORE + "/wwn/product_id")).isEqualTo("mooring");
    assertThat(kernel.read(BACKSTORE + "/attrib/emulate_tpu")).isEqualTo("1");
    assertThat(kernel.linkTarget(LUN_LINK)).contains(BACKSTORE);
    assertThat(kernel.linkTarget(MAPPED + "/" + SERIAL.objectName()))
        .contains(GROUP + "/lun/lun_7");
    assertThat(kernel.read(MAPPED + "/write_protect")).isEqualTo("0");
    assertThat(lio.exported(IQN, NODE, SERIAL)).hasValue(7);
  }

  @Test
  void aNodeThatGivesNoSignOfLifeIsForgottenBeforeItUsesAnotherPath() {
    export(false);

    String acl = GROUP + "/acls/" + NODE;
    assertThat(kernel.read(acl + "/attrib/nopin_timeout")).isEqualTo("5");
    assertThat(kernel.read(acl + "/attrib/nopin_response_timeout")).isEqualTo("5");
  }

  @Test
  void aTargetLetsNobodyInWithoutAnAclAndIsEnabledLast() {
    export(false);

    assertThat(kernel.read(GROUP + "/attrib/generate_node_acls")).isEqualTo("0");
    assertThat(kernel.read(GROUP + "/attrib/demo_mode_discovery")).isEqualTo("0");
    assertThat(kernel.read(GROUP + "/attrib/demo_mode_write_protect")).isEqualTo("1");
    assertThat(kernel.read(GROUP + "/attrib/prod_mode_write_protect")).isEqualTo("0");
    assertThat(kernel.read(GROUP + "/attrib/authentication")).isEqualTo("0");
    assertThat(kernel.read(GROUP + "/acls/" + NODE + "/cmdsn_depth")).isEqualTo("128");
    assertThat(kernel.journal().getLast()).isEqualTo("write " + GROUP + "/enable 1");
    assertThat(kernel.journal().stream().filter(entry -> entry.contains("/np/")).findFirst())
        .hasValueSatisfying(portal ->
            assertThat(kernel.journal().indexOf(portal))
                .as("portals open after the LUN is there")
                .isGreaterThan(kernel.journal().indexOf("link " + LUN_LINK)));
    assertThat(kernel.children(GROUP + "/np"))
        .containsExactlyInAnyOrder("192.0.2.1:3260", "[2001:db8::1]:3260");
  }

  @Test
  void exportingTwiceChangesNothing() {
    export(true);
    List<String> once = kernel.journal();

    export(true);

    assertThat(kernel.journal()).isEqualTo(once);
    assertThat(kernel.read(MAPPED + "/write_protect")).isEqualTo("1");
  }

  @Test
  void aDeviceWithoutDiscardIsServedWithoutUnmap() {
    kernel.makeDirectory("core/iblock_9750");
    kernel.makeDirectory(BACKSTORE);
    kernel.set(BACKSTORE + "/attrib/max_unmap_lba_count", "0");

    export(false);

    assertThat(kernel.read(BACKSTORE + "/attrib/emulate_tpu")).isEqualTo("0");
  }

  @Test
  void aBackstoreThatHoldsAnotherDeviceIsNeverExported() {
    kernel.device(DEVICE, "253:99");
    lio.prepareTarget(IQN, NODE, Optional::empty);

    assertThatThrownBy(() -> lio.export(LUN, SERIAL, DISK, false, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("holds 253:99");
    assertThat(lio.exported(IQN, NODE, SERIAL)).isEmpty();
  }

  @Test
  void aLunNumberThatAnotherVolumeHasIsNotTaken() {
    export(false);
    Serial other = new Serial("f123456789abcdef0123456789abcdef");
    Path device = Path.of("/dev/mooring/other");
    kernel.device(device, "253:6");

    assertThatThrownBy(
            () -> lio.export(LUN, other, new BlockDevice(device, "253:6", 1), false, soon()))
        .isInstanceOf(Failure.class);
    assertThat(kernel.linkTarget(LUN_LINK)).contains(BACKSTORE);
    assertThat(lio.exported(IQN, NODE, other)).isEmpty();
  }

  @Test
  void theFenceTakesTheMappedLunFirstAndLeavesNothing() {
    export(false);

    lio.fence(LUN, SERIAL, soon());

    List<String> removals =
        kernel.journal().stream().filter(entry -> entry.matches("(unlink|rmdir) .*")).toList();
    assertThat(removals)
        .containsExactly(
            "unlink " + MAPPED + "/" + SERIAL.objectName(),
            "unlink " + LUN_LINK,
            "rmdir " + MAPPED,
            "rmdir " + GROUP + "/lun/lun_7");
    assertThat(lio.lunNumbers(IQN)).isEmpty();
    lio.removeBackstore(SERIAL, soon());
    assertThat(lio.backstores()).isEmpty();
  }

  @Test
  void aFenceRepeatedOrWithoutATargetIsDone() {
    lio.fence(LUN, SERIAL, soon());
    export(false);
    lio.fence(LUN, SERIAL, soon());
    lio.fence(LUN, SERIAL, soon());
    assertThat(lio.lunNumbers(IQN)).isEmpty();
  }

  @Test
  void aFenceSaysThatCommandsAreInFlightAndStartsNoSecondRemoval() {
    export(false);
    kernel.hang(LUN_LINK);

    assertThatThrownBy(() -> lio.fence(LUN, SERIAL, soon()))
        .hasMessageContaining("in flight")
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.DEADLINE_EXCEEDED);
    List<String> before = kernel.journal();
    assertThatThrownBy(() -> lio.fence(LUN, SERIAL, Deadline.after(Duration.ofMillis(100))))
        .hasMessageContaining("in flight");

    assertThat(kernel.journal()).filteredOn(entry -> entry.equals("unlink " + LUN_LINK)).hasSize(1);
    assertThat(kernel.journal()).noneMatch(entry -> entry.startsWith("rmdir "));
    assertThat(before).isNotEmpty();
    kernel.thaw(LUN_LINK);
    lio.fence(LUN, SERIAL, soon());
    assertThat(lio.lunNumbers(IQN)).isEmpty();
  }

  @Test
  void aLunThatIsBeingDrainedIsNotMappedAgain() {
    export(false);
    kernel.hang(LUN_LINK);
    assertThatThrownBy(() -> lio.fence(LUN, SERIAL, soon())).isInstanceOf(Failure.class);

    assertThatThrownBy(() -> lio.export(LUN, SERIAL, DISK, false, soon()))
        .hasMessageContaining("in flight");
    assertThat(lio.exported(IQN, NODE, SERIAL)).isEmpty();
  }

  @Test
  void aMappingThatLostItsLunIsMadeAnew() {
    export(false);
    kernel.thaw(LUN_LINK); // somebody removed the LUN below the mapping

    export(false);

    assertThat(kernel.linkTarget(LUN_LINK)).contains(BACKSTORE);
    assertThat(lio.exported(IQN, NODE, SERIAL)).hasValue(7);
  }

  @Test
  void aPortalWhoseAddressIsDownDoesNotKeepTheOthersFromServing() {
    kernel.addressDown("192.0.2.1:3260");

    lio.prepareTarget(IQN, NODE, Optional::empty);
    List<String> closed = lio.openTarget(IQN, soon());

    assertThat(closed).singleElement().asString().contains("192.0.2.1:3260");
    assertThat(kernel.read(GROUP + "/enable")).isEqualTo("1");
    kernel.addressUp("192.0.2.1:3260");
    assertThat(lio.openTarget(IQN, soon())).isEmpty();
    assertThat(kernel.children(GROUP + "/np")).hasSize(2);
  }

  @Test
  void aPortalThatTheConfigurationLostIsClosed() {
    export(false);

    kernel.lio(new Portal("192.0.2.1", 3260)).openTarget(IQN, soon());

    assertThat(kernel.children(GROUP + "/np")).containsExactly("192.0.2.1:3260");
  }

  @Test
  void aHostWithoutTheModulesIsToldWhatItLacks() {
    kernel.noModules();

    assertThatThrownBy(() -> lio.prepare(soon()))
        .hasMessageContaining("target_core_mod")
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.FAILED_PRECONDITION);
  }

  @Test
  void aDeviceWithUnusualBlocksIsRefused() {
    kernel.makeDirectory("core/iblock_9750");
    kernel.makeDirectory(BACKSTORE);
    kernel.set(BACKSTORE + "/attrib/block_size", "2048");
    lio.prepareTarget(IQN, NODE, Optional::empty);

    assertThatThrownBy(() -> lio.export(LUN, SERIAL, DISK, false, soon()))
        .hasMessageContaining("512 or 4096");
  }
}

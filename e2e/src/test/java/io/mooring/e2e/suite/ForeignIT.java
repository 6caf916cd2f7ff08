package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.MultipathView;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs last: after everything the suite did, what is not Mooring's is as it was before Mooring
 * came.
 */
@Tag("lab")
@Tag("long")
@Order(Integer.MAX_VALUE)
@ExtendWith(MooringExtension.class)
class ForeignIT {
  private final SuiteFixture suite;
  private final Mooring mooring;

  ForeignIT(SuiteFixture suite) {
    this.suite = suite;
    this.mooring = suite.mooring();
  }

  @Test
  void aForeignLunItsSessionsAndItsMapAreAsTheyWere() {
    assertThat(suite.foreign().view()).isEqualTo(suite.foreignBefore());
  }

  @Test
  void multipathdSeesLocalDisksAndForeignLunsAsBeforeTheDropIn() {
    MultipathView before = suite.multipathBefore();
    Attachment attachment =
        mooring.provision(
            VolumeSpec.of("beside", AgentHost.THIN, VolumeKind.EXT4), mooring.node1());
    MultipathView now = MultipathView.of(mooring.node1().vm());
    mooring.remove(attachment, mooring.node1());

    assertThat(now.localDisk()).isEqualTo(before.localDisk());
    assertThat(now.foreignMap()).isEqualTo(before.foreignMap());
    assertThat(now.configuration())
        .as("the configuration but for one device section")
        .isEqualTo(before.configuration());
    assertThat(now.ownSection())
        .contains("product \"^mooring")
        .contains("path_checker \"directio\"");
  }
}

package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mooring.csi.v1.NodeGetInfoRequest;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.load.Content;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** As many volumes as a node says that it takes can be had there, and no more. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class LunLimitIT {
  private static final long SMALL_BYTES = 8L << 20;

  private final Mooring mooring;
  private final NodeHost node;

  LunLimitIT(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  @Test
  void theLastLunNumberCarriesDataAndTheVolumeBeyondItIsRefused() {
    Inventory before = mooring.inventory();
    int limit =
        (int)
            node.client()
                .stub()
                .nodeGetInfo(NodeGetInfoRequest.getDefaultInstance())
                .getMaxVolumesPerNode();
    assertThat(limit).isEqualTo(255);
    List<Attachment> published = new ArrayList<>();
    for (int i = 1; i <= limit; i++) {
      published.add(mooring.publish(create(i), VolumeKind.BLOCK, node));
      if (i % 50 == 0) {
        Progress.toStandardOutput().say("%d volumes are published".formatted(i));
      }
    }
    assertThat(published).extracting(Attachment::lun).doesNotHaveDuplicates().contains(1, limit);

    Volume beyond = create(limit + 1);
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> mooring.publish(beyond, VolumeKind.BLOCK, node))
        .satisfies(
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED))
        .withMessageContaining(node.vm().name());
    mooring.controller().delete(beyond.getVolumeId());

    for (Attachment attachment : List.of(published.getFirst(), published.getLast())) {
      node.client().stage(attachment);
      node.client().publish(attachment);
      Paths.awaitReady(node, attachment, 2);
      Content written = Content.write(node.vm(), attachment);
      assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    }
    published.forEach(attachment -> mooring.remove(attachment, node));
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private Volume create(int number) {
    return mooring
        .controller()
        .create(new VolumeSpec("limit-" + number, AgentHost.THIN, VolumeKind.BLOCK, SMALL_BYTES));
  }
}

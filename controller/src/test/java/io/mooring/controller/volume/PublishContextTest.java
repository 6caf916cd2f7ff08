package io.mooring.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.controller.target.LunPath;
import io.mooring.controller.target.Node;
import io.mooring.controller.target.Portal;
import io.mooring.controller.target.Publication;
import io.mooring.controller.target.PublishedVolume;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.target.VolumeLimits;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PublishContextTest {
  private static final String SERIAL = "0123456789abcdef0123456789abcdef";

  private static StoredVolume volume(Publication publication, boolean written) {
    return new StoredVolume(
        SERIAL,
        "pvc-1",
        "fast",
        1073741824L,
        "360014050123456789abcdef012345678",
        List.of(publication),
        Optional.empty(),
        VolumeLimits.NONE,
        written);
  }

  @Test
  void theContextIsWhatTheNodePluginReads() {
    Publication publication =
        new Publication(
            new Node("worker-1", "11111111-2222-4333-8444-555555555555"),
            true,
            List.of(
                new LunPath(
                    "iqn.2026-01.io.mooring:san-a.0011223344556677",
                    1,
                    7,
                    List.of(new Portal("10.77.1.1", 3260), new Portal("fd00::1", 3261))),
                new LunPath("iqn.x:b", 2, 255, List.of(new Portal("10.78.1.1", 3260)))));
    StoredVolume volume = volume(publication, false);

    assertThat(PublishContext.of(new PublishedVolume(volume, publication, false), 0))
        .containsOnlyKeys("wwid", "serial", "sizeBytes", "readOnly", "targets")
        .containsEntry("wwid", "360014050123456789abcdef012345678")
        .containsEntry("serial", SERIAL)
        .containsEntry("sizeBytes", "1073741824")
        .containsEntry("readOnly", "true")
        .containsEntry(
            "targets",
            "[{\"iqn\":\"iqn.2026-01.io.mooring:san-a.0011223344556677\",\"tpgt\":1,\"lun\":7,"
                + "\"portals\":[\"10.77.1.1:3260\",\"[fd00::1]:3261\"]},"
                + "{\"iqn\":\"iqn.x:b\",\"tpgt\":2,\"lun\":255,\"portals\":[\"10.78.1.1:3260\"]}]");
    assertThat(PublishContext.of(new PublishedVolume(volume, publication, true), 12))
        .containsEntry("chap", "true")
        .containsEntry("portalsRevision", "12");
    StoredVolume written = volume(publication, true);
    assertThat(PublishContext.of(new PublishedVolume(written, publication, false), 0))
        .containsEntry("written", "true");
  }
}

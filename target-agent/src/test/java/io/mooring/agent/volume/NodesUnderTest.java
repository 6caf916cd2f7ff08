package io.mooring.agent.volume;

import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.store.Documents;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

/** The nodes of a host, whose records and clock a test has in its hand. */
abstract class NodesUnderTest {
  static final String UUID = "8e2f1a3c-0000-4000-8000-000000000001";
  static final Duration QUARANTINE = Duration.ofMinutes(10);
  static final Serial SERIAL = new Serial("ab".repeat(16));

  /** All numbers but one, so that it must be that one or none. */
  static final Set<Integer> OTHERS = new TreeSet<>(IntStream.rangeClosed(2, 255).boxed().toList());

  @TempDir Path directory;
  final HandTicker time = new HandTicker();
  final Records records = new Records(List.of());

  Nodes open() {
    return open(Duration.ZERO);
  }

  Nodes open(Duration distrusted) {
    return new Nodes(
        new Documents<>(directory, NodeDocument.class),
        records,
        QUARANTINE,
        distrusted,
        time,
        time);
  }

  int take(Nodes nodes) {
    int lun = nodes.reserve("lab", UUID, Serial.random(), Set.of(), true);
    publish("lab", lun);
    nodes.settled("lab", UUID, lun);
    return lun;
  }

  Serial publish(String cluster, int lun) {
    return publish(cluster, lun, Serial.random());
  }

  Serial publish(String cluster, int lun, Serial serial) {
    records.put(
        new VolumeRecord(
            serial,
            cluster,
            serial.digits(),
            "p",
            1,
            VolumeRecord.State.READY,
            List.of(new Publication(UUID, "worker1", lun, false))));
    return serial;
  }

  void free(Nodes nodes, int lun) {
    for (VolumeRecord volume : records.all()) {
      if (volume.publicationOf(UUID).orElseThrow().lun() == lun) {
        records.remove(volume.serial());
      }
    }
    nodes.freed("lab", UUID, "worker1", lun, SERIAL);
  }
}

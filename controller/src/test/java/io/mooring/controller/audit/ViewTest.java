package io.mooring.controller.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.controller.audit.ClusterBeliefs.Attached;
import io.mooring.controller.audit.ClusterBeliefs.Recorded;
import io.mooring.controller.target.Publication;
import io.mooring.controller.target.StoredSnapshot;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.VolumeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ViewTest {
  private static final String SERIAL = "ab".repeat(16);
  private static final VolumeId VOLUME = new VolumeId("san-a", SERIAL);
  private static final NodeId NODE = new NodeId("worker1", "uuid-1");

  private final Set<String> volumes = new HashSet<>();
  private final List<Recorded> records = new ArrayList<>();
  private final List<Attached> attached = new ArrayList<>();
  private Optional<Set<String>> snapshotHandles = Optional.of(Set.of());
  private final Map<String, HostBeliefs> hosts = new HashMap<>();
  private final Map<NodeId, Set<VolumeId>> nodes = new HashMap<>();

  private View view() {
    return new View(new ClusterBeliefs(volumes, records, attached, snapshotHandles), hosts, nodes);
  }

  /** As {@code Kind node}. */
  private List<String> found() {
    return view().orphans().stream()
        .map(orphan -> (orphan.kind().word() + " " + orphan.nodeName()).strip())
        .toList();
  }

  private Orphan only() {
    assertThat(view().orphans()).hasSize(1);
    return view().orphans().getFirst();
  }

  private void stored(NodeId... publishedTo) {
    hosts.put(
        "san-a",
        new HostBeliefs(
            List.of(
                new StoredVolume(
                    SERIAL,
                    "pvc-1",
                    "fast",
                    8,
                    "w",
                    List.of(publishedTo).stream()
                        .map(node -> new Publication(node.node(), false, List.of()))
                        .toList(),
                    Optional.empty(),
                    VolumeLimits.NONE)),
            List.of()));
  }

  private void snapshot() {
    StoredSnapshot snapshot =
        new StoredSnapshot(
            "cd".repeat(16), "s", "fast", 8, SERIAL, Instant.EPOCH, Optional.empty(), true);
    HostBeliefs host = hosts.getOrDefault("san-a", new HostBeliefs(List.of(), List.of()));
    hosts.put("san-a", new HostBeliefs(host.volumes(), List.of(snapshot)));
  }

  private void known() {
    volumes.add(VOLUME.toString());
    records.add(recorded());
  }

  private static Recorded recorded() {
    return new Recorded("pvc-1", "pvc-1", "san-a", Optional.of(SERIAL));
  }

  @Test
  void whereAllAgreeNothingIsFound() {
    known();
    attached.add(new Attached(VOLUME.toString(), NODE.name(), true));
    stored(NODE);
    nodes.put(NODE, Set.of(VOLUME));

    assertThat(found()).isEmpty();
  }

  @Test
  void aVolumeThatNobodyNamesIsFoundAndMayGo() {
    stored();

    assertThat(found()).containsExactly("OrphanVolume");
    assertThat(view().obstacle(only())).isEmpty();
  }

  @Test
  void nothingGoesOfWhichSomebodyKnows() {
    stored();
    Orphan orphan = only();
    snapshot();
    assertThat(view().obstacle(orphan))
        .hasValueSatisfying(why -> assertThat(why).contains("snap-"));
    stored();
    records.add(recorded());
    assertThat(view().obstacle(orphan).orElseThrow()).contains("MooringVolume pvc-1");
    records.set(0, new Recorded("pvc-1", "pvc-1", "san-a", Optional.empty()));
    assertThat(view().obstacle(orphan).orElseThrow()).contains("MooringVolume pvc-1");
    records.clear();
    stored(NODE);
    assertThat(view().obstacle(orphan).orElseThrow()).contains("served to node worker1");
    stored();
    attached.add(new Attached(VOLUME.toString(), NODE.name(), false));
    assertThat(view().obstacle(orphan).orElseThrow()).contains("VolumeAttachment");
    attached.clear();
    nodes.put(NODE, Set.of(VOLUME));
    assertThat(view().obstacle(orphan).orElseThrow()).contains("node worker1 holds it");
    nodes.clear();
    hosts.clear();
    assertThat(view().obstacle(orphan).orElseThrow()).contains("does not answer");
  }

  @Test
  void aRecordedVolumeWithoutAPersistentVolumeIsFoundToo() {
    stored();
    records.add(recorded());

    assertThat(only().sentence()).contains("recorded as MooringVolume pvc-1");
  }

  @Test
  void aRecordWithoutItsVolumeIsFound() {
    known();
    hosts.put("san-a", new HostBeliefs(List.of(), List.of()));

    assertThat(found()).containsExactly("LostVolume");
    assertThat(only().object()).isEqualTo(VOLUME.toString());
    assertThat(view().obstacle(only())).isPresent();
  }

  @Test
  void aRecordThatWasNotCompletedIsThatOfTheVolumeOfItsName() {
    volumes.add(VOLUME.toString());
    stored();
    records.add(new Recorded("pvc-1", "pvc-1", "san-a", Optional.empty()));
    assertThat(found()).isEmpty();

    records.add(new Recorded("pvc-2", "pvc-2", "san-a", Optional.empty()));
    assertThat(found()).containsExactly("LostVolume");
  }

  @Test
  void aPublicationWithoutAnAttachmentGoesOnlyWhenItsNodeSaysThatItDoesNotHoldIt() {
    known();
    stored(NODE);
    assertThat(found()).containsExactly("OrphanPublication worker1");
    Orphan orphan = only();
    assertThat(view().obstacle(orphan).orElseThrow()).contains("not known");
    nodes.put(new NodeId("worker1", "another"), Set.of());
    assertThat(view().obstacle(orphan).orElseThrow()).contains("not known");
    nodes.put(NODE, Set.of(VOLUME));
    assertThat(view().obstacle(orphan).orElseThrow()).contains("holds it");
    nodes.put(NODE, Set.of());
    assertThat(view().obstacle(orphan)).isEmpty();
  }

  @Test
  void anAttachmentWithoutAPublicationIsFoundOnceItIsDone() {
    known();
    stored();
    attached.add(new Attached(VOLUME.toString(), NODE.name(), false));
    assertThat(found()).isEmpty();

    attached.add(new Attached(VOLUME.toString(), NODE.name(), true));
    assertThat(found()).containsExactly("LostPublication worker1");
  }

  @Test
  void aNodeThatHoldsWhatIsNotServedToItIsFound() {
    known();
    attached.add(new Attached(VOLUME.toString(), NODE.name(), true));
    stored(new NodeId(NODE.name(), "its predecessor"));
    nodes.put(NODE, Set.of(VOLUME));

    assertThat(found()).containsExactly("StrayUse worker1");
    Orphan orphan = only();
    assertThat(view().knows(orphan)).isTrue();
    nodes.clear();
    assertThat(view().knows(orphan)).isFalse();
  }

  @Test
  void aSnapshotThatNobodyNamesIsFoundWhereSnapshotsCanBeRead() {
    snapshot();
    assertThat(found()).containsExactly("OrphanSnapshot");
    Orphan orphan = only();
    assertThat(view().obstacle(orphan)).isPresent();
    snapshotHandles = Optional.of(Set.of("san-a/snap-" + "cd".repeat(16)));
    assertThat(found()).isEmpty();
    assertThat(view().knows(orphan)).isTrue();
    snapshotHandles = Optional.empty();
    assertThat(found()).isEmpty();
    assertThat(view().knows(orphan)).isFalse();
  }

  @Test
  void ofAHostThatDoesNotAnswerNothingIsSaid() {
    known();
    attached.add(new Attached(VOLUME.toString(), NODE.name(), true));
    nodes.put(NODE, Set.of(VOLUME));

    assertThat(found()).isEmpty();
    assertThat(
            view()
                .knows(
                    new Orphan(
                        Orphan.Kind.LOST_VOLUME, VOLUME.toString(), "san-a", Optional.empty(), "")))
        .isFalse();
  }
}

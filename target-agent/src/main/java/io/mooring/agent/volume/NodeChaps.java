package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.TargetNames;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.store.Documents;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the target of each node is to demand, on this host's disk. Thread-safe. */
public final class NodeChaps {
  private final Documents<ChapDocument> documents;
  private final Map<String, ChapEntry> known = new ConcurrentHashMap<>();

  /**
   * Takes over what is recorded.
   *
   * @param documents one per node, by {@link TargetNames#nodeKey}
   */
  public NodeChaps(Documents<ChapDocument> documents) {
    this.documents = requireNonNull(documents, "documents is null");
    documents.all().forEach((key, document) -> known.put(key, document.entry()));
  }

  /**
   * The node's secrets; empty where none are demanded.
   *
   * @throws Failure FAILED_PRECONDITION when the record is damaged: this is not the same as none
   */
  public Optional<Chap> of(String cluster, String uuid) {
    return entry(TargetNames.nodeKey(cluster, uuid)).flatMap(ChapEntry::chap);
  }

  /** Of what is in force; 0 where there never was any. */
  public long revision(String cluster, String uuid) {
    ChapEntry entry = known.get(TargetNames.nodeKey(cluster, uuid));
    return entry == null ? 0 : entry.revision();
  }

  private Optional<ChapEntry> entry(String key) {
    ChapEntry entry = known.get(key);
    return entry == null ? documents.get(key).map(ChapDocument::entry) : Optional.of(entry);
  }

  /**
   * Records what is to be demanded from now on; on the disk when this returns. A damaged record is
   * set aside for it.
   *
   * @throws Failure ABORTED when something newer is recorded; FAILED_PRECONDITION when the same
   *     revision is with other secrets
   */
  public synchronized void accept(String cluster, String uuid, ChapEntry entry) {
    String key = TargetNames.nodeKey(cluster, uuid);
    ChapEntry present = known.get(key);
    if (present != null && present.revision() > entry.revision()) {
      throw Failure.aborted(
          "CHAP of node %s: revision %d is older than revision %d, which is in force; try again, or where the cluster's revision was set back (chap.revision of the chart, the file of given secrets), give it that number or a higher one"
              .formatted(uuid, entry.revision(), present.revision()));
    }
    if (present != null && present.revision() == entry.revision()) {
      if (!present.chap().equals(entry.chap())) {
        throw Failure.failedPrecondition(
            "CHAP of node %s: revision %d is in force with other secrets; give the changed ones a higher revision"
                .formatted(uuid, entry.revision()));
      }
      return;
    }
    documents.put(key, new ChapDocument(cluster, uuid, entry));
    known.put(key, entry);
  }
}

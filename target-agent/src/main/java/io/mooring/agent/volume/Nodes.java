package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nodes of all clusters: who owns which uuid, and their LUN numbers. Thread-safe. */
public final class Nodes {
  private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);

  private final Documents<NodeDocument> documents;
  private final Records records;
  private final Duration quarantine;
  private final Ticker ticker;
  private final InstantSource clock;
  private final Map<String, Node> nodes = new HashMap<>();
  private final long distrustedUntilNanos;

  /** A node that has called, or is recorded. */
  private record Node(String cluster, String uuid, String name, LunPool luns) {}

  /**
   * Takes over what is recorded.
   *
   * @param documents one per node, by {@link TargetNames#nodeKey}
   * @param quarantine how long a freed LUN number rests
   * @param distrusted for how long nodes without a document are taken for nodes that lost it,
   *     because the whole directory is new although the host had volumes
   */
  public Nodes(
      Documents<NodeDocument> documents,
      Records records,
      Duration quarantine,
      Duration distrusted,
      Ticker ticker,
      InstantSource clock) {
    this.documents = requireNonNull(documents, "documents is null");
    this.records = requireNonNull(records, "records is null");
    this.quarantine = requireNonNull(quarantine, "quarantine is null");
    this.ticker = requireNonNull(ticker, "ticker is null");
    this.clock = requireNonNull(clock, "clock is null");
    distrustedUntilNanos = ticker.nanos() + distrusted.toNanos();
    documents.all().forEach(this::restore);
  }

  private void restore(String key, NodeDocument document) {
    LunPool luns = new LunPool(quarantine, ticker);
    Instant now = clock.instant();
    document.freed().forEach(freed -> luns.restore(freed, now));
    luns.answers(document.givesItsWord());
    if (document.held() != null) {
      luns.holds(document.held());
    }
    nodes.put(key, new Node(document.cluster(), document.uuid(), document.name(), luns));
  }

  /** To be called when pools were read: their records may tell what the nodes' documents do not. */
  public synchronized void poolsWereRead() {
    distrustUnrecorded();
    rememberRecorded();
  }

  /**
   * A node that has volumes but no document has lost it, and with it the times at which its numbers
   * were freed. All of them rest from now on.
   */
  private void distrustUnrecorded() {
    for (VolumeRecord volume : records.all()) {
      for (Publication publication : volume.publications()) {
        String key = TargetNames.nodeKey(volume.cluster(), publication.nodeUuid());
        if (!nodes.containsKey(key)) {
          LOG.warn(
              "the state of node {} is lost; its free LUN numbers rest for {}",
              publication.nodeName(),
              quarantine);
          add(volume.cluster(), publication.nodeUuid(), publication.nodeName(), true);
        }
      }
    }
  }

  /** An agent of an older version gave numbers to volumes without a word in the document. */
  private void rememberRecorded() {
    for (Node node : nodes.values()) {
      if (node.luns().remember(records.luns(node.cluster(), node.uuid()))) {
        tryToWrite(node);
      }
    }
  }

  /** What is lost with it is made up for later; what is served does not wait for it. */
  private void tryToWrite(Node node) {
    try {
      write(node);
    } catch (Failure e) {
      LOG.warn("the numbers of node {} are not on record yet: {}", node.name(), e.sentence());
    }
  }

  /**
   * Checks that a number led to no other volume just now.
   *
   * @throws Failure UNAVAILABLE while it rests because of one
   */
  synchronized void requireRested(VolumeRecord volume, Publication publication) {
    Node node = nodes.get(TargetNames.nodeKey(volume.cluster(), publication.nodeUuid()));
    if (node == null) {
      return;
    }
    Duration rest = node.luns().restAfterAnother(publication.lun(), volume.serial().digits());
    if (rest.isPositive()) {
      throw Failure.unavailable(
          "%s waits %d s yet, since LUN %d of node %s led to another volume before"
              .formatted(
                  volume.label(), rest.toSeconds() + 1, publication.lun(), publication.nodeName()));
    }
    // A clock that is set back must not bring a rest again that is over.
    if (node.luns().forgetRested(publication.lun())) {
      tryToWrite(node);
    }
  }

  /**
   * Checks that the uuid belongs to the node, and gives it to the node that comes first with it.
   * Two nodes with one uuid log in under one name and would see each other's volumes.
   *
   * @throws Failure FAILED_PRECONDITION when another node has it
   */
  public synchronized void claim(String cluster, String uuid, String name) {
    for (Node other : nodes.values()) {
      if (!other.uuid().equals(uuid)
          || (other.cluster().equals(cluster) && other.name().equals(name))) {
        continue;
      }
      boolean sameCluster = other.cluster().equals(cluster);
      if (sameCluster || !records.lunNumbers(other.cluster(), uuid).isEmpty()) {
        throw Failure.failedPrecondition(
            "the node uuid %s of node %s belongs to node %s%s; they are copies of one machine: give one of them a uuid of its own (remove its node plugin's identity file and restart the plugin)"
                .formatted(uuid, name, other.name(), sameCluster ? "" : " of another cluster"));
      }
    }
    if (!nodes.containsKey(TargetNames.nodeKey(cluster, uuid))) {
      add(cluster, uuid, name, damaged(cluster, uuid) || distrustedUntilNanos - ticker.nanos() > 0);
    }
  }

  private boolean damaged(String cluster, String uuid) {
    return documents.damaged().contains(TargetNames.nodeKey(cluster, uuid));
  }

  private void add(String cluster, String uuid, String name, boolean allFreedNow) {
    Node node = new Node(cluster, uuid, name, new LunPool(quarantine, ticker));
    if (!allFreedNow) {
      node.luns().holds(records.luns(cluster, uuid));
    } else {
      Instant now = clock.instant();
      IntStream.rangeClosed(1, LunPool.LAST).forEach(lun -> node.luns().free(lun, null, now));
    }
    write(node);
    nodes.put(TargetNames.nodeKey(cluster, uuid), node);
  }

  private void write(Node node) {
    documents.put(
        TargetNames.nodeKey(node.cluster(), node.uuid()),
        new NodeDocument(
            node.cluster(),
            node.uuid(),
            node.name(),
            node.luns().freed(),
            node.luns().held(),
            node.luns().answers()));
  }

  /**
   * A node as others may know it.
   *
   * @param answers whether it gives its word on freed numbers
   * @param waiting the numbers that wait for it
   */
  public record Known(String uuid, String name, boolean answers, List<FreedNumber> waiting) {
    public Known {
      requireNonNull(uuid, "uuid is null");
      requireNonNull(name, "name is null");
      waiting = List.copyOf(waiting);
    }
  }

  /** The nodes of that cluster, each once. */
  public synchronized List<Known> of(String cluster) {
    return nodes.values().stream()
        .filter(node -> node.cluster().equals(cluster))
        .map(node -> new Known(node.uuid(), node.name(), node.luns().answers(), waiting(node)))
        .toList();
  }

  /** Without those that lead to a volume again. */
  private List<FreedNumber> waiting(Node node) {
    Set<Integer> inUse = Set.copyOf(records.lunNumbers(node.cluster(), node.uuid()));
    return node.luns().waiting().stream().filter(freed -> !inUse.contains(freed.lun())).toList();
  }

  /**
   * Takes the node's word; on the disk when this returns.
   *
   * @param answers whether the node can be asked
   * @param given tokens of freeings, by LUN number, since which it has nothing at the number
   * @throws Failure NOT_FOUND when the node never had anything here
   */
  public synchronized void release(
      String cluster, String uuid, boolean answers, Map<Integer, String> given) {
    Node node = nodes.get(TargetNames.nodeKey(cluster, uuid));
    if (node == null) {
      throw Failure.notFound("node " + uuid + " has no target on this host");
    }
    boolean news = node.luns().answers() != answers;
    node.luns().answers(answers);
    for (Map.Entry<Integer, String> word : given.entrySet()) {
      news |= node.luns().given(word.getKey(), word.getValue());
    }
    if (news) {
      write(node);
    }
  }

  /**
   * Picks a LUN number of a node that was claimed, and keeps it until {@link #settled} or {@link
   * #freed}. On the disk when this returns: where the volume cannot be seen later, its number is
   * still known, and a call that is repeated gets the same one.
   *
   * @param inKernel numbers that the node's target has, whoever made them
   * @param asked whether the node is asked for its word on freed numbers
   * @throws Failure UNAVAILABLE when neither the node's state nor the pools tell all of its numbers
   */
  public synchronized int reserve(
      String cluster, String uuid, Serial serial, Set<Integer> inKernel, boolean asked) {
    Node node = require(cluster, uuid);
    if (node.luns().held() == null) {
      records.requireComplete();
    }
    // Asked first: a pool that is read meanwhile adds numbers.
    boolean complete = records.troubles().isEmpty();
    Map<Integer, String> recorded = records.luns(cluster, uuid);
    if (complete) {
      node.luns().holdsOnly(recorded, serial.digits(), clock.instant());
    }
    Set<Integer> inUse = new TreeSet<>(inKernel);
    inUse.addAll(recorded.keySet());
    int lun = node.luns().reserve(serial.digits(), inUse, node.name(), asked);
    try {
      write(node);
    } catch (Failure e) {
      node.luns().settled(lun);
      throw e;
    }
    return lun;
  }

  /** The publication is recorded, or was given up before anything was mapped. */
  public synchronized void settled(String cluster, String uuid, int lun) {
    require(cluster, uuid).luns().settled(lun);
  }

  /** Starts the quarantine; on the disk when this returns. */
  public synchronized void freed(String cluster, String uuid, String name, int lun, Serial serial) {
    String key = TargetNames.nodeKey(cluster, uuid);
    if (!nodes.containsKey(key)) {
      add(cluster, uuid, name, true);
    }
    free(require(cluster, uuid), lun, serial);
  }

  /** The volume is not recorded with the number any more; on the disk when this returns. */
  public synchronized void withdrawn(String cluster, String uuid, int lun, Serial serial) {
    Node node = nodes.get(TargetNames.nodeKey(cluster, uuid));
    if (node != null) {
      node.luns().dropped(lun, serial.digits());
      node.luns().remember(records.luns(cluster, uuid)); // another one may have the number
      write(node);
    }
  }

  /**
   * Starts it for a number that no record gave the node; one that was never seen has no numbers.
   */
  public synchronized void freedUnrecorded(String cluster, String uuid, int lun, Serial serial) {
    Node node = nodes.get(TargetNames.nodeKey(cluster, uuid));
    if (node != null) {
      free(node, lun, serial);
    }
  }

  private void free(Node node, int lun, Serial serial) {
    node.luns().free(lun, serial.digits(), clock.instant());
    write(node);
  }

  private Node require(String cluster, String uuid) {
    return requireNonNull(
        nodes.get(TargetNames.nodeKey(cluster, uuid)), "the node was not claimed");
  }
}

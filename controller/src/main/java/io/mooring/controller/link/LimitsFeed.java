package io.mooring.controller.link;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.VolumeLimits;
import io.mooring.controller.volume.LimitsListener;
import io.mooring.controller.volume.VolumeId;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.link.v1.Limits;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells linked nodes what their volumes may do: of each volume when they first say that they hold
 * it, since its limits may have changed while they were not linked, and of each change.
 */
public final class LimitsFeed implements LinkListener, LimitsListener {
  private static final Logger LOG = LoggerFactory.getLogger(LimitsFeed.class);
  private static final Duration ASKING = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Links links;
  private final BiFunction<VolumeId, Deadline, Optional<VolumeLimits>> hosts;
  private final Ticker ticker;
  private final Map<LinkedNode, Set<VolumeId>> told = new WeakHashMap<>(); // under its own lock

  private LimitsFeed(
      Links links, BiFunction<VolumeId, Deadline, Optional<VolumeLimits>> hosts, Ticker ticker) {
    this.links = requireNonNull(links, "links is null");
    this.hosts = requireNonNull(hosts, "hosts is null");
    this.ticker = requireNonNull(ticker, "ticker is null");
  }

  /**
   * Feeds the nodes of those links.
   *
   * @param hosts what the volume's storage host says of its limits; empty without such a volume
   */
  public static LimitsFeed over(
      Links links, BiFunction<VolumeId, Deadline, Optional<VolumeLimits>> hosts) {
    return over(links, hosts, Ticker.system());
  }

  static LimitsFeed over(
      Links links, BiFunction<VolumeId, Deadline, Optional<VolumeLimits>> hosts, Ticker ticker) {
    LimitsFeed feed = new LimitsFeed(links, hosts, ticker);
    links.listener(feed);
    return feed;
  }

  /**
   * A host that does not answer is asked once: what the node says next waits for this. One that
   * says at once that it does not know a volume now may know the next one.
   */
  @Override
  public void holds(LinkedNode node) {
    Set<String> silent = new HashSet<>();
    for (VolumeId volume : news(node)) {
      if (silent.contains(volume.target())) {
        forget(node, volume);
        continue;
      }
      Deadline deadline = Deadline.after(ASKING, ticker);
      try {
        hosts
            .apply(volume, deadline)
            .filter(limits -> limits.revision() > 0)
            .ifPresent(limits -> node.tell(message(volume, limits)));
      } catch (Failure e) {
        forget(node, volume);
        if (deadline.remaining().compareTo(ASKING.minus(PATIENCE)) < 0) {
          silent.add(volume.target());
        }
        LOG.info(
            "node {} holds {}, whose limits are not known now: {}",
            node.id(),
            volume,
            e.sentence());
      }
    }
  }

  /** What the node holds and has not been told of; it counts as told from now on. */
  private Set<VolumeId> news(LinkedNode node) {
    synchronized (told) {
      Set<VolumeId> known = told.computeIfAbsent(node, _ -> new HashSet<>());
      known.retainAll(node.holdings());
      Set<VolumeId> news = new HashSet<>(node.holdings());
      news.removeAll(known);
      known.addAll(news);
      return news;
    }
  }

  private void forget(LinkedNode node, VolumeId volume) {
    synchronized (told) {
      told.computeIfAbsent(node, _ -> new HashSet<>()).remove(volume);
    }
  }

  @Override
  public void changed(Change change, Deadline deadline) {
    tell(change.volume(), change.limits());
  }

  /** The volume has these limits; nodes know themselves whether they are new. */
  public void tell(VolumeId volume, VolumeLimits limits) {
    links.holding(volume).forEach(node -> node.tell(message(volume, limits)));
  }

  private static ControllerMessage message(VolumeId volume, VolumeLimits limits) {
    return ControllerMessage.newBuilder()
        .setLimits(
            Limits.newBuilder()
                .addVolumes(
                    io.mooring.link.v1.VolumeLimits.newBuilder()
                        .setVolumeId(volume.toString())
                        .setReadIops(limits.readIops())
                        .setWriteIops(limits.writeIops())
                        .setReadBytesPerSecond(limits.readBytesPerSecond())
                        .setWriteBytesPerSecond(limits.writeBytesPerSecond())
                        .setRevision(limits.revision())))
        .build();
  }
}

package io.mooring.controller.link;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.chap.NodeSecrets;
import io.mooring.link.v1.Chap;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.failure.Failure;
import java.util.Map;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells each linked node its own secrets: when it links, and when they have changed. Not before the
 * storage hosts: a node that is ahead of them loses a path until they know, too.
 */
public final class ChapFeed implements LinkListener {
  private static final Logger LOG = LoggerFactory.getLogger(ChapFeed.class);

  private final Links links;
  private final NodeSecrets secrets;
  private final Map<LinkedNode, Long> told = new WeakHashMap<>(); // under its own lock
  private volatile boolean hostsKnow;

  private ChapFeed(Links links, NodeSecrets secrets) {
    this.links = requireNonNull(links, "links is null");
    this.secrets = requireNonNull(secrets, "secrets is null");
  }

  /** Feeds the nodes of those links. */
  public static ChapFeed over(Links links, NodeSecrets secrets) {
    ChapFeed feed = new ChapFeed(links, secrets);
    links.listener(feed);
    return feed;
  }

  @Override
  public void joined(LinkedNode node) {
    if (hostsKnow) {
      tell(node);
    }
  }

  /** The storage hosts have been told of all that is known now. */
  public void hostsKnow() {
    hostsKnow = true;
    links.all().forEach(this::tell);
  }

  /** Secrets that cannot be read now are told when the storage hosts know them. */
  private void tell(LinkedNode node) {
    try {
      secrets
          .entry(node.id().name())
          .filter(entry -> isNews(node, entry.revision()))
          .ifPresent(entry -> node.tell(message(entry)));
    } catch (Failure e) {
      LOG.info("node {} is not told its CHAP secrets: {}", node.id(), e.sentence());
    }
  }

  private boolean isNews(LinkedNode node, long revision) {
    synchronized (told) {
      boolean news = told.getOrDefault(node, 0L) < revision;
      if (news) {
        told.put(node, revision);
      }
      return news;
    }
  }

  private static ControllerMessage message(ChapEntry entry) {
    Chap.Builder chap = Chap.newBuilder().setRevision(entry.revision());
    entry
        .chap()
        .ifPresent(known ->
            chap.setUser(known.user())
                .setPassword(known.password())
                .setMutualUser(known.mutualUser())
                .setMutualPassword(known.mutualPassword()));
    return ControllerMessage.newBuilder().setChap(chap).build();
  }
}

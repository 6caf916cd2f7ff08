package io.mooring.controller.link;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.path.Attachment;
import io.mooring.controller.path.Attachments;
import java.util.List;

/** Hands on what linked nodes say of their paths, each under its own name. */
public final class PathFeed implements LinkListener {
  private final Attachments attachments;

  private PathFeed(Attachments attachments) {
    this.attachments = requireNonNull(attachments, "attachments is null");
  }

  /** Listens to the nodes of those links. */
  public static void from(Links links, Attachments attachments) {
    links.listener(new PathFeed(attachments));
  }

  @Override
  public void reports(LinkedNode node, List<Attachment> all) {
    attachments.report(node.id().name(), all);
  }

  @Override
  public void left(LinkedNode node) {
    attachments.left(node.id().name());
  }
}

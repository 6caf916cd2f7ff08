package io.mooring.node.link;

import static java.util.Objects.requireNonNull;

import io.mooring.link.v1.ControllerMessage;
import io.mooring.node.iscsi.ChapSecrets;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.store.Documents;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Secrets that the controller tells, kept in a directory of mode 0700 so that the node can log in
 * while it is not linked. The newest revision counts.
 */
public final class LinkSecrets implements ChapSecrets {
  private static final Logger LOG = LoggerFactory.getLogger(LinkSecrets.class);
  private static final String ID = "told";

  private final Documents<ChapEntry> documents;
  private volatile Optional<ChapEntry> known;

  /** Reads what was told before. */
  public LinkSecrets(Documents<ChapEntry> documents) {
    this.documents = requireNonNull(documents, "documents is null");
    this.known = Optional.ofNullable(documents.all().get(ID));
  }

  @Override
  public Optional<ChapEntry> entry() {
    return known;
  }

  /**
   * Takes over what the message says of secrets; answers whether that was news.
   *
   * @throws Failure INVALID_ARGUMENT for secrets that are none
   */
  public synchronized boolean take(ControllerMessage message) {
    if (!message.hasChap()) {
      return false;
    }
    ChapEntry told = read(message.getChap());
    if (known.isPresent() && known.get().revision() >= told.revision()) {
      return false;
    }
    documents.put(ID, told);
    known = Optional.of(told);
    LOG.info("the controller says: {}", told);
    return true;
  }

  private static ChapEntry read(io.mooring.link.v1.Chap told) {
    return told.getUser().isEmpty()
        ? ChapEntry.none(told.getRevision())
        : ChapEntry.of(
            new Chap(
                told.getUser(),
                told.getPassword(),
                told.getMutualUser(),
                told.getMutualPassword(),
                told.getRevision()));
  }
}

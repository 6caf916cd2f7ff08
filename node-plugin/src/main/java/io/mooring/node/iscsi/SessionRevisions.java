package io.mooring.node.iscsi;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.store.Documents;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * With which revision of the secrets each session has logged in; the secrets themselves are not
 * here. A session keeps them until it ends: iscsid asks for no others.
 */
public final class SessionRevisions {
  private final Documents<Entry> documents;
  private final String bootId;

  /**
   * One session, of one boot: the kernel counts anew after the next.
   *
   * @param session the number in its name in sysfs
   */
  public record Entry(String bootId, int session, String iqn, String portal, long revision) {
    public Entry {
      requireNonNull(bootId, "bootId is null");
      requireNonNull(iqn, "iqn is null");
      requireNonNull(portal, "portal is null");
    }

    private boolean is(Session other, String boot) {
      return bootId.equals(boot)
          && session == other.id()
          && iqn.equals(other.iqn())
          && portal.equals(other.persistentPortal().toString());
    }
  }

  /**
   * @param bootId of this boot
   */
  public SessionRevisions(Documents<Entry> documents, String bootId) {
    this.documents = requireNonNull(documents, "documents is null");
    this.bootId = requireNonNull(bootId, "bootId is null");
  }

  /** Puts on record how that session has just logged in. */
  public void loggedIn(Session session, long revision) {
    documents.put(
        id(session.id()),
        new Entry(
            bootId, session.id(), session.iqn(), session.persistentPortal().toString(), revision));
  }

  /** Empty for a session that logged in without secrets, or of which it is not known. */
  public OptionalLong of(Session session) {
    return documents
        .get(id(session.id()))
        .filter(entry -> entry.is(session, bootId))
        .map(entry -> OptionalLong.of(entry.revision()))
        .orElse(OptionalLong.empty());
  }

  /** Forgets all sessions but these. */
  public void retain(Collection<Session> sessions) {
    List<Entry> gone =
        documents.all().values().stream()
            .filter(entry -> sessions.stream().noneMatch(session -> entry.is(session, bootId)))
            .toList();
    gone.forEach(entry -> documents.remove(id(entry.session())));
  }

  private static String id(int session) {
    return "session" + session;
  }
}

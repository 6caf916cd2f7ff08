package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.AgentPage;
import io.mooring.controller.target.Answer;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which page of a list is wanted, where the list is what all storage targets have. Its order is
 * that of the ids, and a page's token is the last id on it: it stays good whatever is made or
 * deleted meanwhile, and every replica understands it.
 *
 * @param maxEntries 0 for no limit
 * @param after the last id of the page before; empty for the first page
 */
record PageRequest(int maxEntries, Optional<ObjectId> after) {
  // Keeps an agent's answer far below gRPC's limit for one message.
  private static final int AGENT_PAGE = 500;

  PageRequest {
    if (maxEntries < 0) {
      throw Failure.invalidArgument("max_entries %d is negative".formatted(maxEntries));
    }
    requireNonNull(after, "after is null");
  }

  /**
   * As a call has it.
   *
   * @param startingToken empty for the first page
   * @param id reads such a token; empty for one that is none of ours
   * @throws Failure INVALID_ARGUMENT for a negative number; ABORTED for a token that is none of
   *     ours
   */
  static <I extends ObjectId> PageRequest of(
      int maxEntries, String startingToken, Function<String, Optional<I>> id) {
    PageRequest first = new PageRequest(maxEntries, Optional.empty());
    if (startingToken.isEmpty()) {
      return first;
    }
    ObjectId after =
        id.apply(startingToken)
            .orElseThrow(() ->
                Failure.aborted(
                    "starting_token \"%s\" is none of ours; start again without it"
                        .formatted(startingToken)));
    return new PageRequest(maxEntries, Optional.of(after));
  }

  /** Asks one target for what follows a serial, which is empty for all it has. */
  interface Source<T> {
    AgentPage<T> list(StorageTarget target, int most, String afterSerial);
  }

  /**
   * Reads the page.
   *
   * @param asked the targets that can have entries of the list
   * @param id of an entry
   * @throws Failure UNAVAILABLE when a target does not answer: a list that is silently short would
   *     tell the caller that something is gone
   */
  <T> Page<T> read(
      Fleet fleet, Predicate<StorageTarget> asked, Function<T, ObjectId> id, Source<T> source) {
    List<StorageTarget> targets =
        after
            .map(last -> fleet.targets().tailMap(last.target()))
            .orElseGet(fleet::targets)
            .values()
            .stream()
            .filter(asked)
            .toList();
    List<T> found =
        Answer.allOf(fleet.ask(targets, target -> entriesOf(target, id, source))).stream()
            .flatMap(List::stream)
            .toList();
    return maxEntries == 0 || found.size() <= maxEntries
        ? new Page<>(found, "")
        : new Page<>(found.subList(0, maxEntries), id.apply(found.get(maxEntries - 1)).toString());
  }

  private <T> List<T> entriesOf(StorageTarget target, Function<T, ObjectId> id, Source<T> source) {
    int enough = enough();
    List<T> entries = new ArrayList<>();
    String last =
        after.filter(one -> one.target().equals(target.name())).map(ObjectId::serial).orElse("");
    boolean more = true;
    while (more && entries.size() < enough) {
      AgentPage<T> page = source.list(target, Math.min(AGENT_PAGE, enough - entries.size()), last);
      entries.addAll(page.entries());
      more = page.more() && !page.entries().isEmpty();
      last = more ? id.apply(page.entries().getLast()).serial() : last;
    }
    return entries;
  }

  /** How many to look for: one more than wanted tells whether there is a next page. */
  private int enough() {
    return maxEntries == 0 || maxEntries == Integer.MAX_VALUE ? Integer.MAX_VALUE : maxEntries + 1;
  }
}

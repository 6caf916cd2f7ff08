package io.mooring.controller.audit;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Agent;
import io.mooring.controller.target.AgentPage;
import io.mooring.controller.target.Answer;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredSnapshot;
import io.mooring.controller.target.StoredVolume;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks storage hosts for all that they have of this cluster; what they have of others they do not
 * tell.
 */
public final class HostsLook {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PAGE = 500;

  private final Fleet fleet;

  public HostsLook(Fleet fleet) {
    this.fleet = requireNonNull(fleet, "fleet is null");
  }

  /** By storage target, those that answered to the end. */
  public Map<String, HostBeliefs> now() {
    Map<String, HostBeliefs> beliefs = new HashMap<>();
    for (Answer<HostBeliefs> answer : fleet.ask(fleet.targets().values(), this::of)) {
      if (answer instanceof Answer.Given<HostBeliefs>(StorageTarget target, HostBeliefs given)) {
        beliefs.put(target.name(), given);
      }
    }
    return beliefs;
  }

  private HostBeliefs of(StorageTarget target) {
    Agent agent = fleet.agent(target);
    Deadline deadline = Deadline.after(LIMIT);
    List<StoredVolume> volumes =
        AgentPage.all(after -> agent.list(PAGE, after, deadline), StoredVolume::serial);
    List<StoredSnapshot> snapshots =
        AgentPage.all(
            after -> agent.listSnapshots("", PAGE, after, deadline), StoredSnapshot::serial);
    return new HostBeliefs(volumes, snapshots);
  }
}

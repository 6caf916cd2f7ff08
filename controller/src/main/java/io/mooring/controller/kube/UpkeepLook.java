package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.controller.target.Agent;
import io.mooring.controller.target.AgentPage;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.PortalPlan;
import io.mooring.controller.target.Publication;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.target.TargetState;
import io.mooring.controller.volume.VolumeId;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds out how far the maintenance of a storage host's portals is: its agent says which nodes have
 * which volumes, the MooringAttachments what those nodes said. Asks nobody while there is none.
 */
final class UpkeepLook {
  private static final Duration ASKING = Duration.ofSeconds(10);
  private static final int PAGE = 500;

  private final KubernetesClient client;
  private final Fleet fleet;

  UpkeepLook(KubernetesClient client, Fleet fleet) {
    this.client = requireNonNull(client, "client is null");
    this.fleet = requireNonNull(fleet, "fleet is null");
  }

  /** Of a host whose agent has answered. */
  Upkeep at(StorageTargetObject object, StorageTarget target, TargetState state) {
    TargetStatus before = object.statusOrNone();
    PortalPlan plan = PortalPlan.of(target, state.portals());
    if (Upkeep.isIdle(plan, before)) {
      return Upkeep.NONE;
    }
    try {
      return Upkeep.of(plan, new PortalUse(plan.revision(), volumes(target)), before);
    } catch (Failure e) {
      return new Upkeep(before.maintenance(), unknown(e.sentence()));
    } catch (KubernetesClientException e) {
      return new Upkeep(
          before.maintenance(),
          unknown("MooringAttachments cannot be read: " + KubeTrouble.reason(e)));
    }
  }

  private static Optional<Upkeep.Outcome> unknown(String why) {
    return Optional.of(new Upkeep.Outcome(Upkeep.UNKNOWN, Upkeep.UNKNOWN, why));
  }

  /** Everything that the host serves, and everything that a node says it has from there. */
  private List<PortalUse.OnNode> volumes(StorageTarget target) {
    // The host first: what is attached in between is known to no node yet, and takes up the order.
    List<StoredVolume> served = served(fleet.agent(target));
    Map<String, MooringAttachmentObject> said =
        client.resources(MooringAttachmentObject.class).list().getItems().stream()
            .filter(object -> isOn(target, object))
            .collect(
                Collectors.toMap(MooringAttachmentObject::name, Function.identity(), (a, b) -> a));
    List<PortalUse.OnNode> volumes = new ArrayList<>();
    for (StoredVolume volume : served) {
      VolumeId id = new VolumeId(target.name(), volume.serial());
      for (Publication publication : volume.publications()) {
        String node = publication.node().name();
        Optional<MooringAttachmentObject> object =
            Optional.ofNullable(said.remove(AttachmentName.of(node, id)));
        volumes.add(
            object
                .map(UpkeepLook::onNode)
                .orElseGet(() -> new PortalUse.OnNode(node, "volume " + id, Optional.empty())));
      }
    }
    said.values().stream().map(UpkeepLook::onNode).forEach(volumes::add);
    return volumes;
  }

  private static boolean isOn(StorageTarget target, MooringAttachmentObject object) {
    return VolumeId.parse(object.getSpec().volumeId())
        .filter(id -> id.target().equals(target.name()))
        .isPresent();
  }

  private static PortalUse.OnNode onNode(MooringAttachmentObject object) {
    AttachmentSpec spec = object.getSpec();
    return new PortalUse.OnNode(
        spec.node(),
        spec.claim() == null ? "volume " + spec.volumeId() : "claim " + spec.claim(),
        Optional.ofNullable(object.getStatus()));
  }

  private static List<StoredVolume> served(Agent agent) {
    Deadline deadline = Deadline.after(ASKING);
    return AgentPage.all(after -> agent.list(PAGE, after, deadline), StoredVolume::serial).stream()
        .filter(volume -> !volume.publications().isEmpty())
        .toList();
  }
}

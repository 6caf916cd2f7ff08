package io.mooring.controller.testing;

import io.grpc.Status;
import io.mooring.agent.v1.Chap;
import io.mooring.agent.v1.KnownNode;
import io.mooring.agent.v1.ListNodesResponse;
import io.mooring.agent.v1.Node;
import io.mooring.agent.v1.SetNodeChapRequest;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the nodes' targets of a fake storage host demand at login. */
public final class FakeChap {
  private final Map<String, Demand> demands = new TreeMap<>();
  private boolean old;

  private record Demand(Node node, Optional<Chap> chap, long revision) {}

  /** The agent is of a version without CHAP: it ignores what it does not know. */
  public synchronized void beOld() {
    old = true;
  }

  /** What the node's target demands; empty for nothing. */
  public synchronized Optional<Chap> of(String uuid) {
    return Optional.ofNullable(demands.get(uuid)).flatMap(Demand::chap);
  }

  /** A publish has come; whether CHAP is demanded after it. */
  public synchronized boolean published(Node node, Optional<Chap> chap) {
    if (old) {
      return false;
    }
    demands.putIfAbsent(node.getUuid(), new Demand(node, Optional.empty(), 0));
    chap.ifPresent(secrets -> put(node, chap, secrets.getRevision()));
    return of(node.getUuid()).isPresent();
  }

  synchronized void set(SetNodeChapRequest request) {
    Demand present = demands.get(request.getNode().getUuid());
    if (present == null) {
      throw FakeStorage.fail(Status.NOT_FOUND, "there is no such node");
    }
    if (request.hasChap()) {
      put(present.node(), Optional.of(request.getChap()), request.getChap().getRevision());
    } else {
      put(present.node(), Optional.empty(), request.getNoneSinceRevision());
    }
  }

  private void put(Node node, Optional<Chap> chap, long revision) {
    Demand present = demands.get(node.getUuid());
    if (present != null && present.revision() > revision) {
      throw FakeStorage.fail(Status.ABORTED, "revision " + revision + " is older");
    }
    demands.put(node.getUuid(), new Demand(node, chap, revision));
  }

  synchronized ListNodesResponse list() {
    if (old) {
      throw FakeStorage.fail(Status.UNIMPLEMENTED, "Method not found");
    }
    ListNodesResponse.Builder nodes = ListNodesResponse.newBuilder();
    demands
        .values()
        .forEach(demand ->
            nodes.addNodes(
                KnownNode.newBuilder().setNode(demand.node()).setChapRevision(demand.revision())));
    return nodes.build();
  }
}

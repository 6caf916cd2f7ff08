package io.mooring.controller.testing;

import io.grpc.Status;
import io.mooring.agent.v1.FreedLun;
import io.mooring.agent.v1.KnownNode;
import io.mooring.agent.v1.ListNodesResponse;
import io.mooring.agent.v1.ReleaseLunsRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The LUN numbers of a fake storage host that wait for the word of nodes, by node uuid. */
public final class FakeLuns {
  private final Map<String, List<FreedLun>> waiting = new TreeMap<>();
  private final Set<String> answering = new HashSet<>();
  private boolean old;

  /** The agent is of a version without the call. */
  public synchronized void beOld() {
    old = true;
  }

  /** A number was taken from a node. */
  public synchronized void free(String uuid, int lun, String token) {
    waiting
        .computeIfAbsent(uuid, _ -> new ArrayList<>())
        .add(FreedLun.newBuilder().setIqn("iqn.x").setLun(lun).setToken(token).build());
  }

  /** The tokens of what waits. */
  public synchronized List<String> waiting(String uuid) {
    return waiting.getOrDefault(uuid, List.of()).stream().map(FreedLun::getToken).toList();
  }

  /** Whether the host waits for the node's word. */
  public synchronized boolean answers(String uuid) {
    return answering.contains(uuid);
  }

  synchronized void release(ReleaseLunsRequest request) {
    if (old) {
      throw FakeStorage.fail(Status.UNIMPLEMENTED, "Method not found");
    }
    String uuid = request.getNode().getUuid();
    if (request.getAnswers()) {
      answering.add(uuid);
    } else {
      answering.remove(uuid);
    }
    List<String> given = request.getFreedList().stream().map(FreedLun::getToken).toList();
    waiting.computeIfPresent(
        uuid,
        (_, numbers) ->
            new ArrayList<>(
                numbers.stream().filter(one -> !given.contains(one.getToken())).toList()));
  }

  synchronized ListNodesResponse with(ListNodesResponse nodes) {
    ListNodesResponse.Builder all = ListNodesResponse.newBuilder();
    for (KnownNode node : nodes.getNodesList()) {
      String uuid = node.getNode().getUuid();
      all.addNodes(
          node.toBuilder()
              .setAnswers(answers(uuid))
              .addAllFreed(waiting.getOrDefault(uuid, List.of())));
    }
    return old ? nodes : all.build();
  }
}

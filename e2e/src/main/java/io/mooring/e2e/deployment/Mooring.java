package io.mooring.e2e.deployment;

import static java.util.Objects.requireNonNull;

import io.grpc.StatusRuntimeException;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.tool.Together;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole installation: agent on the storage VM, node plugins on the workers, controller beside
 * them.
 */
public final class Mooring implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Poll POLL = new Poll(Duration.ofMillis(300), Duration.ofSeconds(1));

  private final Lab lab;
  private final AgentHost agent;
  private final ControllerProcess controller;
  private final List<NodeHost> nodes;
  private final Controllers controllers;

  Mooring(
      Lab lab,
      AgentHost agent,
      ControllerProcess controller,
      List<NodeHost> nodes,
      Controllers controllers) {
    this.lab = requireNonNull(lab, "lab is null");
    this.agent = requireNonNull(agent, "agent is null");
    this.controller = requireNonNull(controller, "controller is null");
    this.nodes = List.copyOf(nodes);
    this.controllers = requireNonNull(controllers, "controllers is null");
  }

  public Lab lab() {
    return lab;
  }

  public AgentHost agent() {
    return agent;
  }

  public ControllerProcess controllerProcess() {
    return controller;
  }

  /** A second controller, with certificates that the agent has no reason to trust. */
  public ControllerProcess stranger() {
    return controllers.stranger();
  }

  public ControllerClient controller() {
    return controller.client();
  }

  /** The node plugin on worker1. */
  public NodeHost node1() {
    return nodes.get(0);
  }

  /** The node plugin on worker2. */
  public NodeHost node2() {
    return nodes.get(1);
  }

  public List<NodeHost> nodes() {
    return nodes;
  }

  /** CreateVolume and the whole attach. */
  public Attachment provision(VolumeSpec spec, NodeHost node) {
    return attach(controller().create(spec), spec.kind(), node);
  }

  /** ControllerPublish, NodeStage, NodePublish. */
  public Attachment attach(Volume volume, VolumeKind kind, NodeHost node) {
    Attachment attachment = publish(volume, kind, node);
    node.client().stage(attachment);
    node.client().publish(attachment);
    return attachment;
  }

  /** ControllerPublish alone. */
  public Attachment publish(Volume volume, VolumeKind kind, NodeHost node) {
    Attachment attachment =
        Attachment.of(volume, kind, controller().publish(volume, node.nodeId(), kind));
    node.prepare(attachment);
    return attachment;
  }

  /** NodeUnpublish, NodeUnstage, ControllerUnpublish. */
  public void detach(Attachment attachment, NodeHost node) {
    node.client().unpublish(attachment);
    node.client().unstage(attachment);
    controller().unpublish(attachment.volume().getVolumeId(), node.nodeId());
  }

  /** Detach and DeleteVolume. */
  public void remove(Attachment attachment, NodeHost node) {
    detach(attachment, node);
    controller().delete(attachment.volume().getVolumeId());
  }

  /** Makes sure that everything runs and is ready: the state in which each test begins. */
  public void heal() {
    lab.heal();
    controller.revive();
    List<Runnable> hosts = new ArrayList<>();
    hosts.add(agent::start);
    nodes.forEach(node -> hosts.add(node::start));
    Together.run(hosts);
    nodes.forEach(NodeHost::awaitReady);
    awaitAgent();
  }

  /** Takes back what a failed test left armed: nobody dies any more. */
  public void disarm() {
    agent.unit().disarm();
    nodes.forEach(node -> node.unit().disarm());
    controller.disarm();
  }

  /** Restarts the agent and waits until the controller reaches it again. */
  public void restartAgent() {
    agent.unit().restart();
    awaitAgent();
  }

  /** Waits until the controller reaches the agent. */
  void awaitAgent() {
    if (!POLL.until(Deadline.after(PATIENCE), this::agentAnswers)) {
      throw new IllegalStateException(
          "the controller does not reach the agent; it says:\n" + agent.unit().journal(20));
    }
  }

  private boolean agentAnswers() {
    try {
      controller().list();
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** What all VMs hold now. */
  public Inventory inventory() {
    return Inventory.of(agent.vm(), nodes.stream().map(NodeHost::vm).toList());
  }

  @Override
  public void close() {
    controller.close();
    nodes.forEach(NodeHost::close);
    controllers.close();
  }
}

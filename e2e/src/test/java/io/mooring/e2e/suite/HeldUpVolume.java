package io.mooring.e2e.suite;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.AgentHost;

/** A thin volume whose storage host takes what is sent to it, and answers nothing until the end. */
final class HeldUpVolume implements AutoCloseable {
  private final AgentHost agent;
  private final String device;

  HeldUpVolume(AgentHost agent, Attachment attachment) {
    this.agent = agent;
    this.device = "mooring-mooring--" + attachment.serial();
    agent.vm().shell().check("dmsetup suspend --noflush --nolockfs " + device);
  }

  @Override
  public void close() {
    agent.vm().shell().check("dmsetup resume " + device);
  }
}

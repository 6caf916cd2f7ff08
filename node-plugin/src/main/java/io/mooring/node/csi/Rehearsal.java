package io.mooring.node.csi;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.csi.v1.NodeGetInfoRequest;
import io.mooring.csi.v1.NodeGrpc;
import io.mooring.runtime.rpc.Channels;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kubelet's first questions, asked before it asks them. A process's very first answers take the
 * longest; the kubelet gives each a second, and after one in vain it asks again later each time (up
 * to two minutes), so that a busy node would be without its plugin for minutes.
 */
public final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final long PATIENCE_SECONDS = 20;

  private Rehearsal() {}

  /**
   * Returns when the questions were answered; whether they were or not is no reason to wait longer.
   *
   * @param endpoint CSI's socket as this process sees it
   */
  public static void on(Path endpoint) {
    ManagedChannel channel = Channels.unix(endpoint);
    try {
      var _ =
          IdentityGrpc.newBlockingStub(channel)
              .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
              .getPluginInfo(GetPluginInfoRequest.getDefaultInstance());
      var _ =
          NodeGrpc.newBlockingStub(channel)
              .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
              .nodeGetInfo(NodeGetInfoRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      LOG.info("the kubelet's first questions were asked in vain: {}", e.getStatus());
    } finally {
      channel.shutdownNow();
    }
  }
}

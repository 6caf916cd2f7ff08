package io.mooring.runtime.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our clients' first questions, asked by ourselves before they can ask them. A process's very first
 * answers take the longest. On a busy node that is more than the second that the kubelet and
 * csi-attacher wait: one asks again later each time, up to two minutes, the other ends and is
 * started anew.
 */
public final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final long PATIENCE_SECONDS = 20;

  private Rehearsal() {}

  /**
   * Returns when the questions were answered; a server that does not answer is no reason to wait
   * longer.
   *
   * @param socket of our own server
   * @param questions each a call on a stub
   */
  public static void on(Path socket, List<Function<Channel, ?>> questions) {
    ManagedChannel channel = Channels.unix(socket);
    try {
      Channel patient = ClientInterceptors.intercept(channel, new Patience());
      for (Function<Channel, ?> question : questions) {
        var _ = question.apply(patient);
      }
    } catch (StatusRuntimeException e) {
      LOG.info("clients' first questions were asked in vain: {}", e.getStatus());
    } finally {
      channel.shutdownNow();
    }
  }

  private static final class Patience implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return next.newCall(method, options.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }
  }
}

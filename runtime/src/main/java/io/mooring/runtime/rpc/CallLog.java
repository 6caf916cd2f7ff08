package io.mooring.runtime.rpc;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.mooring.runtime.metrics.Metrics;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One log line and one measurement per call. Calls that orchestrators repeat all the time are
 * logged at DEBUG unless they fail.
 */
public final class CallLog implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);

  private static final Set<String> NOISY =
      Set.of(
          "csi.v1.Identity/Probe",
          "csi.v1.Identity/GetPluginCapabilities",
          "csi.v1.Controller/ControllerGetCapabilities",
          "csi.v1.GroupController/GroupControllerGetCapabilities",
          "csi.v1.Node/NodeGetCapabilities",
          "csi.v1.Node/NodeGetVolumeStats",
          "mooring.agent.v1.Agent/ListNodes",
          "grpc.health.v1.Health/Check",
          "grpc.health.v1.Health/Watch");

  private final String process;
  private final Metrics.Durations durations;

  /**
   * @param process the process's name, told to callers that have to look into its log
   */
  public CallLog(String process, Metrics metrics) {
    this.process = requireNonNull(process, "process is null");
    this.durations =
        metrics.durations(
            "mooring_rpc_duration_seconds",
            "How long calls to this process took.",
            "service",
            "method",
            "code");
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Entry entry =
        new Entry(
            call.getMethodDescriptor().getFullMethodName(),
            PeerName.describe(call.getAttributes()));
    ServerCall<Q, A> logged =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            entry.end(status);
            super.close(status, trailers);
          }
        };
    Context context = Context.current().withValue(Incident.PROCESS, process);
    return new Watch<>(
        Contexts.interceptCall(context, logged, headers, next), logged, entry, context);
  }

  /** Sees the request, a cancellation, and exceptions that escape from a service. */
  private static final class Watch<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private final Entry entry;
    private final Context context;

    private Watch(
        ServerCall.Listener<Q> delegate, ServerCall<Q, ?> call, Entry entry, Context context) {
      super(delegate);
      this.call = call;
      this.entry = entry;
      this.context = context;
    }

    @Override
    public void onMessage(Q message) {
      entry.request(message);
      super.onMessage(message);
    }

    @Override
    public void onHalfClose() {
      try {
        super.onHalfClose();
      } catch (RuntimeException e) {
        context.run(() -> call.close(Incident.status(e), new Metadata()));
      }
    }

    @Override
    public void onCancel() {
      entry.end(Status.CANCELLED);
      super.onCancel();
    }
  }

  /** One call, from its arrival to its end. */
  private final class Entry {
    private final String method;
    private final String peer;
    private final long startedNanos = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Message request;

    private Entry(String method, String peer) {
      this.method = method;
      this.peer = peer;
    }

    private void request(Object message) {
      if (request == null && message instanceof Message first) {
        request = first;
      }
    }

    private void end(Status status) {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
      int slash = method.indexOf('/');
      durations.add(
          took,
          method.substring(0, slash),
          method.substring(slash + 1),
          status.getCode().toString());
      Level level = status.isOk() && NOISY.contains(method) ? Level.DEBUG : Level.INFO;
      if (LOG.isEnabledForLevel(level)) {
        LOG.atLevel(level).log(line(status, took));
      }
    }

    private String line(Status status, Duration took) {
      Message first = request;
      String text =
          "%s %s in %d ms from %s %s"
              .formatted(
                  method,
                  status.getCode(),
                  took.toMillis(),
                  peer,
                  first == null ? "without a request" : Redaction.text(first));
      return status.getDescription() == null ? text : text + ": " + status.getDescription();
    }
  }
}

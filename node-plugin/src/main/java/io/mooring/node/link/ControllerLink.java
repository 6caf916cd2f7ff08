package io.mooring.node.link;

import static java.util.Objects.requireNonNull;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.link.v1.Hello;
import io.mooring.link.v1.Holdings;
import io.mooring.link.v1.LunQuestion;
import io.mooring.link.v1.NodeLinkGrpc;
import io.mooring.link.v1.NodeMessage;
import io.mooring.node.status.VolumePaths;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.rpc.Channels;
import io.mooring.runtime.rpc.Statuses;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node linked to the controller, on a thread of its own: links again when the stream
 * ends, after pauses that grow, and tells what the node holds and how its paths are whenever that
 * changes. Nothing else of the node plugin waits for it.
 */
public final class ControllerLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerLink.class);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** So often in a row only by bad luck, or where no replica leads. */
  private static final int FOLLOWERS = 10;

  /** The next connection may well reach the replica that leads. */
  private static final Duration ELSEWHERE = Duration.ofSeconds(3);

  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final LinkConfig config;
  private final Hello hello;
  private final Supplier<Collection<String>> holdings;
  private final Supplier<Optional<List<VolumePaths>>> paths;
  private final FreeNumbers numbers;
  private final Orders orders;
  private final Semaphore pokes = new Semaphore(0);
  private final Thread thread;
  private volatile boolean up;
  private volatile boolean closed;
  private String complaint = ""; // only on the thread
  private int refusals; // of replicas that do not lead, in a row; only on the thread

  /**
   * @param hello who this node is
   * @param holdings the ids of the volumes that are staged now
   * @param paths the paths of all of them; empty while nobody has looked yet
   * @param numbers what the controller asks after
   */
  public ControllerLink(
      LinkConfig config,
      Hello hello,
      Supplier<Collection<String>> holdings,
      Supplier<Optional<List<VolumePaths>>> paths,
      FreeNumbers numbers,
      Orders orders) {
    this.config = requireNonNull(config, "config is null");
    this.hello = requireNonNull(hello, "hello is null").toBuilder().setAnswersLuns(true).build();
    this.holdings = requireNonNull(holdings, "holdings is null");
    this.paths = requireNonNull(paths, "paths is null");
    this.numbers = requireNonNull(numbers, "numbers is null");
    this.orders = requireNonNull(orders, "orders is null");
    this.thread = Thread.ofPlatform().name("node-link").daemon().unstarted(this::run);
  }

  /** Begins to link. */
  public ControllerLink start() {
    thread.start();
    return this;
  }

  /** What the node holds, or how its paths are, may have changed. Never waits. */
  public void poke() {
    pokes.release();
  }

  /** Whether the controller listens, as far as is known. */
  public boolean isUp() {
    return up;
  }

  private void run() {
    Duration pause = SHORTEST;
    try {
      while (!closed) {
        pause =
            switch (linkWhateverHappens()) {
              case STOOD -> SHORTEST;
              case FOLLOWER -> min(pause.multipliedBy(2), ELSEWHERE);
              case FAILED -> min(pause.multipliedBy(2), LONGEST);
            };
        if (!closed) {
          double share = 0.5 + ThreadLocalRandom.current().nextDouble() / 2;
          TimeUnit.NANOSECONDS.sleep((long) (pause.toNanos() * share));
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("the link ends", e);
    }
  }

  /** Volumes work on without the link, but nobody would begin it again. */
  private Outcome linkWhateverHappens() throws InterruptedException {
    try {
      return link();
    } catch (RuntimeException | Error e) {
      LOG.error("the link has failed; it is tried again", e);
      return Outcome.FAILED;
    }
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** What became of a stream. */
  private enum Outcome {
    STOOD,
    /** It was refused by a replica that does not lead. */
    FOLLOWER,
    FAILED
  }

  /** One stream from begin to end. */
  private Outcome link() throws InterruptedException {
    ManagedChannel channel;
    try {
      channel = Channels.tls(config.address(), config.authority(), config.serverName());
    } catch (Failure e) {
      complain(e.sentence());
      return Outcome.FAILED;
    }
    try {
      return talk(channel);
    } finally {
      up = false;
      channel.shutdownNow();
    }
  }

  private Outcome talk(ManagedChannel channel) throws InterruptedException {
    pokes.drainPermits();
    Queue<LunQuestion> asked = new ConcurrentLinkedQueue<>();
    LinkStream stream = new LinkStream(message -> heed(message, asked), pokes::release);
    StreamObserver<NodeMessage> sending =
        NodeLinkGrpc.newStub(channel)
            .withCallCredentials(new TokenCredentials(config.tokenFile()))
            .link(stream);
    sending.onNext(NodeMessage.newBuilder().setHello(hello).build());
    @Nullable Set<String> told = null;
    @Nullable List<VolumePaths> reported = null;
    while (stream.end().isEmpty() && !closed) {
      Set<String> held = new TreeSet<>(holdings.get());
      if (!held.equals(told)) {
        sending.onNext(holdings(held));
        told = held;
      }
      List<VolumePaths> seen = paths.get().orElse(null);
      if (seen != null && !seen.equals(reported)) {
        sending.onNext(PathMessages.report(seen));
        reported = seen;
      }
      for (LunQuestion next = asked.poll(); next != null; next = asked.poll()) {
        sending.onNext(LunAnswers.to(next, numbers));
      }
      pokes.acquire();
      pokes.drainPermits();
    }
    Optional<Status> end = stream.end();
    if (end.isEmpty()) {
      sending.onCompleted();
      return up ? Outcome.STOOD : Outcome.FAILED;
    }
    return ended(end.get());
  }

  private Outcome ended(Status end) {
    if (up) {
      complaint = "";
      refusals = 0;
      LOG.info("the link has ended: {}", end);
      return Outcome.STOOD;
    }
    if (end.getCode() == Status.Code.FAILED_PRECONDITION) {
      LOG.debug("not linked yet: {}", end);
      refusals++;
      if (refusals == FOLLOWERS) {
        complain(
            "only replicas of the controller that do not lead answer at %s; see whether one leads (Lease mooring-controller), and that nothing keeps a client at one replica"
                .formatted(config.address()));
      }
      return Outcome.FOLLOWER;
    }
    refusals = 0;
    complain(Statuses.toFailure(end.asRuntimeException(), "controller").sentence());
    return Outcome.FAILED;
  }

  private void heed(ControllerMessage message, Queue<LunQuestion> asked) {
    if (message.hasLuns()) {
      asked.add(message.getLuns());
      poke();
    } else if (message.hasWelcome()) {
      up = true;
      LOG.info(
          "linked to controller {} at {}", message.getWelcome().getVersion(), config.address());
    } else {
      orders.obey(message);
    }
  }

  private static NodeMessage holdings(Set<String> held) {
    return NodeMessage.newBuilder()
        .setHoldings(Holdings.newBuilder().addAllVolumeIds(held))
        .build();
  }

  /** Once for each cause: the link is tried again for ever. */
  private void complain(String cause) {
    if (!cause.equals(complaint)) {
      complaint = cause;
      LOG.warn("not linked: {}; volumes work on, it is tried again", cause);
    }
  }

  @Override
  public void close() {
    closed = true;
    poke();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

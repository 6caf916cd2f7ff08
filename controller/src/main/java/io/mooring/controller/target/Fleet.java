package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All storage targets with their agents; asks one, or several at the same time. */
public final class Fleet {
  private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

  private final Targets targets;
  private final Agents agents;
  private final AtomicReference<@Nullable SortedMap<String, StorageTarget>> seen =
      new AtomicReference<>();

  public Fleet(Targets targets, Agents agents) {
    this.targets = requireNonNull(targets, "targets is null");
    this.agents = requireNonNull(agents, "agents is null");
  }

  /** The targets as configured now, by name. */
  public SortedMap<String, StorageTarget> targets() {
    SortedMap<String, StorageTarget> current = targets.current();
    if (!current.equals(seen.getAndSet(current))) {
      agents.keepOnly(current.values());
    }
    return current;
  }

  /** The target of that name. */
  public Optional<StorageTarget> target(String name) {
    return Optional.ofNullable(targets().get(name));
  }

  /** The agent of that target; empty where no target has the name. */
  public Optional<Agent> agent(String name) {
    return target(name).map(agents::of);
  }

  /** The agent of that target. */
  public Agent agent(StorageTarget target) {
    return agents.of(target);
  }

  /**
   * Asks several targets the same thing at the same time and waits for all of them.
   *
   * @param question has its own deadline
   * @return one answer per target, in the given order
   */
  public <T> List<Answer<T>> ask(
      Collection<StorageTarget> asked, Function<StorageTarget, T> question) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<StorageTarget> order = List.copyOf(asked);
      List<Future<T>> pending = new ArrayList<>();
      for (StorageTarget target : order) {
        pending.add(threads.submit(() -> question.apply(target)));
      }
      List<Answer<T>> answers = new ArrayList<>();
      for (int i = 0; i < order.size(); i++) {
        answers.add(await(order.get(i), pending.get(i)));
      }
      return answers;
    }
  }

  private static <T> Answer<T> await(StorageTarget target, Future<T> pending) {
    try {
      return new Answer.Given<>(target, pending.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unavailable("the process is stopping; try again when it is back");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) {
        return new Answer.Failed<>(target, failure);
      }
      LOG.error("storage target {} could not be asked", target.name(), e.getCause());
      return new Answer.Failed<>(
          target,
          Failure.internal(
              "storage target %s could not be asked; see the controller's log"
                  .formatted(target.name()),
              e));
    }
  }
}

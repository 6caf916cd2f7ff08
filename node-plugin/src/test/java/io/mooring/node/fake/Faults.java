package io.mooring.node.fake;

import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Records every call that does something and lets a test make one of them fail or end the process,
 * before or after its effect.
 */
public final class Faults {
  /** The process dies here; an Error, so that no handler of failures takes it for one. */
  public static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash(String call) {
      super("the process dies at " + call);
    }
  }

  private record Planned(String method, int from, int until, boolean after, Failure failure) {}

  private final List<String> journal = new ArrayList<>();
  private final List<Planned> planned = new ArrayList<>();
  private Optional<Integer> crashAt = Optional.empty();
  private boolean crashAfter;

  /**
   * Makes the nth call of a method fail before it does anything.
   *
   * @param method for example {@code disks.scan}
   * @param nth counted over the host's whole life, from 1
   */
  public synchronized void failCall(String method, int nth, Failure failure) {
    planned.add(new Planned(method, nth, nth, false, failure));
  }

  /** Makes the next calls of a method fail before they do anything. */
  public synchronized void failNext(String method, int times, Failure failure) {
    int done = count(method);
    planned.add(new Planned(method, done + 1, done + times, false, failure));
  }

  /** Makes the next call of a method fail although it has done its work. */
  public synchronized void failNextAfterEffect(String method, Failure failure) {
    int done = count(method);
    planned.add(new Planned(method, done + 1, done + 1, true, failure));
  }

  /**
   * Ends the process at the nth call of any method from now.
   *
   * @param afterEffect whether the call still has its effect
   */
  public synchronized void crashAtCall(int nth, boolean afterEffect) {
    crashAt = Optional.of(journal.size() + nth);
    crashAfter = afterEffect;
  }

  /** Takes back a crash that has not come about. */
  public synchronized void noCrash() {
    crashAt = Optional.empty();
  }

  /** What was called so far: method, blank, argument. */
  public synchronized List<String> journal() {
    return List.copyOf(journal);
  }

  /** How many times a method was called. */
  public synchronized int count(String method) {
    return (int) journal.stream().filter(call -> call.startsWith(method + " ")).count();
  }

  /** Runs one call's effect with whatever was planned for it. */
  synchronized <T> T call(String method, Object argument, Supplier<T> effect) {
    String entry = method + " " + argument;
    journal.add(entry);
    boolean dies = crashAt.isPresent() && crashAt.get() == journal.size();
    Optional<Planned> plan = plan(method, count(method));
    if (dies && !crashAfter) {
      throw new Crash(entry);
    }
    if (plan.isPresent() && !plan.get().after()) {
      throw plan.get().failure();
    }
    T result = effect.get();
    if (dies) {
      throw new Crash(entry);
    }
    if (plan.isPresent()) {
      throw plan.get().failure();
    }
    return result;
  }

  private Optional<Planned> plan(String method, int number) {
    return planned.stream()
        .filter(plan -> plan.method().equals(method))
        .filter(plan -> plan.from() <= number && number <= plan.until())
        .findFirst();
  }
}

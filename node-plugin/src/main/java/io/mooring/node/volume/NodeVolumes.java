package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The volumes of this node as CSI calls them: one operation per volume, which outlives its caller
 * and which the caller's retry joins; a bounded number of attaches and detaches at a time.
 */
public final class NodeVolumes {
  /** Under the two minutes that kubelet gives. */
  private static final Duration WORKING = Duration.ofSeconds(110);

  /** Whose turn has not come when the kubelet gives up waits again with the kubelet's next try. */
  private static final Duration WAITING = Duration.ofSeconds(110);

  /**
   * Each attach keeps udev, multipathd and a few programs busy. Where processors are few, more at a
   * time would only make all of them late.
   */
  private static final int AT_ONCE =
      Math.clamp(2L * Runtime.getRuntime().availableProcessors(), 4, 8);

  private static final String OTHERS = "too many volumes are being handled";

  private final Operations operations;
  private final VolumeLocks locks;
  private final Attach attach;
  private final Detach detach;
  private final Expansion expansion;
  private final Publishing publishing;
  private final Stats stats;
  private final Health health;
  private final Runnable staged;
  private final Turns attaches = new Turns(AT_ONCE, OTHERS);
  private final Turns detaches = new Turns(AT_ONCE, OTHERS);
  private final Turns binds = new Turns(AT_ONCE, OTHERS);

  /**
   * @param staged told after each stage, so that missing paths are looked after at once
   */
  NodeVolumes(
      Operations operations,
      VolumeLocks locks,
      Attach attach,
      Detach detach,
      Expansion expansion,
      Publishing publishing,
      Stats stats,
      Health health,
      Runnable staged) {
    this.operations = requireNonNull(operations, "operations is null");
    this.locks = requireNonNull(locks, "locks is null");
    this.attach = requireNonNull(attach, "attach is null");
    this.detach = requireNonNull(detach, "detach is null");
    this.expansion = requireNonNull(expansion, "expansion is null");
    this.publishing = requireNonNull(publishing, "publishing is null");
    this.stats = requireNonNull(stats, "stats is null");
    this.health = requireNonNull(health, "health is null");
    this.staged = requireNonNull(staged, "staged is null");
  }

  private record Unstage(VolumeId volume, Path staging) {}

  private record Unpublish(VolumeId volume, Path target) {}

  /** See {@link Attach#stage}. */
  public void stage(StageRequest request, Deadline caller) {
    run(
        request.volume(),
        "NodeStageVolume",
        request,
        attaches,
        caller,
        deadline -> {
          attach.stage(request, deadline);
          staged.run();
        });
  }

  /** See {@link Detach#unstage}. */
  public void unstage(VolumeId volume, Path staging, Deadline caller) {
    run(
        volume,
        "NodeUnstageVolume",
        new Unstage(volume, staging),
        detaches,
        caller,
        deadline -> detach.unstage(volume, staging, deadline));
  }

  /** See {@link Expansion#expand}. */
  public long expand(Expansion.Request request, Deadline caller) {
    return ask(
        request.volume(),
        "NodeExpandVolume",
        request,
        attaches,
        caller,
        deadline -> expansion.expand(request, deadline));
  }

  /** See {@link Publishing#revive} and {@link Publishing#publish}. */
  public void publish(Publishing.Request request, Deadline caller) {
    var _ =
        operations.run(
            request.volume().toString(),
            "NodePublishVolume",
            request,
            WAITING.plus(WORKING),
            caller,
            deadline -> {
              // A check takes long, and pods of other volumes must not wait for it.
              if (publishing.needsRevival(request, deadline)) {
                alone(
                    request.volume(),
                    attaches,
                    deadline,
                    done(turn -> publishing.revive(request, turn)));
              }
              return alone(
                  request.volume(),
                  binds,
                  deadline,
                  done(turn -> publishing.publish(request, turn)));
            });
  }

  private static Function<Deadline, Boolean> done(Consumer<Deadline> work) {
    return deadline -> {
      work.accept(deadline);
      return true;
    };
  }

  /** See {@link Publishing#unpublish}. */
  public void unpublish(VolumeId volume, Path target, Deadline caller) {
    run(
        volume,
        "NodeUnpublishVolume",
        new Unpublish(volume, target),
        binds,
        caller,
        deadline -> publishing.unpublish(volume, target, deadline));
  }

  /** See {@link Stats#of}; takes no lock, since it changes nothing and must not wait. */
  public Stats.Reading stats(VolumeId volume, Path path, Deadline caller) {
    return stats.of(volume, path, caller);
  }

  /** Looks only, so it takes no lock either. */
  public Health health() {
    return health;
  }

  private void run(
      VolumeId volume,
      String call,
      Object request,
      Turns turns,
      Deadline caller,
      Consumer<Deadline> work) {
    ask(volume, call, request, turns, caller, done(work));
  }

  private <T> T ask(
      VolumeId volume,
      String call,
      Object request,
      Turns turns,
      Deadline caller,
      Function<Deadline, T> work) {
    return operations.run(
        volume.toString(),
        call,
        request,
        WAITING.plus(WORKING),
        caller,
        deadline -> alone(volume, turns, deadline, work));
  }

  private <T> T alone(VolumeId volume, Turns turns, Deadline whole, Function<Deadline, T> work) {
    return turns.run(
        whole,
        WORKING,
        deadline -> {
          try (VolumeLocks.Held _ = locks.take(volume, deadline)) {
            return work.apply(deadline);
          }
        });
  }
}

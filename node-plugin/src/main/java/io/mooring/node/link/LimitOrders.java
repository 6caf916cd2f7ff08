package io.mooring.node.link;

import static java.util.Objects.requireNonNull;

import io.mooring.link.v1.ControllerMessage;
import io.mooring.node.volume.Limits;
import io.mooring.node.volume.VolumeId;
import io.mooring.node.volume.VolumeLimits;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Limits that the controller tells of, put in force one after the other on a thread of its own. */
public final class LimitOrders implements Orders, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LimitOrders.class);

  /** A volume that is being staged may be locked for long; its turn comes in the background. */
  private static final Duration ONE_VOLUME = Duration.ofSeconds(20);

  private final Limits limits;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("link-limits").daemon().factory());

  public LimitOrders(Limits limits) {
    this.limits = requireNonNull(limits, "limits is null");
  }

  @Override
  public void obey(ControllerMessage message) {
    for (io.mooring.link.v1.VolumeLimits told : message.getLimits().getVolumesList()) {
      VolumeId.parse(told.getVolumeId())
          .ifPresent(volume -> thread.execute(() -> apply(volume, read(told))));
    }
  }

  private void apply(VolumeId volume, VolumeLimits fresh) {
    try {
      limits.apply(volume, fresh, Deadline.after(ONE_VOLUME));
    } catch (Failure e) {
      LOG.warn("{}: new limits are not in force yet: {}", volume, e.sentence());
    } catch (RuntimeException e) {
      LOG.error("{}: new limits could not be put in force", volume, e);
    }
  }

  private static VolumeLimits read(io.mooring.link.v1.VolumeLimits told) {
    return new VolumeLimits(
        told.getReadIops(),
        told.getWriteIops(),
        told.getReadBytesPerSecond(),
        told.getWriteBytesPerSecond(),
        told.getRevision());
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}

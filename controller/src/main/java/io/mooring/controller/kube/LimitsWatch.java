package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.controller.volume.VolumeId;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of limits that any replica has recorded in a MooringVolume, and, when the watch begins
 * anew, of all that are recorded. That is now and then also where nothing broke: a connection whose
 * other end has vanished is silent like one on which nothing happens. Nothing is kept here: there
 * are as many objects as volumes.
 */
final class LimitsWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LimitsWatch.class);

  private final KubernetesClient client;
  private final BiConsumer<VolumeId, VolumeLimits> heard;
  private final Duration pause;
  private final Duration renewal;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("limits-watch").daemon().factory());
  private @Nullable Watch watch; // only on the clock

  /**
   * @param heard called for one volume at a time; must not wait long
   * @param pause before the watch begins anew after it broke
   * @param renewal after how long it begins anew in any case
   */
  LimitsWatch(
      KubernetesClient client,
      BiConsumer<VolumeId, VolumeLimits> heard,
      Duration pause,
      Duration renewal) {
    this.client = requireNonNull(client, "client is null");
    this.heard = requireNonNull(heard, "heard is null");
    this.pause = requireNonNull(pause, "pause is null");
    this.renewal = requireNonNull(renewal, "renewal is null");
  }

  LimitsWatch following() {
    var _ = clock.scheduleWithFixedDelay(this::begin, 0, renewal.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  private void begin() {
    try {
      if (watch != null) {
        watch.close();
      }
      watch = client.resources(MooringVolumeObject.class).watch(new Listener());
    } catch (KubernetesClientException e) {
      LOG.warn("MooringVolumes cannot be watched: {}", KubeTrouble.reason(e));
      later();
    }
  }

  private void later() {
    try {
      var _ = clock.schedule(this::begin, pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the process is stopping", e);
    }
  }

  private final class Listener implements Watcher<MooringVolumeObject> {
    @Override
    public void eventReceived(Action action, MooringVolumeObject object) {
      VolumeStatus status = object.getStatus();
      if (action == Action.DELETED
          || status == null
          || status.limits() == null
          || status.volumeId() == null) {
        return;
      }
      VolumeLimits limits = status.limits().limits();
      VolumeId.parse(status.volumeId()).ifPresent(volume -> heard.accept(volume, limits));
    }

    @Override
    public void onClose() {
      LOG.debug("the watch has ended");
    }

    @Override
    public void onClose(WatcherException cause) {
      LOG.debug("the watch has broken, it begins anew", cause);
      later();
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    Watch open = watch;
    if (open != null) {
      open.close();
    }
  }
}

package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.volume.Placed;
import io.mooring.controller.volume.Placements;
import io.mooring.controller.volume.VolumeId;
import io.mooring.runtime.failure.Failure;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records as MooringVolume objects. They are read from the API server each time: what a cache says
 * may be old, and a controller that has just started has none. Every write carries the version that
 * was read, and the API server refuses it when there is a newer one.
 */
final class KubeRecords implements Placements {
  private static final int ATTEMPTS = 5;

  private final KubernetesClient client;

  KubeRecords(KubernetesClient client) {
    this.client = requireNonNull(client, "client is null");
  }

  @Override
  public Optional<Placed> find(String name) {
    return Optional.ofNullable(get(name)).map(KubeRecords::placed);
  }

  private @Nullable MooringVolumeObject get(String name) {
    String recordName = RecordName.of(name);
    MooringVolumeObject object =
        asking(name, () -> client.resources(MooringVolumeObject.class).withName(recordName).get());
    if (object != null && !object.getSpec().csiName().equals(name)) {
      throw Failure.failedPrecondition(
          "MooringVolume %s is the record of volume \"%s\" and not of \"%s\"; use another name"
              .formatted(recordName, object.getSpec().csiName(), name));
    }
    return object;
  }

  private static Placed placed(MooringVolumeObject object) {
    VolumeSpec spec = object.getSpec();
    return new Placed(
        spec.csiName(), spec.target(), spec.pool(), object.serial(), object.version());
  }

  @Override
  public Optional<Placed> record(String name, String target, String pool, long bytes) {
    MooringVolumeObject object = new MooringVolumeObject();
    object.setMetadata(new ObjectMeta());
    object.getMetadata().setName(RecordName.of(name));
    object.setSpec(new VolumeSpec(name, target, pool, bytes));
    try {
      return Optional.of(placed(client.resource(object).create()));
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return Optional.empty();
      }
      throw KubeTrouble.failure("the record of volume \"%s\" cannot be written".formatted(name), e);
    }
  }

  @Override
  public Optional<Placed> replace(Placed old, String target, String pool, long bytes) {
    MooringVolumeObject object = asSeen(old);
    if (object == null) {
      return Optional.empty();
    }
    VolumeStatus status = object.getStatus();
    object.setSpec(new VolumeSpec(old.name(), target, pool, bytes));
    label(object, Optional.empty());
    Optional<MooringVolumeObject> moved = update(object);
    if (moved.isPresent() && status != null && status.serial() != null) {
      // It speaks of a volume that is gone.
      moved.get().setStatus(VolumeStatus.creating());
      moved = updateStatus(moved.get());
    }
    return moved.map(KubeRecords::placed);
  }

  @Override
  public boolean created(Placed placed, StoredVolume volume) {
    MooringVolumeObject object = asSeen(placed);
    if (object == null) {
      return false;
    }
    Optional<MooringVolumeObject> labelled = Optional.of(object);
    // The label first: who has an answer may delete, and the record is found by the label then.
    if (!object.labelledSerial().equals(Optional.of(volume.serial()))) {
      label(object, Optional.of(volume.serial()));
      labelled = update(object);
    }
    VolumeStatus status =
        new VolumeStatus(
            new VolumeId(placed.target(), volume.serial()).toString(),
            volume.serial(),
            volume.sizeBytes(),
            volume.wwid(),
            VolumeStatus.CREATED,
            LimitsStatus.of(volume.limits()));
    return labelled.filter(record -> complete(record, status)).isPresent();
  }

  private boolean complete(MooringVolumeObject object, VolumeStatus status) {
    if (status.equals(object.getStatus())) {
      return true;
    }
    object.setStatus(status);
    return updateStatus(object).isPresent();
  }

  private static void label(MooringVolumeObject object, Optional<String> serial) {
    Map<String, String> old = object.getMetadata().getLabels();
    Map<String, String> labels = new HashMap<>(old == null ? Map.of() : old);
    labels.remove(MooringVolumeObject.SERIAL_LABEL);
    serial.ifPresent(text -> labels.put(MooringVolumeObject.SERIAL_LABEL, text));
    object.getMetadata().setLabels(labels);
  }

  @Override
  public void withdraw(Placed placed) {
    MooringVolumeObject object = asSeen(placed);
    if (object != null) {
      delete(object);
    }
  }

  @Override
  public void forget(VolumeId id, Optional<String> name) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (tryForget(id, name)) {
        return;
      }
    }
    throw Failure.aborted(
        "volume %s is deleted, but its record is being changed by somebody else all the time; try again"
            .formatted(id));
  }

  /** Answers whether nothing changed meanwhile. */
  private boolean tryForget(VolumeId id, Optional<String> name) {
    List<MooringVolumeObject> labelled =
        asking(
            id.toString(),
            () ->
                client
                    .resources(MooringVolumeObject.class)
                    .withLabel(MooringVolumeObject.SERIAL_LABEL, id.serial())
                    .list()
                    .getItems());
    boolean calm = true;
    for (MooringVolumeObject object : labelled) {
      if (object.getSpec().target().equals(id.target())) {
        calm &= delete(object);
      }
    }
    MooringVolumeObject named = name.map(this::get).orElse(null);
    if (named != null && isUnlabelledRecordOf(id, named)) {
      calm &= delete(named);
    }
    return calm;
  }

  private static boolean isUnlabelledRecordOf(VolumeId id, MooringVolumeObject object) {
    return object.labelledSerial().isEmpty()
        && object.getSpec().target().equals(id.target())
        && object.serial().orElse(id.serial()).equals(id.serial());
  }

  /** The object as it was when the record was read; null when there is a newer one or none. */
  private @Nullable MooringVolumeObject asSeen(Placed placed) {
    MooringVolumeObject object = get(placed.name());
    return object != null && object.version().equals(placed.version()) ? object : null;
  }

  private Optional<MooringVolumeObject> update(MooringVolumeObject object) {
    return unlessOutrun(object.getSpec().csiName(), () -> client.resource(object).update());
  }

  private Optional<MooringVolumeObject> updateStatus(MooringVolumeObject object) {
    return unlessOutrun(object.getSpec().csiName(), () -> client.resource(object).updateStatus());
  }

  private boolean delete(MooringVolumeObject object) {
    return unlessOutrun(
            object.getSpec().csiName(),
            () -> client.resource(object).lockResourceVersion(object.version()).delete())
        .isPresent();
  }

  private static <T> Optional<T> unlessOutrun(String volume, Supplier<T> write) {
    try {
      return Optional.of(write.get());
    } catch (KubernetesClientException e) {
      if (KubeTrouble.outrun(e)) {
        return Optional.empty();
      }
      throw KubeTrouble.failure(
          "the record of volume \"%s\" cannot be written".formatted(volume), e);
    }
  }

  private static <T extends @Nullable Object> T asking(String volume, Supplier<T> read) {
    try {
      return read.get();
    } catch (KubernetesClientException e) {
      throw KubeTrouble.failure("the record of volume \"%s\" cannot be read".formatted(volume), e);
    }
  }
}

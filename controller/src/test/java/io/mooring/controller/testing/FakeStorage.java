package io.mooring.controller.testing;

import static java.util.Objects.requireNonNull;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mooring.agent.v1.Backend;
import io.mooring.agent.v1.CreateVolumeRequest;
import io.mooring.agent.v1.DeleteVolumeRequest;
import io.mooring.agent.v1.ExpandVolumeRequest;
import io.mooring.agent.v1.GetVolumeRequest;
import io.mooring.agent.v1.ListVolumesRequest;
import io.mooring.agent.v1.ListVolumesResponse;
import io.mooring.agent.v1.ModifyVolumeRequest;
import io.mooring.agent.v1.Node;
import io.mooring.agent.v1.Path;
import io.mooring.agent.v1.Pool;
import io.mooring.agent.v1.Portal;
import io.mooring.agent.v1.Publication;
import io.mooring.agent.v1.PublishVolumeRequest;
import io.mooring.agent.v1.PublishVolumeResponse;
import io.mooring.agent.v1.Snapshot;
import io.mooring.agent.v1.Source;
import io.mooring.agent.v1.Target;
import io.mooring.agent.v1.UnpublishVolumeRequest;
import io.mooring.agent.v1.Volume;
import io.mooring.agent.v1.VolumeLimits;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The pools, volumes and publications of a fake storage host. */
public final class FakeStorage {
  private static final long EXTENT = 4L << 20;

  private final Map<String, Pool> pools = new LinkedHashMap<>();
  private final TreeMap<String, Volume> volumes = new TreeMap<>();
  private final Map<String, PublishVolumeRequest> orders = new TreeMap<>();
  private final FakeSnapshots snapshots = new FakeSnapshots(this);
  private final Random random;
  private String name;
  private boolean old;

  FakeStorage(String name) {
    this.name = name;
    this.random = new Random(name.hashCode());
  }

  /** Adds a pool, empty. */
  public synchronized FakeStorage pool(String pool, long totalBytes) {
    pools.put(
        pool,
        Pool.newBuilder()
            .setName(pool)
            .setBackend(Backend.BACKEND_THIN)
            .setTotalBytes(totalBytes)
            .build());
    return this;
  }

  /** The pool takes no volumes any more. */
  public synchronized void refuse(String pool, String sentence) {
    pools.computeIfPresent(pool, (key, old) -> old.toBuilder().setRefusal(sentence).build());
  }

  /** So much of the pool and of its metadata is in use. */
  public synchronized void fill(String pool, double data, double metadata) {
    pools.computeIfPresent(
        pool,
        (key, old) -> old.toBuilder().setUsedRatio(data).setMetadataUsedRatio(metadata).build());
  }

  /** Answers under another name from now on, as a wrong host would. */
  public synchronized void rename(String other) {
    name = other;
  }

  /** Its agent knows nothing of copies and limits, nor of groups when it is next switched on. */
  public synchronized void makeOld() {
    old = true;
  }

  synchronized boolean isOld() {
    return old;
  }

  /** From now on its agent copies for a snapshot, which is not ready meanwhile. */
  public void copiesSnapshots() {
    snapshots.copies();
  }

  /** What was being copied is whole. */
  public void finishesCopies() {
    snapshots.finishCopies();
  }

  /** All snapshots, by serial. */
  public List<Snapshot> snapshots() {
    return snapshots.all();
  }

  FakeSnapshots snapshotStore() {
    return snapshots;
  }

  /** All volumes, by serial. */
  public synchronized List<Volume> volumes() {
    return List.copyOf(volumes.values());
  }

  synchronized Target target() {
    Target.Builder target =
        Target.newBuilder()
            .setName(name)
            .setVersion("test")
            .addPortals(Portal.newBuilder().setAddress("10.77.1.1").setPort(3260))
            .addPortals(Portal.newBuilder().setAddress("fd00::1").setPort(3260));
    for (Pool pool : pools.values()) {
      long available = available(pool);
      target.addPools(
          pool.toBuilder().setAvailableBytes(available).setMaximumVolumeBytes(available));
    }
    return target.build();
  }

  private long available(Pool pool) {
    return pool.getTotalBytes()
        - volumes.values().stream()
            .filter(volume -> volume.getPool().equals(pool.getName()))
            .mapToLong(Volume::getSizeBytes)
            .sum();
  }

  synchronized Volume create(CreateVolumeRequest request) {
    long size = (Math.max(1, request.getRequiredBytes()) + EXTENT - 1) / EXTENT * EXTENT;
    Optional<Volume> present = named(request.getName());
    if (present.isPresent()) {
      if (present.get().getPool().equals(request.getPool())
          && present.get().getSizeBytes() == size) {
        return present.get();
      }
      throw fail(Status.ALREADY_EXISTS, "the name is taken");
    }
    Pool pool = pools.get(request.getPool());
    if (pool == null) {
      throw fail(Status.NOT_FOUND, "there is no pool " + request.getPool());
    }
    if (size > pool.getTotalBytes()
        || (request.getLimitBytes() > 0 && size > request.getLimitBytes())) {
      throw fail(Status.OUT_OF_RANGE, "the size cannot be had");
    }
    if (size > available(pool)) {
      throw fail(Status.RESOURCE_EXHAUSTED, "the pool is full");
    }
    Volume made = put(request.getName(), request.getPool(), size, source(request));
    return old ? made : limit(made, request.getLimits());
  }

  synchronized Volume modify(ModifyVolumeRequest request) {
    return limit(volume(request.getSerial()), request.getLimits());
  }

  private Volume limit(Volume volume, VolumeLimits wanted) {
    VolumeLimits before = volume.getLimits();
    VolumeLimits same = wanted.toBuilder().setRevision(before.getRevision()).build();
    if (same.equals(before)) {
      return volume;
    }
    Volume limited =
        volume.toBuilder()
            .setLimits(wanted.toBuilder().setRevision(before.getRevision() + 1))
            .build();
    volumes.put(limited.getSerial(), limited);
    return limited;
  }

  private Source source(CreateVolumeRequest request) {
    if (old) {
      return Source.getDefaultInstance();
    }
    Source source = request.getSource();
    boolean there =
        switch (source.getOfCase()) {
          case SNAPSHOT_SERIAL -> snapshots.has(source.getSnapshotSerial());
          case VOLUME_SERIAL -> volumes.containsKey(source.getVolumeSerial());
          case OF_NOT_SET -> true;
        };
    if (!there) {
      throw fail(Status.NOT_FOUND, "there is nothing to copy");
    }
    return source;
  }

  /** Makes a volume behind the controller's back. */
  public synchronized Volume put(String volumeName, String pool, long size) {
    return put(volumeName, pool, size, Source.getDefaultInstance());
  }

  synchronized String serial() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private Volume put(String volumeName, String pool, long size, Source source) {
    String serial = serial();
    Volume volume =
        Volume.newBuilder()
            .setSerial(serial)
            .setName(volumeName)
            .setPool(pool)
            .setSizeBytes(size)
            .setWwid("36001405" + serial.substring(0, 25))
            .setSource(source)
            .build();
    volumes.put(serial, volume);
    return volume;
  }

  synchronized Volume volume(String volumeSerial) {
    Volume volume = volumes.get(volumeSerial);
    if (volume == null) {
      throw fail(Status.NOT_FOUND, "there is no such volume");
    }
    return volume;
  }

  /** Makes the host report something else about a volume than is true. */
  public synchronized void falsify(String serial, UnaryOperator<Volume> change) {
    volumes.computeIfPresent(serial, (key, volume) -> change.apply(volume));
  }

  private Optional<Volume> named(String volumeName) {
    return volumes.values().stream().filter(v -> v.getName().equals(volumeName)).findFirst();
  }

  synchronized Volume expand(ExpandVolumeRequest request) {
    Volume volume = volumes.get(request.getSerial());
    if (volume == null) {
      throw fail(Status.NOT_FOUND, "there is no such volume");
    }
    long wanted = (request.getRequiredBytes() + EXTENT - 1) / EXTENT * EXTENT;
    long size = Math.max(volume.getSizeBytes(), wanted);
    if (request.getLimitBytes() > 0 && size > request.getLimitBytes()) {
      throw fail(Status.OUT_OF_RANGE, "that is over the limit");
    }
    if (size - volume.getSizeBytes() > available(requireNonNull(pools.get(volume.getPool())))) {
      throw fail(Status.RESOURCE_EXHAUSTED, "the pool is full");
    }
    Volume grown = volume.toBuilder().setSizeBytes(size).build();
    volumes.put(grown.getSerial(), grown);
    return grown;
  }

  synchronized void delete(DeleteVolumeRequest request) {
    Volume volume = volumes.get(request.getSerial());
    if (volume != null && volume.getPublicationsCount() > 0) {
      throw fail(
          Status.FAILED_PRECONDITION,
          "it is published to " + volume.getPublications(0).getNode().getName());
    }
    volumes.remove(request.getSerial());
  }

  synchronized Volume get(GetVolumeRequest request) {
    Optional<Volume> volume =
        request.hasName()
            ? named(request.getName())
            : Optional.ofNullable(volumes.get(request.getSerial()));
    return volume.orElseThrow(() -> fail(Status.NOT_FOUND, "there is no such volume"));
  }

  synchronized ListVolumesResponse list(ListVolumesRequest request) {
    List<Volume> rest = List.copyOf(volumes.tailMap(request.getAfterSerial(), false).values());
    int most = request.getMaxEntries() == 0 ? rest.size() : request.getMaxEntries();
    return ListVolumesResponse.newBuilder()
        .addAllVolumes(rest.subList(0, Math.min(most, rest.size())))
        .setMore(rest.size() > most)
        .build();
  }

  synchronized PublishVolumeResponse publish(PublishVolumeRequest request) {
    Volume volume = volumes.get(request.getSerial());
    if (volume == null) {
      throw fail(Status.NOT_FOUND, "there is no such volume");
    }
    for (Publication publication : volume.getPublicationsList()) {
      PublishVolumeRequest before =
          orders.getOrDefault(order(request.getSerial(), publication.getNode()), request);
      if (publication.getNode().getUuid().equals(request.getNode().getUuid())) {
        if (publication.getReadOnly() == request.getReadOnly()
            && before.getExclusive() == request.getExclusive()
            && before.getAccessType() == request.getAccessType()) {
          return response(volume, publication);
        }
        throw fail(Status.ALREADY_EXISTS, "it is published there for another use");
      }
      if (request.getExclusive() || before.getExclusive()) {
        throw fail(
            Status.FAILED_PRECONDITION,
            "it is published to node " + publication.getNode().getName());
      }
    }
    Publication made = publication(request.getNode(), request.getReadOnly());
    Volume changed = volume.toBuilder().addPublications(made).build();
    volumes.put(changed.getSerial(), changed);
    orders.put(order(request.getSerial(), request.getNode()), request);
    return response(changed, made);
  }

  private static String order(String serial, Node node) {
    return serial + "/" + node.getUuid();
  }

  private static PublishVolumeResponse response(Volume volume, Publication publication) {
    return PublishVolumeResponse.newBuilder().setVolume(volume).setPublication(publication).build();
  }

  private Publication publication(Node node, boolean readOnly) {
    return Publication.newBuilder()
        .setNode(node)
        .setReadOnly(readOnly)
        .addPaths(
            Path.newBuilder()
                .setIqn("iqn.2026-01.io.mooring:" + name + ".0123456789abcdef")
                .setTpgt(1)
                .setLun(lun(node))
                .addPortals(Portal.newBuilder().setAddress("10.77.1.1").setPort(3260))
                .addPortals(Portal.newBuilder().setAddress("fd00::1").setPort(3260)))
        .build();
  }

  private int lun(Node node) {
    return 1
        + (int)
            volumes.values().stream()
                .flatMap(volume -> volume.getPublicationsList().stream())
                .filter(publication -> publication.getNode().equals(node))
                .count();
  }

  synchronized void unpublish(UnpublishVolumeRequest request) {
    volumes.computeIfPresent(
        request.getSerial(),
        (serial, volume) -> {
          List<Publication> left =
              volume.getPublicationsList().stream()
                  .filter(publication -> !matches(request.getNode(), publication.getNode()))
                  .toList();
          return volume.toBuilder().clearPublications().addAllPublications(left).build();
        });
  }

  private static boolean matches(Node asked, Node published) {
    return asked.getUuid().isEmpty() || asked.getUuid().equals(published.getUuid());
  }

  static StatusRuntimeException fail(Status status, String sentence) {
    return status.withDescription(sentence).asRuntimeException();
  }
}

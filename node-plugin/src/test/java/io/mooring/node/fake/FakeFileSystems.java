package io.mooring.node.fake;

import io.mooring.node.fs.Content;
import io.mooring.node.fs.FileSystems;
import io.mooring.node.fs.FsType;
import io.mooring.node.fs.Usage;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** File systems on the fake kernel's maps. */
final class FakeFileSystems implements FileSystems {
  private final FakeKernel kernel;
  private final Faults faults;

  Duration timeForFormat = Duration.ZERO;

  FakeFileSystems(FakeKernel kernel, Faults faults) {
    this.kernel = kernel;
    this.faults = faults;
  }

  @Override
  public Content probe(Path device, long sizeBytes, Deadline deadline) {
    return act("probe", device, () -> content(device, readable(device, sizeBytes)));
  }

  private Content content(Path device, FakeLun behind) {
    return kernel.mapOf(device).orElseThrow().content(behind);
  }

  private FakeLun readable(Path device, long sizeBytes) {
    FakeMap map =
        kernel
            .mapOf(device)
            .filter(found -> !found.suspended && found.sizeBytes == sizeBytes)
            .orElseThrow(() -> Failure.unavailable(device + " is not there in that size"));
    return kernel
        .touch(map, "a read")
        .filter(behind -> !behind.unreadable())
        .orElseThrow(() -> Failure.unavailable(device + " cannot be read"));
  }

  @Override
  public void format(
      FsType type, Path device, long sizeBytes, List<String> options, Deadline deadline) {
    act(
        "format",
        device,
        () -> {
          timeForFormat = deadline.remaining();
          FakeLun behind = readable(device, sizeBytes);
          if (!(content(device, behind) instanceof Content.Blank)) {
            throw Failure.failedPrecondition(device + " is not blank");
          }
          kernel.touch(kernel.mapOf(device).orElseThrow(), "a format");
          behind.format(
              new Content.Formatted(type.toString(), "6d6f6f72-696e-4067-8000-1"), sizeBytes);
          return true;
        });
  }

  @Override
  public void check(FsType type, Path device, Deadline deadline) {
    act("check", device, () -> true);
  }

  @Override
  public void readProof(Path device, long sizeBytes, Deadline deadline) {
    act("readProof", device, () -> readable(device, sizeBytes));
  }

  @Override
  public void blank(Path device, long sizeBytes, Deadline deadline) {
    act("blank", device, () -> readable(device, sizeBytes).holding(new Content.Blank()));
  }

  @Override
  public long sizeBytes(FsType type, Path device, Path mountPoint, Deadline deadline) {
    return act("sizeBytes", device, () -> mounted(device, mountPoint).fileSystemBytes());
  }

  @Override
  public void grow(FsType type, Path device, Path mountPoint, Deadline deadline) {
    act(
        "grow",
        device,
        () -> {
          mounted(device, mountPoint).growFileSystem(kernel.mapOf(device).orElseThrow().sizeBytes);
          return true;
        });
  }

  private FakeLun mounted(Path device, Path mountPoint) {
    return kernel
        .mapOf(device)
        .filter(map ->
            kernel.mounts.stream()
                .anyMatch(mount ->
                    mount.device().equals(map.number)
                        && mount.mountPoint().equals(mountPoint.normalize())))
        .flatMap(map -> kernel.touch(map, "a look at the file system"))
        .orElseThrow(() -> Failure.internal(device + " is not mounted at " + mountPoint));
  }

  @Override
  public void flush(Path device, Deadline deadline) {
    act(
        "flush",
        device,
        () -> {
          FakeMap map =
              kernel.mapOf(device).orElseThrow(() -> Failure.internal(device + " is not there"));
          if (kernel.usablePaths(map).isEmpty()) {
            throw Failure.internal("could not write back " + device + ": input/output error");
          }
          return kernel.touch(map, "a flush");
        });
  }

  @Override
  public boolean superblockGone(FsType type, String dmName) {
    synchronized (kernel) {
      return kernel
          .deviceMapper()
          .filter(map -> map.dmName.equals(dmName))
          .noneMatch(map ->
              map.superblockPinned
                  || kernel.mounts.stream().anyMatch(mount -> mount.device().equals(map.number)));
    }
  }

  @Override
  public boolean metErrors(FsType type, String dmName) {
    synchronized (kernel) {
      return type == FsType.EXT4
          && kernel
              .deviceMapper()
              .anyMatch(map -> map.dmName.equals(dmName) && kernel.erred.contains(map.number));
    }
  }

  @Override
  public boolean answers(FsType type, Path mountPoint, Deadline deadline) {
    return act(
        "answers",
        mountPoint,
        () ->
            kernel.mounts.stream()
                .filter(mount -> mount.mountPoint().equals(mountPoint.normalize()))
                .noneMatch(mount -> kernel.shutDown.contains(mount.device())));
  }

  @Override
  public Usage usage(Path mountPoint, Deadline deadline) {
    return act(
        "usage",
        mountPoint,
        () -> {
          boolean answers =
              kernel.mounts.stream()
                  .filter(mount -> mount.mountPoint().equals(mountPoint.normalize()))
                  .flatMap(mount ->
                      kernel.deviceMapper().filter(map -> map.number.equals(mount.device())))
                  .anyMatch(map -> !kernel.usablePaths(map).isEmpty());
          if (!answers) {
            throw Failure.deadlineExceeded("stat was ended: " + mountPoint + " does not answer");
          }
          return new Usage(1 << 30, 1 << 20, (1 << 30) - (1 << 20), 65536, 11, 65525);
        });
  }

  private <T> T act(String method, Object argument, Supplier<T> effect) {
    return faults.call(
        "fileSystems." + method,
        argument,
        () -> {
          synchronized (kernel) {
            return effect.get();
          }
        });
  }
}

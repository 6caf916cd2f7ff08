package io.mooring.node.fake;

import io.mooring.node.fs.Content;
import io.mooring.node.fs.Fsids;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** The fsids of what lies on the fake kernel's maps. */
final class FakeFsids implements Fsids {
  private final FakeKernel kernel;
  private final Faults faults;

  FakeFsids(FakeKernel kernel, Faults faults) {
    this.kernel = kernel;
    this.faults = faults;
  }

  @Override
  public UUID of(Path device, Deadline deadline) {
    return act("of", device, () -> btrfs(map(device)));
  }

  private FakeMap map(Path device) {
    return kernel.mapOf(device).orElseThrow(() -> Failure.unavailable(device + " cannot be read"));
  }

  private UUID btrfs(FakeMap map) {
    FakeLun behind =
        kernel
            .touch(map, "a read")
            .orElseThrow(() -> Failure.unavailable(map.name + " cannot be read"));
    return kernel
        .fsid(map, behind)
        .orElseThrow(() -> Failure.failedPrecondition(map.name + " holds no btrfs"));
  }

  @Override
  public void change(Path device, UUID fsid, Deadline deadline) {
    act(
        "change",
        device,
        () -> {
          FakeMap map = map(device);
          UUID before = btrfs(map);
          FakeLun behind = kernel.touch(map, "a change of the fsid").orElseThrow();
          if (behind.readOnly() || kernel.inUse(map)) {
            kernel.violations.add("the fsid " + before + " of " + map.name + " was changed in use");
          }
          return behind.holding(new Content.Formatted("btrfs", fsid.toString()));
        });
  }

  @Override
  public List<String> mounted(UUID fsid) {
    synchronized (kernel) {
      return kernel.mountedBtrfs(fsid).map(map -> map.dmName).toList();
    }
  }

  private <T> T act(String method, Object argument, Supplier<T> effect) {
    return faults.call(
        "fsids." + method,
        argument,
        () -> {
          synchronized (kernel) {
            return effect.get();
          }
        });
  }
}

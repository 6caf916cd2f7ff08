package io.mooring.node.fake;

import io.mooring.node.crypt.CryptMapping;
import io.mooring.node.crypt.Encryption;
import io.mooring.node.crypt.LuksHeader;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** dm-crypt and headers on the fake kernel's maps. */
final class FakeEncryption implements Encryption {
  private final FakeKernel kernel;
  private final Faults faults;

  FakeEncryption(FakeKernel kernel, Faults faults) {
    this.kernel = kernel;
    this.faults = faults;
  }

  @Override
  public Optional<CryptMapping> find(String name) {
    synchronized (kernel) {
      return mapping(name)
          .map(map ->
              new CryptMapping(
                  map.dmName,
                  map.name,
                  map.number,
                  map.sizeBytes,
                  map.below.stream().map(below -> below.dmName).toList()));
    }
  }

  private Optional<FakeMap> mapping(String name) {
    return kernel.mappings.stream().filter(map -> map.name.equals(name)).findFirst();
  }

  @Override
  public void format(Path device, String passphrase, Deadline deadline) {
    act(
        "format",
        device,
        () -> {
          behind(device).encrypt(passphrase);
          return true;
        });
  }

  @Override
  public LuksHeader header(Path device, Deadline deadline) {
    return act(
        "header",
        device,
        () -> {
          FakeHeader header = headerOn(device);
          return new LuksHeader(
              header.subsystem, header.epoch, header.keys.size(), FakeHeader.BYTES);
        });
  }

  private FakeHeader headerOn(Path device) {
    return behind(device)
        .header()
        .orElseThrow(() -> Failure.internal(device + " is not a valid LUKS device"));
  }

  private FakeLun behind(Path device) {
    return kernel
        .mapOf(device)
        .flatMap(map -> kernel.touch(map, "a look at the header"))
        .orElseThrow(() -> Failure.internal(device + " cannot be read"));
  }

  @Override
  public void markUsed(Path device, Deadline deadline) {
    act(
        "markUsed",
        device,
        () -> {
          headerOn(device).markUsed();
          return true;
        });
  }

  @Override
  public boolean open(
      Path device, String name, String passphrase, boolean readOnly, Deadline deadline) {
    return act(
        "open",
        device,
        () ->
            headerOn(device).keys.contains(passphrase)
                && kernel.addMapping(name, kernel.mapOf(device).orElseThrow()));
  }

  @Override
  public boolean fits(Path device, String passphrase, Deadline deadline) {
    return act("fits", device, () -> headerOn(device).keys.contains(passphrase));
  }

  @Override
  public boolean addKey(Path device, String existing, String added, Deadline deadline) {
    return act(
        "addKey",
        device,
        () -> headerOn(device).keys.contains(existing) && headerOn(device).add(added));
  }

  @Override
  public boolean removeKey(Path device, String passphrase, Deadline deadline) {
    return act("removeKey", device, () -> headerOn(device).remove(passphrase));
  }

  @Override
  public void grow(CryptMapping mapping, Deadline deadline) {
    act(
        "grow",
        mapping.name(),
        () -> {
          FakeMap map = mapping(mapping.name()).orElseThrow();
          map.sizeBytes = map.below.orElseThrow().sizeBytes - FakeHeader.BYTES;
          return true;
        });
  }

  @Override
  public void close(CryptMapping mapping, Deadline deadline) {
    act(
        "close",
        mapping.name(),
        () -> {
          FakeMap map = mapping(mapping.name()).orElseThrow();
          if (kernel.inUse(map)) {
            throw Failure.failedPrecondition(mapping + " is in use");
          }
          map.below.orElseThrow().holders.removeAll(List.of(map.dmName));
          return kernel.mappings.remove(map);
        });
  }

  private <T> T act(String method, Object argument, Supplier<T> effect) {
    return faults.call(
        "encryption." + method,
        argument,
        () -> {
          synchronized (kernel) {
            return effect.get();
          }
        });
  }
}

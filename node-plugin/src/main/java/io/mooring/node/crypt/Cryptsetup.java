package io.mooring.node.crypt;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Sysfs;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** LUKS2 by the host's cryptsetup(8). */
public final class Cryptsetup implements Encryption {
  /** device-mapper's uuid of a mapping begins so (lib/libdevmapper.c of cryptsetup). */
  private static final String UUID = "CRYPT-LUKS2-";

  private static final int SECTOR_BYTES = 512;

  /** cryptsetup(8), return codes. */
  private static final int NO_SUCH_KEY = 2;

  private static final int BUSY = 5;

  /**
   * The cost of a guess, fixed: cryptsetup would measure this machine and take up to 1 GiB, which a
   * node under load or a container may not have.
   */
  private static final List<String> KEY_COST =
      List.of(
          "--pbkdf=argon2id",
          "--pbkdf-memory=65536",
          "--pbkdf-parallel=1",
          "--pbkdf-force-iterations=4");

  private final Sysfs sysfs;
  private final CommandRunner commands;

  public Cryptsetup(Sysfs sysfs, CommandRunner commands) {
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
    this.commands = requireNonNull(commands, "commands is null");
  }

  @Override
  public Optional<CryptMapping> find(String name) {
    return sysfs.list("block").stream()
        .filter(entry -> entry.startsWith("dm-"))
        .filter(entry -> sysfs.read("block/" + entry + "/dm/name").filter(name::equals).isPresent())
        .flatMap(entry -> mapping(entry, name).stream())
        .findFirst();
  }

  /** Empty for another kind of device-mapper device, and for one that vanishes meanwhile. */
  private Optional<CryptMapping> mapping(String dmName, String name) {
    String entry = "block/" + dmName;
    Optional<DeviceNumber> number = sysfs.read(entry + "/dev").flatMap(DeviceNumber::parse);
    Optional<Long> sectors = sysfs.readNumber(entry + "/size");
    boolean ours = sysfs.read(entry + "/dm/uuid").orElse("").startsWith(UUID);
    if (!ours || number.isEmpty() || sectors.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new CryptMapping(
            dmName,
            name,
            number.get(),
            sectors.get() * SECTOR_BYTES,
            sysfs.list(entry + "/slaves")));
  }

  @Override
  public void format(Path device, String passphrase, Deadline deadline) {
    List<String> argv =
        new ArrayList<>(List.of("luksFormat", "--type=luks2", "--subsystem=" + LuksHeader.NEW));
    argv.addAll(KEY_COST);
    argv.addAll(List.of("--key-file=-", device.toString()));
    run(argv, passphrase, deadline).orFail("make an encrypted volume of " + device);
  }

  @Override
  public LuksHeader header(Path device, Deadline deadline) {
    CommandResult result =
        run(List.of("luksDump", device.toString()), "", deadline)
            .orFail("read the encryption header of " + device);
    return LuksHeader.parse(result.stdout())
        .orElseThrow(() ->
            Failure.failedPrecondition(
                "%s is encrypted in another form than LUKS2; convert it with cryptsetup"
                    .formatted(device)));
  }

  @Override
  public void markUsed(Path device, Deadline deadline) {
    run(List.of("config", "--subsystem=" + LuksHeader.USED, device.toString()), "", deadline)
        .orFail("write the encryption header of " + device);
  }

  /**
   * The key does not go through the kernel's keyring, from which a later growth could not take it
   * again without the passphrase. Discards pass, as on any other volume.
   */
  @Override
  public boolean open(
      Path device, String name, String passphrase, boolean readOnly, Deadline deadline) {
    List<String> argv =
        new ArrayList<>(List.of("open", "--type=luks2", "--disable-keyring", "--allow-discards"));
    if (readOnly) {
      argv.add("--readonly");
    }
    argv.addAll(List.of("--key-file=-", device.toString(), name));
    return fitted(run(argv, passphrase, deadline), "open the encrypted volume " + device);
  }

  @Override
  public boolean fits(Path device, String passphrase, Deadline deadline) {
    List<String> argv =
        List.of("open", "--type=luks2", "--test-passphrase", "--key-file=-", device.toString());
    return fitted(run(argv, passphrase, deadline), "try a passphrase of " + device);
  }

  @Override
  public boolean addKey(Path device, String existing, String added, Deadline deadline) {
    List<String> argv = new ArrayList<>(List.of("luksAddKey"));
    argv.addAll(KEY_COST);
    // Both come over standard input: as many bytes as the first has, then the rest.
    int length = existing.getBytes(StandardCharsets.UTF_8).length;
    argv.addAll(List.of("--key-file=-", "--keyfile-size=" + length, device.toString(), "-"));
    return fitted(run(argv, existing + added, deadline), "add a passphrase to " + device);
  }

  @Override
  public boolean removeKey(Path device, String passphrase, Deadline deadline) {
    // In batch mode it would remove the last key without a word.
    if (header(device, deadline).keys() < 2) {
      throw Failure.internal("the only passphrase of %s is not removed".formatted(device));
    }
    return fitted(
        run(List.of("luksRemoveKey", "--key-file=-", device.toString()), passphrase, deadline),
        "remove a passphrase of " + device);
  }

  private static boolean fitted(CommandResult result, String doing) {
    return result.exitCode() != NO_SUCH_KEY && result.orFail(doing).succeeded();
  }

  @Override
  public void grow(CryptMapping mapping, Deadline deadline) {
    run(List.of("resize", mapping.name()), "", deadline).orFail("grow " + mapping);
  }

  @Override
  public void close(CryptMapping mapping, Deadline deadline) {
    CommandResult result = run(List.of("close", mapping.name()), "", deadline);
    if (result.exitCode() == BUSY && find(mapping.name()).isPresent()) {
      throw Failure.failedPrecondition(
          "%s is in use; end what uses it and try again".formatted(mapping));
    }
    if (find(mapping.name()).isPresent()) {
      throw Failure.internal(
          "%s stays although it was closed: %s".formatted(mapping, result.complaint()));
    }
  }

  private CommandResult run(List<String> words, String input, Deadline deadline) {
    List<String> argv = new ArrayList<>(List.of("cryptsetup", "--batch-mode"));
    argv.addAll(words);
    return commands.run(Command.of(argv).withInput(input), deadline);
  }
}

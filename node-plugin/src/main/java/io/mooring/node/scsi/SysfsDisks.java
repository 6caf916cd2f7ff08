package io.mooring.node.scsi;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.linux.Holder;
import io.mooring.node.linux.Holders;
import io.mooring.node.linux.Sysfs;
import io.mooring.node.linux.SysfsWriter;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The host's SCSI disks by sysfs, always entered by their address. */
public final class SysfsDisks implements ScsiDisks {
  private static final String DEVICES = "class/scsi_device";

  /** What the agent gives its LUNs; the multipath drop-in speaks of the same. */
  private static final String VENDOR = "LIO-ORG";

  private static final String PRODUCT = "mooring";
  private static final String MULTIPATHD = "multipathd";
  private static final int SECTOR_BYTES = 512;

  private final Sysfs sysfs;
  private final SysfsWriter writer;
  private final Holders holders;
  private final Inquiry inquiry;

  public SysfsDisks(Sysfs sysfs, CommandRunner commands, Holders holders) {
    this.sysfs = requireNonNull(sysfs, "sysfs is null");
    this.writer = new SysfsWriter(sysfs, commands);
    this.holders = requireNonNull(holders, "holders is null");
    this.inquiry = new Inquiry(commands);
  }

  @Override
  public Optional<ScsiDisk> at(Hctl hctl) {
    String device = device(hctl);
    return sysfs.list(device + "/block").stream()
        .findFirst()
        .flatMap(name -> {
          String block = device + "/block/" + name;
          Optional<DeviceNumber> number = sysfs.read(block + "/dev").flatMap(DeviceNumber::parse);
          Optional<Long> sectors = sysfs.readNumber(block + "/size");
          if (number.isEmpty() || sectors.isEmpty()) {
            return Optional.empty();
          }
          return Optional.of(
              new ScsiDisk(
                  hctl,
                  name,
                  number.get(),
                  identity(device),
                  sectors.get() * SECTOR_BYTES,
                  sysfs.read(block + "/ro").filter("1"::equals).isPresent(),
                  state(device),
                  sysfs.list(block + "/holders")));
        });
  }

  private Optional<Identity> identity(String device) {
    Optional<Wwid> wwid = sysfs.read(device + "/wwid").flatMap(Wwid::ofSysfs);
    Optional<String> serial =
        sysfs.readBytes(device + "/vpd_pg80").flatMap(page -> VpdPage.text(page, 0x80));
    return wwid.isPresent() && serial.isPresent() && sysfs.exists(device + "/vpd_pg83")
        ? Optional.of(new Identity(wwid.get(), serial.get()))
        : Optional.empty();
  }

  private DiskState state(String device) {
    return DiskState.parse(sysfs.read(device + "/state").orElse(""));
  }

  @Override
  public boolean exists(Hctl hctl) {
    return sysfs.exists(DEVICES + "/" + hctl);
  }

  @Override
  public List<ScsiDisk> onHost(int host) {
    List<ScsiDisk> disks = new ArrayList<>();
    for (String name : sysfs.list(DEVICES)) {
      Hctl.parse(name).filter(hctl -> hctl.host() == host).flatMap(this::at).ifPresent(disks::add);
    }
    disks.sort(Comparator.comparingInt(disk -> disk.hctl().lun()));
    return List.copyOf(disks);
  }

  @Override
  public int inFlight(Hctl hctl) {
    String block = device(hctl) + "/block";
    return sysfs.list(block).stream()
        .findFirst()
        .flatMap(name -> sysfs.read(block + "/" + name + "/inflight"))
        .map(text -> Arrays.stream(text.strip().split("\\s+")).mapToInt(SysfsDisks::number).sum())
        .orElse(0);
  }

  /** What cannot be read counts as something: nobody may rely on there being nothing. */
  private static int number(String text) {
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 1;
  }

  @Override
  public void scan(int host, int lun, Deadline deadline) {
    if (lun < 0) {
      throw Failure.invalidArgument("LUN " + lun + " is negative");
    }
    writer.write("class/scsi_host/host" + host + "/scan", "0 0 " + lun, deadline);
  }

  @Override
  public void delete(Hctl hctl, Wwid expected, Deadline deadline) {
    Optional<Identity> known = identity(device(hctl));
    if (exists(hctl) && known.filter(identity -> identity.wwid().equals(expected)).isEmpty()) {
      throw Failure.failedPrecondition(
          "disk %s is %s and not %s, so it is left alone; look at what the storage host maps there"
              .formatted(
                  at(hctl).map(disk -> hctl + " (" + disk.name() + ")").orElse(hctl.toString()),
                  known.map(Identity::toString).orElse("without an identity"),
                  expected));
    }
    remove(hctl, deadline);
  }

  @Override
  public void purge(Hctl hctl, Deadline deadline) {
    Optional<ScsiDisk> disk = at(hctl);
    if (disk.isPresent()) {
      // multipathd keeps every path open that it knows, used or not, and lets go when it is
      // removed.
      List<Holder> users =
          holders.of(disk.get().number()).stream()
              .filter(holder -> !holder.name().equals(MULTIPATHD))
              .toList();
      if (!users.isEmpty()) {
        throw heldBy(
            disk.get(), users.stream().map(Holder::toString).collect(Collectors.joining(", ")));
      }
    }
    remove(hctl, deadline);
  }

  private void remove(Hctl hctl, Deadline deadline) {
    String device = device(hctl);
    // A removal under a running recovery time would wait in the kernel, where nothing ends it.
    boolean quiet =
        Poll.SYSFS.until(deadline, () -> !exists(hctl) || state(device) != DiskState.BLOCKED);
    if (!quiet) {
      throw Failure.deadlineExceeded(
          "disk %s waits for its session's recovery time; try again".formatted(hctl));
    }
    if (!exists(hctl)) {
      return;
    }
    at(hctl)
        .filter(disk -> !disk.holders().isEmpty())
        .ifPresent(disk -> {
          throw heldBy(disk, String.join(", ", disk.holders()) + " on top of it");
        });
    try {
      writer.write(device + "/delete", "1", deadline);
    } catch (Failure e) {
      if (exists(hctl)) {
        throw e;
      }
    }
    if (!Poll.SYSFS.until(deadline, () -> !exists(hctl))) {
      throw Failure.deadlineExceeded(
          "disk %s has not gone after its removal; look at this host's kernel log".formatted(hctl));
    }
  }

  private static Failure heldBy(ScsiDisk disk, String users) {
    return Failure.failedPrecondition(
        "%s is in use (%s), so it is left; end what uses it".formatted(disk, users));
  }

  @Override
  public Identity liveIdentity(Hctl hctl, Deadline deadline) {
    ScsiDisk before = present(hctl);
    Identity identity = inquiry.ask(before, deadline);
    ScsiDisk after = present(hctl);
    if (!after.name().equals(before.name()) || !after.number().equals(before.number())) {
      throw Failure.unavailable(
          "disk %s was replaced while it was asked who it is; try again".formatted(hctl));
    }
    return identity;
  }

  @Override
  public boolean isUnmapped(Hctl hctl, Deadline deadline) {
    return inquiry.refused(present(hctl), deadline);
  }

  private ScsiDisk present(Hctl hctl) {
    return at(hctl)
        .orElseThrow(
            () -> Failure.unavailable("disk %s is not there any more; try again".formatted(hctl)));
  }

  @Override
  public void ping(Hctl hctl, Deadline deadline) {
    inquiry.ping(present(hctl), deadline);
  }

  @Override
  public void rescan(Hctl hctl, Deadline deadline) {
    writer.write(device(hctl) + "/rescan", "1", deadline);
  }

  @Override
  public void setRunning(Hctl hctl, Deadline deadline) {
    // The kernel reads the size anew on the way, so this reaches the disk.
    writer.write(device(hctl) + "/state", "running", deadline);
    if (!Poll.SYSFS.until(deadline, () -> state(device(hctl)) == DiskState.RUNNING)) {
      throw Failure.unavailable(
          "disk %s does not run although it was told to; look at this host's kernel log"
              .formatted(hctl));
    }
  }

  @Override
  public void announce(Hctl hctl, Deadline deadline) {
    writer.write("block/" + present(hctl).name() + "/uevent", "add", deadline);
  }

  @Override
  public boolean isMoorings(Hctl hctl) {
    return sysfs.read(device(hctl) + "/vendor").filter(VENDOR::equals).isPresent()
        && sysfs.read(device(hctl) + "/model").filter(is -> is.startsWith(PRODUCT)).isPresent();
  }

  private static String device(Hctl hctl) {
    return DEVICES + "/" + hctl + "/device";
  }
}

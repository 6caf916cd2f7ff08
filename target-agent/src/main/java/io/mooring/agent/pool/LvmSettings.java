package io.mooring.agent.pool;

import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every LVM command is told beyond the host's lvm.conf.
 *
 * <p>Loop devices are kept out of its sight: those of file pools hold what tenants wrote, perhaps a
 * volume group with the name of the host's own, and to read them all takes time and can hang. The
 * administrator's own filter stays in force behind that.
 *
 * @param text for {@code --config}
 */
public record LvmSettings(String text) {
  private static final Logger LOG = LoggerFactory.getLogger(LvmSettings.class);

  /** An archive of the metadata per change would fill the disk; the last backup is kept. */
  private static final String NO_ARCHIVE = "backup{archive=0}";

  private static final String LOOP = "/dev/loop";
  private static final Pattern OUR_IMAGE =
      Pattern.compile(".*/[0-9a-f]{32}\\.img( \\(deleted\\))?");

  /**
   * Looks at the host's configuration, and whether a volume group that is to be used lies on loop
   * devices itself, as it may for a trial.
   *
   * @param sysClassBlock {@code /sys/class/block}
   */
  public static LvmSettings read(
      CommandRunner commands, Collection<String> groups, Path sysClassBlock, Deadline deadline) {
    if (groups.isEmpty()) {
      return new LvmSettings(NO_ARCHIVE);
    }
    for (String group : groups) {
      CommandResult volumes =
          commands.run(
              Command.of("pvs", "--noheadings", "-o", "pv_name", "--select", "vg_name=" + group),
              deadline);
      if (volumes.stdout().lines().anyMatch(line -> isForeignLoop(line.strip(), sysClassBlock))) {
        LOG.warn(
            "volume group {} lies on a loop device, so LVM commands look at all loop devices;"
                + " do not use that together with a file pool",
            group);
        return new LvmSettings(NO_ARCHIVE);
      }
    }
    CommandResult own = commands.run(Command.of("lvmconfig", "devices/filter"), deadline);
    String filter = own.succeeded() ? own.stdout().strip() : "";
    String rest =
        filter.startsWith("filter=[") && filter.endsWith("]")
            ? "," + filter.substring("filter=[".length(), filter.length() - 1)
            : "";
    return new LvmSettings(NO_ARCHIVE + " devices{filter=[\"r|^" + LOOP + "|\"" + rest + "]}");
  }

  private static boolean isForeignLoop(String device, Path sysClassBlock) {
    if (!device.startsWith(LOOP)) {
      return false;
    }
    Path backing =
        sysClassBlock
            .resolve(device.substring("/dev/".length()))
            .resolve("loop")
            .resolve("backing_file");
    try {
      return !OUR_IMAGE.matcher(Files.readString(backing).strip()).matches();
    } catch (IOException e) {
      LOG.warn("{} cannot be read ({}); its loop device is taken for one of ours", backing, e);
      return false;
    }
  }
}

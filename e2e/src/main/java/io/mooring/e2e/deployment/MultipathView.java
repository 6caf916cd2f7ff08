package io.mooring.e2e.deployment;

import io.mooring.e2e.lab.qemu.VirtualMachine;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What multipathd on one worker thinks of the world.
 *
 * @param localDisk of the worker's own data disk: what multipath and udev make of it
 * @param foreignMap of somebody else's LUN: its map with all settings
 * @param configuration the whole effective configuration, without device sections of Mooring's
 * @param ownSection Mooring's device section; empty before it is installed
 */
public record MultipathView(
    String localDisk, String foreignMap, String configuration, String ownSection) {
  private static final Pattern SECTION =
      Pattern.compile("\\n\\tdevice \\{\\n(?:\\t\\t[^\\n]*\\n)*\\t\\}");

  /** Looks at a worker that has the foreign disk. */
  public static MultipathView of(VirtualMachine worker) {
    String disk =
        worker
            .shell()
            .check(
                """
                d=$(readlink -f /dev/disk/by-id/scsi-*local | head -n 1)
                multipath -c $d; echo "exit code $?"
                udevadm info -q property -n $d | grep -E '^(DM_|ID_|SYSTEMD_)' | sort
                ls /sys/block/${d##*/}/holders
                """);
    String map =
        worker
            .shell()
            .check(
                """
                multipathd show map %s raw format '%%n %%w %%Q %%S %%f %%h %%t %%F %%g'
                multipathd show paths raw format '%%w %%o %%T %%s %%c %%p' | grep ^%s | sort
                """
                    .formatted(ForeignDisk.WWID, ForeignDisk.WWID));
    String all = worker.shell().check("multipathd show config");
    String own =
        SECTION
            .matcher(all)
            .results()
            .map(MatchResult::group)
            .filter(section -> section.contains("product \"^mooring"))
            .collect(Collectors.joining());
    return new MultipathView(disk, map, own.isEmpty() ? all : all.replace(own, ""), own);
  }
}

package io.mooring.e2e.deployment;

import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.e2e.lab.tool.Resources;
import io.mooring.e2e.lab.tool.Together;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/**
 * What the storage host and the workers hold at one moment: sessions, paths, maps, mounts, LUNs,
 * volumes. Two inventories tell what was left behind, or what was taken that should have stayed.
 *
 * @param things by VM name; one line per thing, its kind first
 */
public record Inventory(Map<String, SortedSet<String>> things) {
  public Inventory {
    things = new TreeMap<>(things);
  }

  /** What these VMs hold now. */
  public static Inventory of(VirtualMachine storage, Collection<VirtualMachine> workers) {
    Map<String, SortedSet<String>> things = new ConcurrentSkipListMap<>();
    List<Runnable> looks = new ArrayList<>();
    looks.add(() -> things.put(storage.name(), lines(storage, "inventory-storage.sh")));
    for (VirtualMachine worker : workers) {
      looks.add(() -> things.put(worker.name(), lines(worker, "inventory-worker.sh")));
    }
    Together.run(looks);
    return new Inventory(things);
  }

  private static SortedSet<String> lines(VirtualMachine vm, String script) {
    return vm.shell()
        .check(Resources.text(Inventory.class, script))
        .lines()
        .filter(line -> !line.isBlank())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What is here and was not there before, as {@code vm: thing}. */
  public SortedSet<String> since(Inventory before) {
    SortedSet<String> fresh = new TreeSet<>();
    things.forEach((vm, lines) ->
        lines.stream()
            .filter(line -> !before.things().getOrDefault(vm, new TreeSet<>()).contains(line))
            .forEach(line -> fresh.add(vm + ": " + line)));
    return fresh;
  }

  /** The things of one VM whose line begins so. */
  public SortedSet<String> of(String vm, String beginning) {
    return things.getOrDefault(vm, new TreeSet<>()).stream()
        .filter(line -> line.startsWith(beginning))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}

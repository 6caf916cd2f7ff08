package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.runtime.encryption.EncryptionType;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.filesystem.MkfsOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A StorageClass's parameters.
 *
 * @param pool the only pool name allowed; empty for any
 * @param targets the only storage targets allowed; empty for any
 * @param mkfsOptions further arguments of mkfs, see {@link MkfsOptions}; may be empty
 * @param encryption what the nodes do to its content; empty for nothing
 * @param limits of a volume that is made
 */
public record Parameters(
    String pool,
    Set<String> targets,
    String mkfsOptions,
    Optional<EncryptionType> encryption,
    VolumeLimits limits) {
  /** Nothing is said. */
  public static final Parameters NONE =
      new Parameters("", Set.of(), "", Optional.empty(), VolumeLimits.NONE);

  private static final String POOL = "pool";
  private static final String TARGET = "target";
  // Kubernetes' sidecars keep this prefix for themselves and refuse what they do not know under it.
  private static final String SIDECARS = "csi.storage.k8s.io/";

  public Parameters {
    requireNonNull(pool, "pool is null");
    requireNonNull(mkfsOptions, "mkfsOptions is null");
    requireNonNull(encryption, "encryption is null");
    requireNonNull(limits, "limits is null");
    targets = Set.copyOf(targets);
  }

  /**
   * Reads them; what Kubernetes' sidecars add is passed over.
   *
   * @throws Failure INVALID_ARGUMENT for an unknown key or an empty value
   */
  public static Parameters parse(Map<String, String> map) {
    String pool = "";
    Set<String> targets = Set.of();
    String mkfsOptions = "";
    Optional<EncryptionType> encryption = Optional.empty();
    Map<String, String> limits = new HashMap<>();
    for (Map.Entry<String, String> entry : new TreeMap<>(map).entrySet()) {
      String key = entry.getKey();
      if (isSidecars(key)) {
        continue;
      }
      switch (key) {
        case POOL -> pool = value(entry);
        case TARGET -> targets = names(entry);
        case MkfsOptions.KEY -> mkfsOptions = value(entry);
        case EncryptionType.KEY -> encryption = EncryptionType.parse(value(entry));
        default -> {
          if (!LimitParameters.KEYS.contains(key)) {
            throw unknown(key);
          }
          limits.put(key, value(entry));
        }
      }
    }
    return new Parameters(pool, targets, mkfsOptions, encryption, LimitParameters.of(limits));
  }

  private static Failure unknown(String key) {
    List<String> known =
        new ArrayList<>(List.of(POOL, TARGET, MkfsOptions.KEY, EncryptionType.KEY));
    known.addAll(LimitParameters.KEYS);
    return Failure.invalidArgument(
        "parameter \"%s\" is not known; known are %s".formatted(key, known));
  }

  /**
   * The same with the parameters of a VolumeAttributesClass, whose limits take the place of all
   * that the StorageClass has: a volume that gets that class later has the same.
   *
   * @throws Failure INVALID_ARGUMENT as {@link LimitParameters#parse}
   */
  public Parameters with(Map<String, String> mutable) {
    return mutable.isEmpty()
        ? this
        : new Parameters(pool, targets, mkfsOptions, encryption, LimitParameters.parse(mutable));
  }

  /** Whether a key of a class is not for the driver, but for Kubernetes' sidecars. */
  public static boolean isSidecars(String key) {
    return key.startsWith(SIDECARS);
  }

  private static String value(Map.Entry<String, String> entry) {
    String value = entry.getValue().strip();
    if (value.isEmpty()) {
      throw Failure.invalidArgument(
          "parameter \"%s\" is empty; give a name or leave it out".formatted(entry.getKey()));
    }
    return value;
  }

  private static Set<String> names(Map.Entry<String, String> entry) {
    Set<String> names = new LinkedHashSet<>();
    for (String part : value(entry).split(",", -1)) {
      if (part.isBlank()) {
        throw Failure.invalidArgument(
            "parameter \"%s\" is \"%s\"; give storage target names with commas between them"
                .formatted(entry.getKey(), entry.getValue()));
      }
      names.add(part.strip());
    }
    return names;
  }

  /**
   * Checks what is said of file systems and of encryption.
   *
   * @throws Failure INVALID_ARGUMENT for options that mkfs is not given, and for an encrypted
   *     volume that several nodes write
   */
  void requireFitFor(List<Capability> capabilities) {
    for (Capability capability : capabilities) {
      if (capability.type() instanceof AccessType.FileSystem(String fsType)) {
        var _ = MkfsOptions.parse(fsType.isEmpty() ? "ext4" : fsType, mkfsOptions);
      }
      if (encryption.isPresent() && capability.mode() == AccessMode.MULTI_NODE_MULTI_WRITER) {
        throw Failure.invalidArgument(
            "encryption with access mode %s is not offered: two nodes could write the header at once, which would destroy it; use a mode of one node (ReadWriteOnce), or encrypt in the pods"
                .formatted(capability.mode()));
      }
    }
  }

  /** What the node has to know of them, for the volume context. */
  public Map<String, String> context() {
    Map<String, String> context = new HashMap<>();
    if (!mkfsOptions.isEmpty()) {
      context.put(MkfsOptions.KEY, mkfsOptions);
    }
    encryption.ifPresent(type -> context.put(EncryptionType.KEY, type.toString()));
    return Map.copyOf(context);
  }

  /** Whether a volume may be there. */
  public boolean allow(String targetName, String poolName) {
    return allowTarget(targetName) && (pool.isEmpty() || pool.equals(poolName));
  }

  /** Whether a volume may be on that target. */
  public boolean allowTarget(String targetName) {
    return targets.isEmpty() || targets.contains(targetName);
  }

  /**
   * The targets among these on which a volume may be.
   *
   * @throws Failure INVALID_ARGUMENT when a named target is not configured
   */
  public Collection<StorageTarget> eligible(SortedMap<String, StorageTarget> configured) {
    for (String name : targets) {
      if (!configured.containsKey(name)) {
        throw Failure.invalidArgument(
            "parameter \"target\": there is no storage target \"%s\"; configured are %s"
                .formatted(name, configured.keySet()));
      }
    }
    return configured.values().stream().filter(target -> allowTarget(target.name())).toList();
  }
}

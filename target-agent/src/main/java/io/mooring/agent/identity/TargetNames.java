package io.mooring.agent.identity;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The iSCSI names on this host. There is one target per Kubernetes node, so that sessions are nodes
 * times portals, and LUN numbers of nodes never meet.
 *
 * @param storageTarget this host's name, a DNS label or several, at most 63 characters
 */
public record TargetNames(String storageTarget) {
  private static final String PREFIX = "iqn.2026-01.io.mooring:";
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{16}");

  public TargetNames {
    if (!NAME.matcher(requireNonNull(storageTarget, "storageTarget is null")).matches()) {
      throw Failure.invalidArgument(
          "the target name \""
              + storageTarget
              + "\" cannot be used; use at most 63 lower-case letters, digits, '-' and '.'");
    }
  }

  /**
   * Stands for a node of a cluster in target names and file names: 16 hex digits of a hash, because
   * a cluster id and a uuid together may exceed the 223 bytes that RFC 3720 gives a name.
   */
  public static String nodeKey(String cluster, String nodeUuid) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((cluster + "/" + nodeUuid).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-256", e);
    }
  }

  /** The target that serves this node and no other. */
  public String target(String cluster, String nodeUuid) {
    return PREFIX + storageTarget + "." + nodeKey(cluster, nodeUuid);
  }

  /** Whether a target's name is one that this host's agent gives. */
  public boolean isOurs(String iqn) {
    String own = PREFIX + storageTarget + ".";
    return iqn.startsWith(own) && KEY.matcher(iqn.substring(own.length())).matches();
  }

  /** The name that the node logs in with. */
  public static String initiator(String nodeUuid) {
    return PREFIX + "node." + nodeUuid;
  }
}

package io.mooring.controller.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.target.Node;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CSI's {@code node_id}: {@code <node name>/<uuid>}, at most 256 bytes.
 *
 * @param name the node's name, for people
 * @param uuid what identifies it, in lower-case text form
 */
public record NodeId(String name, String uuid) {
  private static final int LONGEST = 256;
  private static final Pattern FORM =
      Pattern.compile(
          "([A-Za-z0-9](?:[-._A-Za-z0-9]*[A-Za-z0-9])?)"
              + "/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})");

  public NodeId {
    requireNonNull(name, "name is null");
    requireNonNull(uuid, "uuid is null");
  }

  /** Empty for a text that is no id of ours, so that no node can have it. */
  public static Optional<NodeId> parse(String text) {
    Matcher form = FORM.matcher(text);
    return text.length() <= LONGEST && form.matches()
        ? Optional.of(new NodeId(form.group(1), form.group(2)))
        : Optional.empty();
  }

  /** The id of a node that a storage target knows. */
  public static NodeId of(Node node) {
    return new NodeId(node.name(), node.uuid());
  }

  /** The same node in the words of the target side. */
  public Node node() {
    return new Node(name, uuid);
  }

  @Override
  public String toString() {
    return name + "/" + uuid;
  }
}

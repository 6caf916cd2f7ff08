package io.mooring.node;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonParseException;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.store.DurableFile;
import io.mooring.runtime.store.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Who this node is. The uuid is made once and kept: storage hosts know the node by it, and two
 * nodes of one uuid would see each other's LUNs.
 *
 * @param name in Kubernetes that of the Node object
 * @param uuid in RFC 4122 text form, lower case
 */
record NodeIdentity(String name, String uuid) {
  private static final String FILE = "node.json";
  private static final String NAME = "[a-z0-9]([a-z0-9.-]{0,217}[a-z0-9])?";
  private static final String INITIATOR = "iqn.2026-01.io.mooring:node.";

  NodeIdentity {
    requireNonNull(name, "name is null");
    requireNonNull(uuid, "uuid is null");
    if (!name.matches(NAME)) {
      throw Failure.invalidArgument(
          "node name '"
              + name
              + "' is not made of lower-case letters, digits, '-' and '.', at most 219; set"
              + " --node-name");
    }
  }

  /** What the file holds. */
  private record Document(String uuid) {}

  /** CSI's node id, at most 256 bytes. */
  String nodeId() {
    return name + "/" + uuid;
  }

  /** The name that this node's sessions log in with. */
  String initiatorName() {
    return INITIATOR + uuid;
  }

  /**
   * The identity kept in the state directory, made there if there is none.
   *
   * @throws Failure FAILED_PRECONDITION when there is one and it cannot be read: a new one would
   *     leave LUNs mapped to nobody
   */
  static NodeIdentity load(Path stateDirectory, Optional<String> name) {
    Path file = stateDirectory.resolve(FILE);
    try {
      String nodeName = name.isPresent() ? name.get() : hostName();
      return new NodeIdentity(nodeName, read(file).orElseGet(() -> create(file)));
    } catch (IOException | JsonParseException | IllegalArgumentException e) {
      throw new Failure(
          Kind.FAILED_PRECONDITION,
          "the node's identity in %s cannot be read (%s); restore the file, or remove it once no"
                  .formatted(file, e.getMessage())
              + " volume is attached to this node any more",
          e);
    }
  }

  private static Optional<String> read(Path file) throws IOException {
    try {
      Document document = StrictJson.create().fromJson(Files.readString(file), Document.class);
      if (document == null) {
        throw new JsonParseException("the file is empty");
      }
      return Optional.of(UUID.fromString(document.uuid()).toString());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static String create(Path file) {
    Document document = new Document(UUID.randomUUID().toString());
    try {
      Files.createDirectories(requireNonNull(file.getParent(), "file has no directory"));
    } catch (IOException e) {
      throw new Failure(
          Kind.FAILED_PRECONDITION,
          "the state directory of %s cannot be made; set --state-directory".formatted(file),
          e);
    }
    DurableFile.write(file, StrictJson.create().toJson(document).getBytes(StandardCharsets.UTF_8));
    return document.uuid();
  }

  private static String hostName() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip().toLowerCase(Locale.ROOT);
  }
}

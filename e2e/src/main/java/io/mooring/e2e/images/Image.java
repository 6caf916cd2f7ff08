package io.mooring.e2e.images;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One of the images.
 *
 * @param name of the process and of its image
 * @param module whose jars it has
 * @param user that it runs as, as {@code uid:gid}
 * @param description for people who list images
 * @param files what else it holds, relative to the distribution
 */
record Image(String name, String module, String user, String description, List<String> files) {
  private static final String ROOT = "0:0";

  /** In the images' {@code /etc/passwd}. */
  private static final String NOBODY_ELSE = "65532:65532";

  Image {
    requireNonNull(name, "name is null");
    requireNonNull(module, "module is null");
    requireNonNull(user, "user is null");
    requireNonNull(description, "description is null");
    files = List.copyOf(files);
  }

  static final List<Image> ALL =
      List.of(
          new Image(
              "mooring-agent",
              "target-agent",
              ROOT,
              "Mooring's storage host agent",
              List.of("deploy/61-mooring-loop.rules")),
          new Image(
              "mooring-controller",
              "controller",
              NOBODY_ELSE,
              "Mooring's CSI controller",
              List.of()),
          new Image("mooring-node", "node-plugin", ROOT, "Mooring's CSI node plugin", List.of()));

  /** Where it starts. */
  String entrypoint() {
    return Layers.HOME + "/bin/" + name;
  }
}

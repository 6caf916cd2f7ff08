package io.mooring.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ImageBuildTest {
  private static final Image NODE =
      new Image("mooring-node", "node-plugin", "0:0", "a test", List.of("deploy/some.rules"));

  @TempDir Path directory;
  private HostTool tool;
  private Path base;

  @BeforeEach
  void aBaseOfOneFile() throws Exception {
    tool = new HostTool(directory.resolve("log"));
    Path parts = Files.createDirectory(directory.resolve("base"));
    file(parts.resolve("hello"), Instant.EPOCH);
    tar(parts.resolve("layer.tar"), parts, "hello");
    BaseImage.describe(parts);
    base = directory.resolve("base.tar");
    tar(base, parts, "manifest.json", "config.json", "layer.tar");
  }

  private void tar(Path archive, Path from, String... names) {
    List<String> argv = new ArrayList<>(List.of("tar", "-C", from.toString()));
    argv.addAll(List.of("-cf", archive.toString()));
    argv.addAll(List.of(names));
    tool.run(argv, Deadline.after(Duration.ofMinutes(1)));
  }

  private static void file(Path file, Instant time) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "content of " + file.getFileName());
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  private Path distribution(String name, Instant time) throws IOException {
    Path home = directory.resolve(name);
    for (String file :
        List.of(
            "jre/lib/modules",
            "jre/bin/java",
            "bin/launch.sh",
            "bin/mooring-node",
            "bin/mooring-agent",
            "node-plugin/lib/a.jar",
            "node-plugin/lib/b.jar",
            "node-plugin/classes.jsa",
            "target-agent/lib/a.jar",
            "deploy/some.rules")) {
      file(home.resolve(file), time);
    }
    Files.setPosixFilePermissions(
        home.resolve("jre/bin/java"), PosixFilePermissions.fromString("rwx--x--x"));
    return home;
  }

  private Path build(String name, Instant time) throws IOException {
    Layers layers = new Layers(distribution(name, time));
    return new ImageBuild(base, layers, "1.2.3", directory.resolve(name + "-jib"))
        .write(NODE, directory.resolve(name + "-images"));
  }

  @Test
  void theSameFilesGiveTheSameArchiveWheneverAndWhereverTheyWereMade() throws Exception {
    Path one = build("one", Instant.parse("2026-02-03T04:05:06Z"));
    Path two = build("two", Instant.parse("2027-08-09T10:11:12Z"));

    assertThat(one).hasSameBinaryContentAs(two);
  }

  @Test
  void anImageNamesItselfAndHoldsItsOwnProcessAlone() throws Exception {
    Path archive = build("one", Instant.EPOCH);

    Path parts = Files.createDirectory(directory.resolve("parts"));
    tool.run(
        List.of("tar", "-C", parts.toString(), "-xf", archive.toString()),
        Deadline.after(Duration.ofMinutes(1)));
    JsonObject manifest =
        JsonParser.parseString(Files.readString(parts.resolve("manifest.json")))
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject();
    assertThat(manifest.getAsJsonArray("RepoTags").get(0).getAsString())
        .isEqualTo("localhost/mooring-node:1.2.3");
    JsonObject configuration =
        JsonParser.parseString(
                Files.readString(parts.resolve(manifest.get("Config").getAsString())))
            .getAsJsonObject();
    assertThat(configuration.getAsJsonObject("config").toString())
        .contains("/opt/mooring/bin/mooring-node")
        .contains("org.opencontainers.image.version");
    assertThat(content(parts, manifest.getAsJsonArray("Layers")))
        .contains(
            "hello",
            "opt/mooring/jre/bin/java",
            "opt/mooring/bin/mooring-node",
            "opt/mooring/node-plugin/lib/b.jar",
            "opt/mooring/node-plugin/classes.jsa",
            "opt/mooring/deploy/some.rules")
        .noneMatch(name -> name.contains("agent"));
  }

  private List<String> content(Path parts, JsonArray layers) {
    List<String> names = new ArrayList<>();
    layers.forEach(layer ->
        tool.run(
            List.of("tar", "-tf", parts.resolve(layer.getAsString()).toString()),
            Deadline.after(Duration.ofMinutes(1)),
            names::add));
    return names;
  }

  @Test
  void onlyARegistryOnThisMachineMaySpeakPlainHttp() {
    assertThat(ImageBuild.isLoopback("localhost:5000")).isTrue();
    assertThat(ImageBuild.isLoopback("127.0.0.1:5000")).isTrue();
    assertThat(ImageBuild.isLoopback("127.0.0.1.example.net:5000")).isFalse();
    assertThat(ImageBuild.isLoopback("registry.example.net")).isFalse();
  }
}

package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.mooring.e2e.lab.tool.HostTool;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Several images as one archive without compression: each layer is there once, and an emulated
 * processor, which unpacks 2 MB a second, has nothing to unpack.
 */
final class ImageBundle {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String PACKED = ".tar.gz";
  private static final String MANIFEST = "manifest.json";

  private final HostTool tool;

  ImageBundle(HostTool tool) {
    this.tool = requireNonNull(tool, "tool is null");
  }

  /**
   * Puts archives in docker's form together.
   *
   * @param workshop emptied before and after
   */
  void write(List<Path> archives, Path workshop, Path bundle) throws IOException {
    write(archives, UnaryOperator.identity(), workshop, bundle);
  }

  /**
   * The same under other names.
   *
   * @param rename from an image's name and tag to those that it shall have
   */
  void write(List<Path> archives, UnaryOperator<String> rename, Path workshop, Path bundle)
      throws IOException {
    Path whole = workshop.resolve("whole");
    Trees.delete(workshop);
    Files.createDirectories(whole);
    JsonArray manifest = new JsonArray();
    for (Path archive : archives) {
      Path one = Files.createDirectories(workshop.resolve("one"));
      tool.run(
          List.of("tar", "-C", one.toString(), "-xf", archive.toString()), Deadline.after(LIMIT));
      for (JsonElement image :
          JsonParser.parseString(Files.readString(one.resolve(MANIFEST))).getAsJsonArray()) {
        JsonObject taken = take(image.getAsJsonObject(), one, whole, manifest.size());
        taken.add("RepoTags", renamed(image.getAsJsonObject(), rename));
        manifest.add(taken);
      }
      Trees.delete(one);
    }
    Files.writeString(whole.resolve(MANIFEST), manifest.toString());
    Files.deleteIfExists(bundle);
    tool.run(
        List.of("tar", "-C", whole.toString(), "-cf", bundle.toString(), "."),
        Deadline.after(LIMIT));
    Trees.delete(workshop);
  }

  /** Moves an image's parts, unpacked; returns what the manifest says of it then. */
  private JsonObject take(JsonObject image, Path from, Path to, int number) throws IOException {
    String config = "config-" + number + ".json";
    Files.move(from.resolve(image.get("Config").getAsString()), to.resolve(config));
    JsonArray layers = new JsonArray();
    for (String layer : names(image.getAsJsonArray("Layers"))) {
      String plain = layer.endsWith(PACKED) ? layer.replace(PACKED, ".tar") : layer;
      if (!Files.exists(to.resolve(plain))) {
        if (!plain.equals(layer)) {
          tool.run(List.of("gunzip", from.resolve(layer).toString()), Deadline.after(LIMIT));
        }
        Files.move(from.resolve(plain), to.resolve(plain), StandardCopyOption.REPLACE_EXISTING);
      }
      layers.add(plain);
    }
    JsonObject taken = image.deepCopy();
    taken.addProperty("Config", config);
    taken.add("Layers", layers);
    return taken;
  }

  private static JsonArray renamed(JsonObject image, UnaryOperator<String> rename) {
    JsonArray tags = new JsonArray();
    names(image.getAsJsonArray("RepoTags")).forEach(tag -> tags.add(rename.apply(tag)));
    return tags;
  }

  private static List<String> names(JsonArray array) {
    List<String> names = new ArrayList<>();
    array.forEach(name -> names.add(name.getAsString()));
    return names;
  }
}

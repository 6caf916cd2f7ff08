package io.mooring.e2e.lab.image;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an image is made of: Debian's release, the package list, and the files of the resource
 * directory {@code image}. Its hash names the image in the cache, so that a changed recipe makes a
 * new one.
 */
public final class ImageRecipe {
  /** Debian's code name of the release in the VMs and below the container images. */
  public static final String RELEASE = "trixie";

  private static final String MANIFEST = "manifest.txt";
  private static final String PACKAGES = "packages.txt";
  private static final String EXCLUDES = "excludes.txt";
  private static final String ROOTFS = "rootfs/";

  /** Files beside {@link #MANIFEST}; scripts are made executable. */
  private static final List<String> PARTS =
      List.of(
          MANIFEST,
          PACKAGES,
          EXCLUDES,
          "customize.sh",
          "hook-customize.sh",
          "hook-essential.sh",
          "initramfs-init.sh",
          "initramfs-modules.txt");

  private final SortedMap<String, String> files;

  /** A recipe of these files, by their path in the resource directory. */
  ImageRecipe(Map<String, String> files) {
    this.files = new TreeMap<>(requireNonNull(files, "files is null"));
  }

  /** The project's recipe, from the class path. */
  public static ImageRecipe load() {
    Map<String, String> files = new TreeMap<>();
    for (String part : PARTS) {
      files.put(part, resource(part));
    }
    for (String entry : entries(requireNonNull(files.get(MANIFEST)))) {
      String path = ROOTFS + entry.split("\\s+", 2)[1];
      files.put(path, resource(path));
    }
    return new ImageRecipe(files);
  }

  /** Names of the packages to install. */
  public List<String> packages() {
    return entries(file(PACKAGES));
  }

  /** Path patterns that dpkg leaves out. */
  public List<String> excludes() {
    return entries(file(EXCLUDES));
  }

  /** 16 hex digits that change with any byte of the recipe. */
  public String hash() {
    MessageDigest digest = sha256();
    digest.update(RELEASE.getBytes(StandardCharsets.UTF_8));
    files.forEach((path, text) -> {
      // The lengths keep apart what would run together.
      String header = "\n" + path.length() + ":" + path + text.length() + ":";
      digest.update(header.getBytes(StandardCharsets.UTF_8));
      digest.update(text.getBytes(StandardCharsets.UTF_8));
    });
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }

  /** Writes the recipe's files below {@code directory}, readable for everybody. */
  void unpack(Path directory) throws IOException {
    for (Map.Entry<String, String> entry : files.entrySet()) {
      boolean executable = entry.getKey().endsWith(".sh");
      write(directory.resolve(entry.getKey()), entry.getValue(), executable ? "0755" : "0644");
    }
    for (String entry : entries(file(MANIFEST))) {
      String[] words = entry.split("\\s+", 2);
      write(directory.resolve(ROOTFS + words[1]), file(ROOTFS + words[1]), words[0]);
    }
  }

  private static void write(Path path, String text, String mode) throws IOException {
    Path parent = requireNonNull(path.getParent());
    Files.createDirectories(parent);
    Files.writeString(path, text);
    String permissions = mode.equals("0755") ? "rwxr-xr-x" : "rw-r--r--";
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private String file(String path) {
    return requireNonNull(files.get(path), () -> "the recipe has no " + path);
  }

  /** Lines that are neither empty nor comments. */
  static List<String> entries(String text) {
    return text.lines().map(String::strip).filter(l -> !l.isEmpty() && !l.startsWith("#")).toList();
  }

  private static String resource(String path) {
    try (@Nullable InputStream in =
        ImageRecipe.class.getResourceAsStream("/io/mooring/e2e/lab/image/" + path)) {
      if (in == null) {
        throw Failure.internal("the image recipe lacks its file " + path + "; build e2e again");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw Failure.internal("could not read the recipe's file " + path, e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

package io.mooring.e2e.images;

import io.mooring.e2e.lab.LabSettings;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.runtime.failure.Failure;

/** {@code make images}: archives that containerd imports; with an argument, pushed as well. */
public final class ImagesMain {
  private ImagesMain() {}

  /**
   * Builds the images.
   *
   * @param args nothing, or the registry to push to, with or without a namespace
   */
  public static void main(String[] args) {
    try {
      ImageArchives images =
          ImageArchives.of(LabSettings.fromSystem(), Progress.toStandardOutput());
      images.write();
      if (args.length > 0 && !args[0].isEmpty()) {
        images.push(args[0]);
      }
    } catch (Failure e) {
      System.err.println("images: " + e.sentence());
      System.exit(1);
    }
  }
}

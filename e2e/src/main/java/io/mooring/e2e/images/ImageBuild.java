package io.mooring.e2e.images;

import static java.util.Objects.requireNonNull;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts images together with Jib and writes them to archives or to a registry. */
final class ImageBuild {
  private static final Logger LOG = LoggerFactory.getLogger(ImageBuild.class);

  /** The registry in the archives' names: what a container runtime imports needs some. */
  private static final String LOCAL = "localhost";

  private final Path base;
  private final Layers layers;
  private final String version;
  private final Path cache;

  /**
   * Builds of one version.
   *
   * @param base an image archive
   * @param version the images' tag
   * @param cache of Jib's own; can be thrown away
   */
  ImageBuild(Path base, Layers layers, String version, Path cache) {
    this.base = requireNonNull(base, "base is null");
    this.layers = requireNonNull(layers, "layers is null");
    this.version = requireNonNull(version, "version is null");
    this.cache = requireNonNull(cache, "cache is null");
  }

  /**
   * Writes {@code <name>.tar} into the directory.
   *
   * @return the archive
   */
  Path write(Image image, Path directory) {
    Path archive = directory.resolve(image.name() + ".tar");
    return build(
        image,
        () -> {
          Files.createDirectories(directory);
          String reference = reference(LOCAL, image);
          JibContainer built =
              builder(image)
                  .containerize(
                      containerizer(Containerizer.to(TarImage.at(archive).named(reference)))
                          .setOfflineMode(true));
          LOG.info("{} is {}", reference, built.getImageId());
          return archive;
        });
  }

  /**
   * Pushes with the credentials of the user's docker configuration.
   *
   * @param to registry, or registry and namespace
   * @return what was pushed, with its digest
   */
  String push(Image image, String to) {
    return build(
        image,
        () -> {
          ImageReference reference = ImageReference.parse(reference(to, image));
          CredentialRetrieverFactory credentials =
              CredentialRetrieverFactory.forImage(reference, event -> LOG.debug("{}", event));
          RegistryImage registry =
              RegistryImage.named(reference)
                  .addCredentialRetriever(credentials.dockerConfig())
                  .addCredentialRetriever(credentials.wellKnownCredentialHelpers());
          JibContainer built =
              builder(image)
                  .containerize(
                      containerizer(Containerizer.to(registry))
                          // As docker does: nobody listens between this machine and itself.
                          .setAllowInsecureRegistries(isLoopback(reference.getRegistry())));
          return reference + "@" + built.getDigest();
        });
  }

  /**
   * Whether that registry is on this machine.
   *
   * @param registry a host, perhaps with a port
   */
  static boolean isLoopback(String registry) {
    return registry.matches("(localhost|127(\\.\\d{1,3}){3})(:\\d+)?");
  }

  private String reference(String registry, Image image) {
    return "%s/%s:%s".formatted(registry, image.name(), version);
  }

  private Containerizer containerizer(Containerizer to) {
    return to.setToolName("mooring")
        .setBaseImageLayersCache(cache.resolve("base"))
        .setApplicationLayersCache(cache.resolve("layers"));
  }

  private JibContainerBuilder builder(Image image)
      throws IOException, InvalidImageReferenceException {
    return Jib.from(TarImage.at(base))
        .setPlatforms(Set.of(new Platform(BaseImage.architecture(), "linux")))
        .setFormat(ImageFormat.Docker)
        .setCreationTime(Layers.TIME)
        .setFileEntriesLayers(layers.of(image))
        .setEntrypoint(image.entrypoint())
        .setUser(image.user())
        .addEnvironmentVariable("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .setLabels(labels(image));
  }

  /** Sorted: they are written in the order that the map has. */
  private Map<String, String> labels(Image image) {
    SortedMap<String, String> labels = new TreeMap<>();
    labels.put("org.opencontainers.image.title", image.name());
    labels.put("org.opencontainers.image.description", image.description());
    labels.put("org.opencontainers.image.version", version);
    labels.put("org.opencontainers.image.licenses", "Apache-2.0");
    return labels;
  }

  /** The work, whose many ways to fail become one. */
  private interface Work<T> {
    T run()
        throws IOException,
            InterruptedException,
            ExecutionException,
            RegistryException,
            CacheDirectoryCreationException,
            InvalidImageReferenceException;
  }

  private static <T> T build(Image image, Work<T> work) {
    try {
      return work.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unavailable("the build was interrupted; start it again");
    } catch (ExecutionException e) {
      throw failed(image, e.getCause() == null ? e : e.getCause());
    } catch (IOException
        | RegistryException
        | CacheDirectoryCreationException
        | InvalidImageReferenceException e) {
      throw failed(image, e);
    }
  }

  private static Failure failed(Image image, Throwable cause) {
    return new Failure(
        Kind.INTERNAL,
        "could not build the image %s: %s".formatted(image.name(), cause.getMessage()),
        cause);
  }
}

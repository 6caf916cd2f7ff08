package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.rpc.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS Secrets as files, in a directory of the process's own. A Secret is read each time it is asked
 * for; a changed one replaces its files in one step, and the next connection uses them.
 */
final class SecretFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SecretFiles.class);
  private static final List<String> KEYS = List.of("tls.crt", "tls.key", "ca.crt");
  private static final String CURRENT = "current";

  private final KubernetesClient client;
  private final String namespace;
  private final Path root;
  private final Map<String, String> versions = new HashMap<>(); // only under the lock

  SecretFiles(KubernetesClient client, String namespace) {
    this.client = requireNonNull(client, "client is null");
    this.namespace = requireNonNull(namespace, "namespace is null");
    try {
      this.root =
          Files.createTempDirectory(
              "mooring-tls-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new UncheckedIOException("no directory for TLS files", e);
    }
  }

  /** The target, asked with the files of that Secret; with its trouble when there are none. */
  synchronized StorageTarget equip(StorageTarget target, String secretName) {
    try {
      Secret secret = client.secrets().inNamespace(namespace).withName(secretName).get();
      if (secret == null) {
        return target.because(
            "the Secret %s/%s of spec.tlsSecretName does not exist; create it with the keys %s"
                .formatted(namespace, secretName, KEYS));
      }
      Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
      if (!data.keySet().containsAll(KEYS)) {
        return target.because(
            "the Secret %s/%s of spec.tlsSecretName has not all of the keys %s; add what is missing"
                .formatted(namespace, secretName, KEYS));
      }
      keep(secretName, secret, data);
    } catch (KubernetesClientException e) {
      if (!versions.containsKey(secretName)) {
        return target.because(
            "the Secret %s/%s of spec.tlsSecretName cannot be read: %s"
                .formatted(namespace, secretName, reason(e, secretName)));
      }
      LOG.warn(
          "Secret {}/{} cannot be looked at, going on with what it was: {}",
          namespace,
          secretName,
          reason(e, secretName));
    } catch (IOException | IllegalArgumentException e) {
      return target.because(
          "the Secret %s/%s of spec.tlsSecretName cannot be written to %s: %s; look at the controller's log"
              .formatted(namespace, secretName, root, e.getClass().getSimpleName()));
    }
    Path current = root.resolve(secretName).resolve(CURRENT);
    return target.with(
        new TlsFiles(
            current.resolve("tls.crt"), current.resolve("tls.key"), current.resolve("ca.crt")));
  }

  /** The roles do not name it by themselves: each Secret is allowed by its name. */
  private static String reason(KubernetesClientException e, String secretName) {
    return KubeTrouble.reason(
        e,
        "add %s to the chart's value controller.targetSecrets, or allow the controller to get it"
            .formatted(secretName));
  }

  private void keep(String name, Secret secret, Map<String, String> data) throws IOException {
    String version =
        secret.getMetadata().getUid() + "-" + secret.getMetadata().getResourceVersion();
    if (version.equals(versions.get(name))) {
      return;
    }
    Path directory = privateDirectory(root.resolve(name));
    Path fresh = Files.createTempDirectory(directory, "version-");
    for (String key : KEYS) {
      Path file =
          Files.createFile(
              fresh.resolve(key),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(file, Base64.getDecoder().decode(requireNonNull(data.get(key))));
    }
    // All three change in one step: a certificate must never meet the key of another.
    Path link = directory.resolve("next");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, fresh.getFileName());
    Files.move(
        link,
        directory.resolve(CURRENT),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    versions.put(name, version);
    removeOthers(directory, fresh);
  }

  private static Path privateDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return directory;
  }

  private static void removeOthers(Path directory, Path kept) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.toList()) {
        if (Files.isDirectory(entry, java.nio.file.LinkOption.NOFOLLOW_LINKS)
            && !entry.equals(kept)) {
          remove(entry);
        }
      }
    }
  }

  private static void remove(Path tree) throws IOException {
    try (Stream<Path> entries = Files.walk(tree)) {
      for (Path entry : entries.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    }
  }

  @Override
  public synchronized void close() {
    try {
      remove(root);
    } catch (IOException e) {
      LOG.warn("TLS files in {} could not be removed: {}", root, e.toString());
    }
  }
}

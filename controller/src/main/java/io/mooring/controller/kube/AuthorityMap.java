package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.runtime.time.Background;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the authority of this controller's certificate in a ConfigMap that node plugins mount. Its
 * Secret is no place for that: a node that may mount it may read the controller's key, too.
 */
final class AuthorityMap {
  static final String KEY = "ca.crt";

  private static final Logger LOG = LoggerFactory.getLogger(AuthorityMap.class);

  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final Path authority;
  private String complaint = ""; // only on the loop

  AuthorityMap(KubernetesClient client, String namespace, String name, Path authority) {
    this.client = requireNonNull(client, "client is null");
    this.namespace = requireNonNull(namespace, "namespace is null");
    this.name = requireNonNull(name, "name is null");
    this.authority = requireNonNull(authority, "authority is null");
  }

  /** Compares again and again, once it is started. */
  Background loop(Duration interval) {
    return new Background("link-authority", interval, this::pass);
  }

  /** Compares once. */
  void pass() {
    String trouble = bringUpToDate();
    if (!trouble.isEmpty() && !trouble.equals(complaint)) {
      LOG.warn("node plugins cannot learn the authority of this controller: {}", trouble);
    }
    complaint = trouble;
  }

  /** Why that is not possible; empty when it is done. */
  private String bringUpToDate() {
    try {
      String text = Files.readString(authority, StandardCharsets.US_ASCII);
      ConfigMap map = client.configMaps().inNamespace(namespace).withName(name).get();
      if (map == null) {
        return "the ConfigMap %s/%s does not exist; install the chart of this version"
            .formatted(namespace, name);
      }
      Map<String, String> data = map.getData() == null ? Map.of() : map.getData();
      if (!text.equals(data.get(KEY))) {
        client.resource(new ConfigMapBuilder(map).addToData(KEY, text).build()).update();
        LOG.info("ConfigMap {}/{} has the authority of {}", namespace, name, authority);
      }
      return "";
    } catch (KubernetesClientException e) {
      // Another replica was faster: there is nothing to tell.
      return KubeTrouble.outrun(e) ? "" : KubeTrouble.reason(e);
    } catch (IOException e) {
      return "%s cannot be read (%s)".formatted(authority, e.getClass().getSimpleName());
    }
  }
}

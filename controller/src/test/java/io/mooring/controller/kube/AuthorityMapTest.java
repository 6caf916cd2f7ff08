package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AuthorityMapTest {
  private static final String NAME = "mooring-link-authority";

  private final ApiServer api = new ApiServer();
  @TempDir Path directory;
  private Path file;
  private AuthorityMap map;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("ca.crt"), "the first authority");
    map = new AuthorityMap(api.client(), ApiServer.NAMESPACE, NAME, file);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private void create(Map<String, String> data) {
    api.client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(ApiServer.NAMESPACE)
                .withName(NAME)
                .addToLabels("app", "mooring")
                .endMetadata()
                .withData(data)
                .build())
        .create();
    api.requests();
  }

  private ConfigMap read() {
    return api.client().configMaps().inNamespace(ApiServer.NAMESPACE).withName(NAME).get();
  }

  @Test
  void theAuthorityIsPutIntoTheMapThatTheChartMade() {
    create(Map.of());

    map.pass();

    assertThat(read().getData()).containsExactly(Map.entry("ca.crt", "the first authority"));
    assertThat(read().getMetadata().getLabels()).containsEntry("app", "mooring");
  }

  @Test
  void aRenewedAuthorityFollows() throws IOException {
    create(Map.of());
    map.pass();
    Files.writeString(file, "the second");

    map.pass();

    assertThat(read().getData()).containsEntry("ca.crt", "the second");
  }

  @Test
  void whatIsTrueIsNotWrittenAgain() {
    create(Map.of("ca.crt", "the first authority"));

    map.pass();

    assertThat(api.requests()).containsExactly("GET /api/v1/namespaces/mooring/configmaps/" + NAME);
  }

  @Test
  void withoutTheMapNothingIsMade() {
    map.pass();

    assertThat(read()).isNull();
  }
}

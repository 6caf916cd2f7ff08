package io.mooring.charts;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What a rendering holds.
 *
 * @param trees every object as it was written
 * @param objects those of them that are Kubernetes' own kinds, as their types
 */
record Rendered(List<Map<String, Object>> trees, List<HasMetadata> objects) {
  /** Reads YAML documents; a key that is given twice is refused. */
  @SuppressWarnings("unchecked")
  static Rendered parse(String text) {
    Load load = new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build());
    List<Map<String, Object>> trees =
        StreamSupport.stream(load.loadAllFromString(text).spliterator(), false)
            .filter(Objects::nonNull)
            .map(document -> (Map<String, Object>) document)
            .toList();
    return new Rendered(
        trees, trees.stream().flatMap(tree -> Models.typed(tree).stream()).toList());
  }

  <T extends HasMetadata> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <T extends HasMetadata> T one(Class<T> type, String name) {
    return all(type).stream()
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("no " + type.getSimpleName() + " " + name + " in " + names()));
  }

  /** {@code Kind/name} of every object. */
  List<String> names() {
    return trees.stream().map(Rendered::name).sorted().toList();
  }

  /** Every pod that the objects make. */
  List<PodSpec> pods() {
    return objects.stream().flatMap(Rendered::pod).toList();
  }

  List<Container> containers() {
    return pods().stream()
        .flatMap(
            pod -> Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream()))
        .toList();
  }

  private static Stream<PodSpec> pod(HasMetadata object) {
    return switch (object) {
      case Deployment deployment -> Stream.of(deployment.getSpec().getTemplate().getSpec());
      case DaemonSet daemons -> Stream.of(daemons.getSpec().getTemplate().getSpec());
      case Pod pod -> Stream.of(pod.getSpec());
      default -> Stream.of();
    };
  }

  private static String name(Map<String, Object> tree) {
    return tree.get("kind")
        + "/"
        + ((Map<?, ?>) Objects.requireNonNull(tree.get("metadata"))).get("name");
  }
}

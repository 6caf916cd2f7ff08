package io.mooring.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.util.function.Consumer;

/** Reads lists of any length without having all of one in memory. */
final class Pages {
  private static final long PAGE = 500;

  private Pages() {}

  static <T extends HasMetadata, L extends KubernetesResourceList<T>> void each(
      Listable<L> kind, Consumer<T> use) {
    String next = null;
    do {
      L page = kind.list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
      page.getItems().forEach(use);
      next = page.getMetadata() == null ? null : page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
  }
}

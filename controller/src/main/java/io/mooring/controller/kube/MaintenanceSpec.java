package io.mooring.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What of a storage host nobody shall use for now.
 *
 * @param portals {@code address:port}
 * @param networks CIDR
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MaintenanceSpec(List<String> portals, List<String> networks) {
  static final MaintenanceSpec NONE = new MaintenanceSpec(List.of(), List.of());

  public MaintenanceSpec {
    portals = Lists.orEmpty(portals);
    networks = Lists.orEmpty(networks);
  }
}

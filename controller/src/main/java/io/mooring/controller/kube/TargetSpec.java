package io.mooring.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator says of a storage host.
 *
 * @param endpoint {@code host:port} of its agent
 * @param serverName the name in the agent's certificate; null for the object's name
 * @param tlsSecretName a Secret in the controller's namespace; null for the controller's own files
 * @param portals {@code address:port}; empty for all of the agent's
 * @param pools empty for all of the agent's
 * @param fabrics empty for {@code default}
 * @param maintenance null for none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TargetSpec(
    @Nullable String endpoint,
    @Nullable String serverName,
    @Nullable String tlsSecretName,
    List<String> portals,
    List<String> pools,
    List<String> fabrics,
    @Nullable MaintenanceSpec maintenance) {
  public TargetSpec {
    portals = Lists.orEmpty(portals);
    pools = Lists.orEmpty(pools);
    fabrics = Lists.orEmpty(fabrics);
  }

  MaintenanceSpec maintenanceOrNone() {
    return maintenance == null ? MaintenanceSpec.NONE : maintenance;
  }
}

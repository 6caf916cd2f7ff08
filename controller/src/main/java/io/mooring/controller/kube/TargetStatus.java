package io.mooring.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the controller found out about a storage host.
 *
 * @param observedGeneration of the spec that this speaks of
 * @param version of the agent
 * @param available over the pools in use, rounded down, such as {@code 143Gi}; for people
 * @param portals {@code address:port}, all of the agent's
 * @param pools those that this cluster uses
 * @param maintenance portals that leave, have left, or return
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TargetStatus(
    @Nullable Long observedGeneration,
    @Nullable String version,
    @Nullable Boolean reachable,
    @Nullable String available,
    List<String> portals,
    List<PoolStatus> pools,
    List<PortalStatus> maintenance,
    List<Condition> conditions) {
  /** Nothing is known. */
  static final TargetStatus NONE =
      new TargetStatus(null, null, null, null, List.of(), List.of(), List.of(), List.of());

  public TargetStatus {
    portals = Lists.orEmpty(portals);
    pools = Lists.orEmpty(pools);
    maintenance = Lists.orEmpty(maintenance);
    conditions = Lists.orEmpty(conditions);
  }

  /** The condition of that type. */
  Optional<Condition> condition(String type) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }

  /**
   * A pool.
   *
   * @param backend {@code thin} or {@code file}
   * @param total bytes, as a decimal number
   * @param available bytes, as a decimal number
   * @param usedPercent how much of its space is occupied; null when that is not known
   * @param metadataUsedPercent how much of its metadata is used; null where it has none
   * @param refusal why it takes no volumes, and the remedy; null when it does
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PoolStatus(
      String name,
      @Nullable String backend,
      String total,
      String available,
      @Nullable Integer usedPercent,
      @Nullable Integer metadataUsedPercent,
      @Nullable String refusal) {}

  /**
   * A portal under maintenance, or one that was.
   *
   * @param portal {@code address:port}
   * @param phase one of the four words
   * @param nodes how many nodes are done, of those that have volumes there, {@code 2/3}
   * @param message what is waited for, or why it is not done
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PortalStatus(String portal, String phase, String nodes, String message) {
    static final String DRAINING = "Draining";
    static final String SAFE = "Safe";
    static final String REFUSED = "Refused";
    static final String RETURNING = "Returning";
  }

  /** As metav1.Condition. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Condition(
      String type,
      String status,
      @Nullable Long observedGeneration,
      String lastTransitionTime,
      String reason,
      String message) {}
}

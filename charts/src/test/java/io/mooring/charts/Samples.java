package io.mooring.charts;

/** Values that more than one test uses. */
final class Samples {
  /** Two storage hosts in the cluster, one with each kind of pool. */
  static final String AGENTS =
      """
      agent:
        enabled: true
        hosts:
          - node: storage1
            targetName: san1
            portals: ["192.0.2.1:3260", "[2001:db8::1]:3260"]
            pools:
              fast: {backend: thin, volume-group: mooring, thin-pool: thin}
            options:
              lun-quarantine: 20m
          - node: storage2
            targetName: san2
            portals: ["192.0.2.2:3260"]
            pools:
              files: {backend: file, directory: /srv/mooring, over-commit: 1.5, copy-rate: 200}
      """;

  static final String GROUPS =
      """
      node:
        groups:
          - name: default
            fabric: default
          - name: rack-b
            fabric: b
            nodeSelector: {rack: b}
            options: {minimum-paths: 2}
      """;

  private Samples() {}
}

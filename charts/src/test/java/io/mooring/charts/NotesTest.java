package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What Helm says after an installation. */
final class NotesTest {
  @Test
  void hostsOutsideTheClusterAreToldThatTheirCopiesEnd() {
    assertThat(
            Chart.notes(
                "tls: {mode: cert-manager, agents: [san1, san2], certManager: {duration: 1440h, renewBefore: 240h}}"))
        .contains(
            "Agents outside the cluster (san1, san2)",
            "it lives 1440h and is renewed 240h before its end",
            "mooring-agent-<name>-tls",
            "get certificates");
    assertThat(Chart.notes("tls: {mode: cert-manager}")).doesNotContain("outside the cluster");
    assertThat(Chart.notes("tls: {agents: [san1]}"))
        .contains("tls.agents: san1")
        .doesNotContain("renewed");
  }
}

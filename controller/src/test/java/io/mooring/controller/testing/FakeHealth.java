package io.mooring.controller.testing;

import io.mooring.agent.v1.Finding;
import io.mooring.agent.v1.GetHealthRequest;
import io.mooring.agent.v1.GetHealthResponse;
import io.mooring.agent.v1.Severity;
import java.util.Comparator;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a fake storage host finds wrong with its volumes. */
public final class FakeHealth {
  private final CopyOnWriteArrayList<Finding> findings = new CopyOnWriteArrayList<>();

  /** From now on this is wrong with the volume. */
  public void find(String serial, Severity severity, String reason, String sentence) {
    findings.add(
        Finding.newBuilder()
            .setSerial(serial)
            .setSeverity(severity)
            .setReason(reason)
            .setSentence(sentence)
            .build());
  }

  GetHealthResponse answer(GetHealthRequest request) {
    return GetHealthResponse.newBuilder()
        .addAllFindings(
            findings.stream()
                .filter(finding ->
                    request.getSerial().isEmpty()
                        || finding.getSerial().equals(request.getSerial()))
                .sorted(Comparator.comparing(Finding::getSerial))
                .toList())
        .build();
  }
}

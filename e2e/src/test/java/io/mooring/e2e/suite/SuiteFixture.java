package io.mooring.e2e.suite;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.deployment.ForeignDisk;
import io.mooring.e2e.deployment.Installation;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.MultipathView;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.tool.Progress;
import java.time.Duration;

/**
 * What all tests of one run share: a lab with somebody else's disk on it, looked at before Mooring
 * was installed, and Mooring.
 *
 * @param foreignBefore the foreign disk as it was
 * @param multipathBefore multipathd on worker1 as it was
 */
record SuiteFixture(
    Mooring mooring, ForeignDisk foreign, String foreignBefore, MultipathView multipathBefore)
    implements AutoCloseable {
  private static final Duration IDLE_LOGOUT = Duration.ofMinutes(10);

  SuiteFixture {
    requireNonNull(mooring, "mooring is null");
    requireNonNull(foreign, "foreign is null");
    requireNonNull(foreignBefore, "foreignBefore is null");
    requireNonNull(multipathBefore, "multipathBefore is null");
  }

  static SuiteFixture set(Lab lab, Progress progress) {
    progress.say("suite: somebody else's disk comes first");
    ForeignDisk foreign = ForeignDisk.install(lab.storage(), lab.worker(1));
    String foreignBefore = foreign.view();
    MultipathView multipathBefore = MultipathView.of(lab.worker(1));
    Mooring mooring = new Installation(lab, progress, IDLE_LOGOUT).run();
    return new SuiteFixture(mooring, foreign, foreignBefore, multipathBefore);
  }

  @Override
  public void close() {
    mooring.close();
  }
}

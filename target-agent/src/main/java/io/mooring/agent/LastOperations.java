package io.mooring.agent;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.operation.Operations;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the operations, and lets those under way end first: LVM must not be killed while it has a
 * pool suspended.
 */
final class LastOperations implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LastOperations.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Poll LOOK = new Poll(Duration.ofMillis(20), Duration.ofMillis(200));

  private final Operations operations;

  LastOperations(Operations operations) {
    this.operations = requireNonNull(operations, "operations is null");
  }

  @Override
  public void close() {
    if (!LOOK.until(Deadline.after(PATIENCE), () -> operations.underWay() == 0)) {
      LOG.warn(
          "{} operations have not ended within {} and are interrupted",
          operations.underWay(),
          PATIENCE);
    }
    operations.close();
  }
}

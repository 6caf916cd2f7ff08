package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.failure.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A wrong disk is kept out of the map by the probe; in the background it is only made loud. */
record LoudNotes(VolumeId volume) implements PathNotes {
  private static final Logger LOG = LoggerFactory.getLogger(LoudNotes.class);

  LoudNotes {
    requireNonNull(volume, "volume is null");
  }

  @Override
  public void mayCreate(Hctl disk) {
    LOG.debug("{}: scanning {}", volume, disk);
  }

  @Override
  public void wrongDisk(Failure failure) {
    LOG.error("{}: {}", volume, failure.sentence());
  }
}

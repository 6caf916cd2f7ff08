package io.mooring.node.volume;

import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.failure.Failure;

/** What bringing up a path has to tell before it ends. */
interface PathNotes {
  /** There was no disk at that address, and there may be one from now on. */
  void mayCreate(Hctl disk);

  /** The route leads to another volume, which is worse than leading nowhere. */
  void wrongDisk(Failure failure);
}

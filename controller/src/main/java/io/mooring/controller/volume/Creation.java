package io.mooring.controller.volume;

import io.mooring.runtime.time.Deadline;

/** A way of making sure that one name is one volume, whoever crashes when. */
interface Creation {
  /**
   * The volume of that name, found or made.
   *
   * @param size what to ask a host for when it is made
   */
  VolumeInfo findOrMake(VolumeRequest request, SizeRange size, Deadline deadline);
}

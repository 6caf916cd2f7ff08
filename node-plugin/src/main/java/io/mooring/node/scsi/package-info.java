/** SCSI disks, addressed by host, channel, target and LUN, never by their name. */
@NullMarked
package io.mooring.node.scsi;

import org.jspecify.annotations.NullMarked;

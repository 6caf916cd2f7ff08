/** Tests of SCSI disks and identities. */
@NullMarked
package io.mooring.node.scsi;

import org.jspecify.annotations.NullMarked;

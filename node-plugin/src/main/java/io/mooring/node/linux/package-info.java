/** What the Linux host shows and offers: sysfs, udev's records, mounts, sockets, device holders. */
@NullMarked
package io.mooring.node.linux;

import org.jspecify.annotations.NullMarked;

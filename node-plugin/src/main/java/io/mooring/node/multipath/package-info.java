/** Multipath maps: multipathd's socket, the maps in sysfs, the list of registered WWIDs. */
@NullMarked
package io.mooring.node.multipath;

import org.jspecify.annotations.NullMarked;

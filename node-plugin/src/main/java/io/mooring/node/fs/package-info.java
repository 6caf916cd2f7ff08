/** File systems on a map: what is on a device, making, checking and mounting it. */
@NullMarked
package io.mooring.node.fs;

import org.jspecify.annotations.NullMarked;

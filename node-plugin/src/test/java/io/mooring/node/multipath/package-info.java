/** Tests of maps, the socket and the files of multipath. */
@NullMarked
package io.mooring.node.multipath;

import org.jspecify.annotations.NullMarked;

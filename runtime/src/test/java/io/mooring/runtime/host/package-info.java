/** A scripted stand-in for the programs of the host. */
@NullMarked
package io.mooring.runtime.host;

import org.jspecify.annotations.NullMarked;

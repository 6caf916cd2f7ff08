/** What every main does: read the options, start the parts, wait for the signal, stop them. */
@NullMarked
package io.mooring.runtime.process;

import org.jspecify.annotations.NullMarked;

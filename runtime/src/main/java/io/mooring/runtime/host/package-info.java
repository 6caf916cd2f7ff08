/** Programs of the host, run as child processes with a deadline. */
@NullMarked
package io.mooring.runtime.host;

import org.jspecify.annotations.NullMarked;

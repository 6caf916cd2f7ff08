/** Deadlines and waits, on a clock that a test can turn. */
@NullMarked
package io.mooring.runtime.time;

import org.jspecify.annotations.NullMarked;

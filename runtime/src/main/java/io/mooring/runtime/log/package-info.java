/** The log: one JSON object per line on standard error, written through SLF4J. */
@NullMarked
package io.mooring.runtime.log;

import org.jspecify.annotations.NullMarked;

/** The rows of the benchmark, and which of them are asked for. */
@NullMarked
package io.mooring.e2e.bench;

import org.jspecify.annotations.NullMarked;

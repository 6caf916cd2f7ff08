/** The figures that Mooring claims, measured as ratios in one run. */
@NullMarked
package io.mooring.e2e.bench;

import org.jspecify.annotations.NullMarked;

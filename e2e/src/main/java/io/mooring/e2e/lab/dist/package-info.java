/** Mooring's own build output, as the virtual machines see it. */
@NullMarked
package io.mooring.e2e.lab.dist;

import org.jspecify.annotations.NullMarked;

/** The images' layers, from a small distribution. */
@NullMarked
package io.mooring.e2e.sanity;

import org.jspecify.annotations.NullMarked;

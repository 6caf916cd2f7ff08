/** Captured samples and trees that look like the kernel's. */
@NullMarked
package io.mooring.node.sample;

import org.jspecify.annotations.NullMarked;

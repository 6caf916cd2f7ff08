/**
 * The path guard: sees that a path is dead long before the kernel's own timers do, and makes the
 * kernel give it up when every map has another one.
 */
@NullMarked
package io.mooring.node.guard;

import org.jspecify.annotations.NullMarked;

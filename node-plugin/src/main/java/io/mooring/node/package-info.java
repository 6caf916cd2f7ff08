/** The node plugin's wiring. */
@org.jspecify.annotations.NullMarked
package io.mooring.node;

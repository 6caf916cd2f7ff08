/**
 * Data that pods write: random content to compare, and a steady load whose longest stall is
 * measured.
 */
@NullMarked
package io.mooring.e2e.load;

import org.jspecify.annotations.NullMarked;

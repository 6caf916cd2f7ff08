/**
 * Mooring as an administrator would install it on the lab's hosts, with real units, files and
 * certificates.
 */
@NullMarked
package io.mooring.e2e.deployment;

import org.jspecify.annotations.NullMarked;

/** What tests know of the installed processes. */
@NullMarked
package io.mooring.e2e.deployment;

import org.jspecify.annotations.NullMarked;

/** What Mooring promises, shown on a real kernel. */
@NullMarked
package io.mooring.e2e.suite;

import org.jspecify.annotations.NullMarked;

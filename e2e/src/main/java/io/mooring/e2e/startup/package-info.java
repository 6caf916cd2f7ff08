/** What makes the processes start fast: the list of classes that they use. */
@NullMarked
package io.mooring.e2e.startup;

import org.jspecify.annotations.NullMarked;

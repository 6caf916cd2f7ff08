/** The one way in which Mooring's code says that something cannot be done. */
@NullMarked
package io.mooring.runtime.failure;

import org.jspecify.annotations.NullMarked;

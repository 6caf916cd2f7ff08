/** One operation per object at a time; a repeated call joins the one under way. */
@NullMarked
package io.mooring.runtime.operation;

import org.jspecify.annotations.NullMarked;

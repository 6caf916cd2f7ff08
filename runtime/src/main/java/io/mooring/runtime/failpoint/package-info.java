/** Named places at which the lab lets a process die. */
@NullMarked
package io.mooring.runtime.failpoint;

import org.jspecify.annotations.NullMarked;

/** The house rules that bytecode shows, for each module to check itself with. */
@NullMarked
package io.mooring.runtime.arch;

import org.jspecify.annotations.NullMarked;

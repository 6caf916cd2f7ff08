@NullMarked
package io.mooring.runtime.process;

import org.jspecify.annotations.NullMarked;

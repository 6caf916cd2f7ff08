@NullMarked
package io.mooring.runtime.time;

import org.jspecify.annotations.NullMarked;

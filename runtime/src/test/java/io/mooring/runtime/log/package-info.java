@NullMarked
package io.mooring.runtime.log;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.mooring.runtime.metrics;

import org.jspecify.annotations.NullMarked;

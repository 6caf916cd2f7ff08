@NullMarked
package io.mooring.runtime.operation;

import org.jspecify.annotations.NullMarked;

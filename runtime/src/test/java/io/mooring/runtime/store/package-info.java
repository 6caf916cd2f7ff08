@NullMarked
package io.mooring.runtime.store;

import org.jspecify.annotations.NullMarked;

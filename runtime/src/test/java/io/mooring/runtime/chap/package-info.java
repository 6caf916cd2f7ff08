@NullMarked
package io.mooring.runtime.chap;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.mooring.runtime.filesystem;

import org.jspecify.annotations.NullMarked;

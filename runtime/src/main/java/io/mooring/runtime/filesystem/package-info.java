/** What the controller and the nodes must say alike about file systems. */
@NullMarked
package io.mooring.runtime.filesystem;

import org.jspecify.annotations.NullMarked;

/** Tests of file systems and mounts. */
@NullMarked
package io.mooring.node.fs;

import org.jspecify.annotations.NullMarked;

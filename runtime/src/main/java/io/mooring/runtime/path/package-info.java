/** What the storage hosts and the nodes must say alike about a path that died. */
@NullMarked
package io.mooring.runtime.path;

import org.jspecify.annotations.NullMarked;

/** What the controller and the nodes must say alike about claims. */
@NullMarked
package io.mooring.runtime.claim;

import org.jspecify.annotations.NullMarked;

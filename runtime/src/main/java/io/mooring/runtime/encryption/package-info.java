/** What the controller and the nodes must say alike about encryption. */
@NullMarked
package io.mooring.runtime.encryption;

import org.jspecify.annotations.NullMarked;

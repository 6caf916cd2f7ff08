/** Encryption on the node: dm-crypt by the host's cryptsetup. */
@NullMarked
package io.mooring.node.crypt;

import org.jspecify.annotations.NullMarked;

/** Tests of what the Linux host shows. */
@NullMarked
package io.mooring.node.linux;

import org.jspecify.annotations.NullMarked;

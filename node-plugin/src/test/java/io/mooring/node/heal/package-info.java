/** The healer on a fake host: each step acts on what is Mooring's, and leaves everything else. */
@NullMarked
package io.mooring.node.heal;

import org.jspecify.annotations.NullMarked;

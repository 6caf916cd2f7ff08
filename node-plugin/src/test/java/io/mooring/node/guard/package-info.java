@NullMarked
package io.mooring.node.guard;

import org.jspecify.annotations.NullMarked;

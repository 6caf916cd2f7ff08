@NullMarked
package io.mooring.node.status;

import org.jspecify.annotations.NullMarked;

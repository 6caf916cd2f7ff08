@NullMarked
package io.mooring.node.link;

import org.jspecify.annotations.NullMarked;

/** NodeLink: what this node plugin tells the controller, and is told by it. */
@NullMarked
package io.mooring.node.link;

import org.jspecify.annotations.NullMarked;

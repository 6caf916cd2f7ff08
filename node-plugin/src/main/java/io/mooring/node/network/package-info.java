/** The host's network as far as it carries our sessions: links, and the health of connections. */
@NullMarked
package io.mooring.node.network;

import org.jspecify.annotations.NullMarked;

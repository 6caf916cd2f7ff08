/** What this node tells of its paths: how they are, and what the last failover was. */
@NullMarked
package io.mooring.node.status;

import org.jspecify.annotations.NullMarked;

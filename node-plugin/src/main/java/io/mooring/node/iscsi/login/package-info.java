/**
 * As much of the iSCSI login phase (RFC 7143 sections 6 and 11) as it takes to make a target forget
 * a session whose own connection is dead.
 */
@NullMarked
package io.mooring.node.iscsi.login;

import org.jspecify.annotations.NullMarked;

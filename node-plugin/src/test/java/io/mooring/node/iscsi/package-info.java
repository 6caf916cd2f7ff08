/** Tests of sessions, records and logins. */
@NullMarked
package io.mooring.node.iscsi;

import org.jspecify.annotations.NullMarked;

/** Sessions with storage targets: portals, iscsid's records, login and logout. */
@NullMarked
package io.mooring.node.iscsi;

import org.jspecify.annotations.NullMarked;

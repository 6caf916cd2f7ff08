/** Tests of the login that ends a session. */
@NullMarked
package io.mooring.node.iscsi.login;

import org.jspecify.annotations.NullMarked;

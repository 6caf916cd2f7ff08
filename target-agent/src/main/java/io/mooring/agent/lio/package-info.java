/** The kernel's iSCSI target, written through configfs. */
@NullMarked
package io.mooring.agent.lio;

import org.jspecify.annotations.NullMarked;

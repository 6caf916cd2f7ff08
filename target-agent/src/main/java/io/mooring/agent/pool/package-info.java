/** Where volumes live: LVM thin pools and directories of sparse files. */
@NullMarked
package io.mooring.agent.pool;

import org.jspecify.annotations.NullMarked;

/** Block devices of the host as sysfs shows them. */
@NullMarked
package io.mooring.agent.block;

import org.jspecify.annotations.NullMarked;

/** Tests and fakes. */
@NullMarked
package io.mooring.agent.pool;

import org.jspecify.annotations.NullMarked;

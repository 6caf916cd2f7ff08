/** Tests and fakes. */
@NullMarked
package io.mooring.agent.block;

import org.jspecify.annotations.NullMarked;

/** Tests and fakes. */
@NullMarked
package io.mooring.agent.volume;

import org.jspecify.annotations.NullMarked;

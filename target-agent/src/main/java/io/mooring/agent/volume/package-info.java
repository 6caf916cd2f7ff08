/** The flows: volumes made and removed, exported and fenced. */
@NullMarked
package io.mooring.agent.volume;

import org.jspecify.annotations.NullMarked;

/** Tests and fakes. */
@NullMarked
package io.mooring.agent.identity;

import org.jspecify.annotations.NullMarked;

/** Tests and fakes. */
@NullMarked
package io.mooring.agent.lio;

import org.jspecify.annotations.NullMarked;

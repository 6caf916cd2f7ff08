/** Tests and fakes. */
@NullMarked
package io.mooring.agent;

import org.jspecify.annotations.NullMarked;

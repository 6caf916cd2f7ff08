/** The storage hosts as the controller sees them: who they are and what their agents can do. */
@NullMarked
package io.mooring.controller.target;

import org.jspecify.annotations.NullMarked;

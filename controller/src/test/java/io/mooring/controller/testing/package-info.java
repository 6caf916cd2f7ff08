/** A controller with its storage targets inside one test process. */
@NullMarked
package io.mooring.controller.testing;

import org.jspecify.annotations.NullMarked;

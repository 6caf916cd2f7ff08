/** The main job, told as a short story. */
@NullMarked
package io.mooring.e2e.demo;

import org.jspecify.annotations.NullMarked;

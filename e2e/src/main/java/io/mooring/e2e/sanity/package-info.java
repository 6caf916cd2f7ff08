/** The official conformance client against the lab. */
@NullMarked
package io.mooring.e2e.sanity;

import org.jspecify.annotations.NullMarked;

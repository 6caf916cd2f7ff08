/** {@code make images}: the container images of the three processes, built without a daemon. */
@NullMarked
package io.mooring.e2e.images;

import org.jspecify.annotations.NullMarked;

/**
 * A CSI client, as the sidecars and the kubelet are: it knows the specification and nothing of
 * Mooring.
 */
@NullMarked
package io.mooring.e2e.csi;

import org.jspecify.annotations.NullMarked;

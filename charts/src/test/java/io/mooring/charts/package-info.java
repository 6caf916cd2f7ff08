/**
 * The Helm chart in {@code charts/mooring}, rendered by real Helm and looked at without a cluster.
 */
@NullMarked
package io.mooring.charts;

import org.jspecify.annotations.NullMarked;

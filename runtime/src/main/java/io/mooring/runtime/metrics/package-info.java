/** What Prometheus and the probes of Kubernetes read. */
@NullMarked
package io.mooring.runtime.metrics;

import org.jspecify.annotations.NullMarked;

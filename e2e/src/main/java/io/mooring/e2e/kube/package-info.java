/** A real Kubernetes around the lab: control plane on this machine, kubelets in the workers. */
@NullMarked
package io.mooring.e2e.kube;

import org.jspecify.annotations.NullMarked;

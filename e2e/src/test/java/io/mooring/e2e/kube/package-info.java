/** What users do with kubectl and helm, in a real cluster; run by {@code make test-k8s}. */
@NullMarked
package io.mooring.e2e.kube;

import org.jspecify.annotations.NullMarked;

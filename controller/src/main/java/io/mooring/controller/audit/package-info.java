/** Where Kubernetes, storage hosts and nodes disagree about what there is. */
@NullMarked
package io.mooring.controller.audit;

import org.jspecify.annotations.NullMarked;

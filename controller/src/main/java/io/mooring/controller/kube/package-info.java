/**
 * Kubernetes as the controller sees it: storage targets from StorageTarget objects, whose status is
 * kept true; a MooringVolume object per volume; Events. The only package that knows its client.
 */
@NullMarked
package io.mooring.controller.kube;

import org.jspecify.annotations.NullMarked;

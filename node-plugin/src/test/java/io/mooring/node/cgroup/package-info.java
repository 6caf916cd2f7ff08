/** Tests of the control groups of pods. */
@NullMarked
package io.mooring.node.cgroup;

import org.jspecify.annotations.NullMarked;

/** Control groups of pods: what they may ask of a block device. */
@NullMarked
package io.mooring.node.cgroup;

import org.jspecify.annotations.NullMarked;

/** CSI in and out: validation by the specification, and nothing else. */
@org.jspecify.annotations.NullMarked
package io.mooring.node.csi;

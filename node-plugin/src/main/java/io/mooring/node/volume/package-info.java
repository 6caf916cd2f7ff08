/** The flows: how a LUN becomes a mounted volume and how it is taken apart again. */
@org.jspecify.annotations.NullMarked
package io.mooring.node.volume;

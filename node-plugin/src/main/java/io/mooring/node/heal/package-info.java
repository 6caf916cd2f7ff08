/**
 * The healer: puts right what has come to be wrong with volumes in use, and tells of what it may
 * not touch. It never unmounts, formats, forces, or takes the last path.
 */
@NullMarked
package io.mooring.node.heal;

import org.jspecify.annotations.NullMarked;

/**
 * Checks of the CSI schema: its shape against the official descriptor and against our own table.
 */
@NullMarked
package io.mooring.csi;

import org.jspecify.annotations.NullMarked;

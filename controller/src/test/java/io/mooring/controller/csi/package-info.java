@NullMarked
package io.mooring.controller.csi;

import org.jspecify.annotations.NullMarked;

/** Tests of the package of the same name. */
@NullMarked
package io.mooring.e2e.lab.qemu;

import org.jspecify.annotations.NullMarked;

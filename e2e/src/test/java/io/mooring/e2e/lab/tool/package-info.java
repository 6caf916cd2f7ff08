/** Tests of the package of the same name. */
@NullMarked
package io.mooring.e2e.lab.tool;

import org.jspecify.annotations.NullMarked;

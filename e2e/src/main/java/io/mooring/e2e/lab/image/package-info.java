/** The disk image from which every virtual machine starts, made from Debian packages and cached. */
@NullMarked
package io.mooring.e2e.lab.image;

import org.jspecify.annotations.NullMarked;

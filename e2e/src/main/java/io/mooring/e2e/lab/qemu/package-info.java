/** Virtual machines, their cables and their control sockets. */
@NullMarked
package io.mooring.e2e.lab.qemu;

import org.jspecify.annotations.NullMarked;

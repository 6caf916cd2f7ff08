/** Scripts, files and sockets inside a virtual machine. */
@NullMarked
package io.mooring.e2e.lab.guest;

import org.jspecify.annotations.NullMarked;

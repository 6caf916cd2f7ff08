/**
 * The process on a storage host: its configuration, its service and the loop that keeps the kernel
 * true.
 */
@NullMarked
package io.mooring.agent;

import org.jspecify.annotations.NullMarked;

/** Options of a process: named, typed, strict, from the command line, the environment, a file. */
@NullMarked
package io.mooring.runtime.config;

import org.jspecify.annotations.NullMarked;

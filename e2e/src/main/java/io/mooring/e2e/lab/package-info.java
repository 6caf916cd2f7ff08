/**
 * A small storage network of virtual machines, driven from Java: one storage host, two workers, two
 * paths.
 */
@NullMarked
package io.mooring.e2e.lab;

import org.jspecify.annotations.NullMarked;

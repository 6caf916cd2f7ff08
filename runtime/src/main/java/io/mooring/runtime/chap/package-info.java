/** CHAP: what a node and its targets prove to each other at login. */
@NullMarked
package io.mooring.runtime.chap;

import org.jspecify.annotations.NullMarked;

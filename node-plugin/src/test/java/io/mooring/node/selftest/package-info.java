/** Tests of the self-test. */
@NullMarked
package io.mooring.node.selftest;

import org.jspecify.annotations.NullMarked;

/** What the host lacks for the node plugin to work, said in sentences at start. */
@NullMarked
package io.mooring.node.selftest;

import org.jspecify.annotations.NullMarked;

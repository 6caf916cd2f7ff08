/** A whole fake host: sessions, disks, maps, mounts and what lies behind them, in one state. */
@NullMarked
package io.mooring.node.fake;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.mooring.node.network;

import org.jspecify.annotations.NullMarked;

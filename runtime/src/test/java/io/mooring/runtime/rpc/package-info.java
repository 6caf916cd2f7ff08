@NullMarked
package io.mooring.runtime.rpc;

import org.jspecify.annotations.NullMarked;

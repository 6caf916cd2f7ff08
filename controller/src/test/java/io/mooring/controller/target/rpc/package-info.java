@NullMarked
package io.mooring.controller.target.rpc;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.mooring.node.crypt;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.mooring.controller.node;

import org.jspecify.annotations.NullMarked;

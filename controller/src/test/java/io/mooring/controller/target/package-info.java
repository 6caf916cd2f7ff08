@NullMarked
package io.mooring.controller.target;

import org.jspecify.annotations.NullMarked;

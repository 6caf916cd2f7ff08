@NullMarked
package io.mooring.controller.volume;

import org.jspecify.annotations.NullMarked;

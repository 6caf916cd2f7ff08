@NullMarked
package io.mooring.controller.chap;

import org.jspecify.annotations.NullMarked;

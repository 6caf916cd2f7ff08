/** The process {@code mooring-controller}: the wiring of its parts. */
@NullMarked
package io.mooring.controller;

import org.jspecify.annotations.NullMarked;

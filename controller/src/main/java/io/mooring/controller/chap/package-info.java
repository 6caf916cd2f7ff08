/** The secrets with which nodes log in, on their way to the storage hosts. */
@NullMarked
package io.mooring.controller.chap;

import org.jspecify.annotations.NullMarked;

/** The audit, tested on beliefs that are made up. */
@NullMarked
package io.mooring.controller.audit;

import org.jspecify.annotations.NullMarked;

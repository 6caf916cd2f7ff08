/** The node plugins as the controller knows them: who may speak for which node. */
@NullMarked
package io.mooring.controller.node;

import org.jspecify.annotations.NullMarked;

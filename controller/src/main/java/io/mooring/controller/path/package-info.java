/** What nodes say of the paths of their volumes, in the controller's own words. */
@NullMarked
package io.mooring.controller.path;

import org.jspecify.annotations.NullMarked;

/** NodeLink: the streams on which node plugins and this controller speak. */
@NullMarked
package io.mooring.controller.link;

import org.jspecify.annotations.NullMarked;

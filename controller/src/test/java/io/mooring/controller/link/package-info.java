@NullMarked
package io.mooring.controller.link;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.mooring.runtime.config;

import org.jspecify.annotations.NullMarked;

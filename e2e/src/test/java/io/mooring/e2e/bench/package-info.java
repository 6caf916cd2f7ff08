@NullMarked
package io.mooring.e2e.bench;

import org.jspecify.annotations.NullMarked;

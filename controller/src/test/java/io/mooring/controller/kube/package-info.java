@NullMarked
package io.mooring.controller.kube;

import org.jspecify.annotations.NullMarked;

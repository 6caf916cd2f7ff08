@org.jspecify.annotations.NullMarked
package io.mooring.node;

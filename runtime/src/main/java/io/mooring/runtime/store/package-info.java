/** What must outlive the process and a power cut: small documents in a directory. */
@NullMarked
package io.mooring.runtime.store;

import org.jspecify.annotations.NullMarked;

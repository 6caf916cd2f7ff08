/** What the lab needs of the machine it runs on: its programs, and a person who watches. */
@NullMarked
package io.mooring.e2e.lab.tool;

import org.jspecify.annotations.NullMarked;

/** What volumes, nodes and targets are called, and what is recorded of them. */
@NullMarked
package io.mooring.agent.identity;

import org.jspecify.annotations.NullMarked;

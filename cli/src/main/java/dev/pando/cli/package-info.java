/// The pando command: wires the modules and runs them from a terminal.
@NullMarked
package dev.pando.cli;

import org.jspecify.annotations.NullMarked;

/// Processes, links, monitors, servers, supervisors and names of one node.
@NullMarked
package dev.pando.core;

import org.jspecify.annotations.NullMarked;

/// Seeded scheduling, virtual time and a simulated engine, for tests that replay exactly.
@NullMarked
package dev.pando.testkit;

import org.jspecify.annotations.NullMarked;

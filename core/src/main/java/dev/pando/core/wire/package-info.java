/// The wire format: records and sealed interfaces to bytes and back, for listed types only.
///
/// The one package of Pando that uses reflection. It knows nothing of processes.
@NullMarked
package dev.pando.core.wire;

import org.jspecify.annotations.NullMarked;

/// Discovery of nodes through the Kubernetes API.
@NullMarked
package dev.pando.kubernetes;

import org.jspecify.annotations.NullMarked;

/// The rules of the house, compiled into the tests of every module and shipped with none.
@NullMarked
package dev.pando.architecture;

import org.jspecify.annotations.NullMarked;

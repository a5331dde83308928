/// What tests ask of the machine, compiled into the tests of every module and shipped with none.
@NullMarked
package dev.pando.tools;

import org.jspecify.annotations.NullMarked;

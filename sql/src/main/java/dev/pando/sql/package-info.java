/// What a SQL database needs of Pando to tell a key's holder from its former ones.
@NullMarked
package dev.pando.sql;

import org.jspecify.annotations.NullMarked;

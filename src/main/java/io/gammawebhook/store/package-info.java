/** The inbox in a relational database: every table and every transaction. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.store;

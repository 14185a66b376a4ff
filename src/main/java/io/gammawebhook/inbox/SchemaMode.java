package io.gammawebhook.inbox;

/** What is done at the start about the tables of the store. */
public enum SchemaMode {
  /** What is missing is created; the user of the database may create tables. */
  MIGRATE,
  /**
   * Nothing is created or changed: a store that lacks something fails the start. The user of the
   * database needs no more than to select, insert, update and delete.
   */
  VALIDATE
}

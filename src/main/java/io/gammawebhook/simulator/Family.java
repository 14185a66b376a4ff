package io.gammawebhook.simulator;

import java.util.Locale;

/** Kinds of events that the simulator tells stories with. Their names are in lower case. */
public enum Family {
  /** {@code customer.created}, {@code .updated}, {@code .deleted}. */
  CUSTOMER,
  /** {@code employee.created}, {@code .updated}, {@code .deleted}. */
  EMPLOYEE,
  /** {@code invoice.created}, {@code .updated}, {@code .paid}, {@code .deleted}. */
  INVOICE,
  /** {@code order.created} (pending), {@code .paid}, {@code .shipped}, {@code .cancelled}. */
  ORDER,
  /** {@code export.started}, then {@code .completed} with a list of files, or {@code .failed}. */
  EXPORT;

  /** What the ids of its objects begin with. */
  String prefix() {
    return toString().substring(0, 3) + "_";
  }

  /** The name, and what the types of its events begin with. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

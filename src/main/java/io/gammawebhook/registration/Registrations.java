package io.gammawebhook.registration;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.inbox.StoreException;
import java.util.List;

/**
 * What operators ask and order about registrations. Safe for use by many threads. Whatever speaks
 * to the API blocks as long as that takes, three of its time-outs at most; and while another one
 * does so for the same registration, or two do on this node, it is a {@link LookUnderWayException}
 * at once. That is thrown as well where those time-outs have passed: a look is given up then, and
 * an order goes on.
 *
 * <p>Each order is audited with who gave it. A name that is not configured is an {@link
 * IllegalArgumentException} whose message names those that are.
 */
public interface Registrations {

  /**
   * All of them, by name, without speaking to an API: those configured, and those that are not any
   * more and may still stand at their API. If the store is down they are of state {@code UNKNOWN}.
   */
  List<RegistrationStatus> list();

  /**
   * Looks at the API and says what differs; changes nothing. What was found less than 5 seconds ago
   * is said again, and while the API wants to be left alone it is said until when.
   */
  Plan diff(String name);

  /**
   * Makes the entry what is wanted, also one that an operator had removed.
   *
   * @param dryRun whether only the plan is wanted; that is not audited
   * @param newSecret whether it gets another secret, with an overlap
   * @throws StoreException if the store is down; nothing was done then, unless the message says
   *     otherwise
   */
  Result apply(String name, boolean dryRun, boolean newSecret, Operator who);

  /**
   * Gives the entry another secret without an overlap: all of before end as soon as the API has the
   * new one, on each node within {@link RegistrationService#SECRETS_INTERVAL}. If the API does not
   * take it now, it is tried again with each look. For a secret that has leaked.
   *
   * @param dryRun whether only the plan is wanted; that is not audited
   * @throws StoreException as {@link #apply}
   */
  Result rotateNow(String name, boolean dryRun, Operator who);

  /**
   * Deletes our entry at the API, ends all its managed secrets, and leaves it deleted until an
   * operator applies again. Nothing but this deletes the only entry that there is.
   *
   * @throws StoreException as {@link #apply}
   */
  Result remove(String name, boolean dryRun, Operator who);

  /**
   * Lets the API send an event to our entry, where it can.
   *
   * @throws StoreException as {@link #apply}
   */
  Result test(String name, Operator who);
}

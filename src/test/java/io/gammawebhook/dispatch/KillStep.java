package io.gammawebhook.dispatch;

/**
 * A place on the way of an event at which a process may die.
 *
 * <p>The way: the event is inserted, committed and answered; its attempt begins, has its effect,
 * and is finished by a statement and its commit.
 */
enum KillStep {
  BEFORE_THE_INSERT(false, false, 1),
  BEFORE_THE_COMMIT_OF_THE_INSERT(false, false, 1),
  BEFORE_THE_ANSWER(true, false, 1),
  BEFORE_THE_HANDLER(true, true, 1),
  BEFORE_THE_EFFECT(true, true, 1),
  AFTER_THE_EFFECT(true, true, 2),
  BEFORE_THE_COMMIT_OF_THE_FINISH(true, true, 2),
  AFTER_THE_COMMIT_OF_THE_FINISH(true, true, 1);

  /** Whether the event is in the store when the process has died here. */
  final boolean stored;

  /** Whether the sender has its 2xx. */
  final boolean acknowledged;

  /** How often the event has had its effect in the end. */
  final int effects;

  KillStep(boolean stored, boolean acknowledged, int effects) {
    this.stored = stored;
    this.acknowledged = acknowledged;
    this.effects = effects;
  }
}

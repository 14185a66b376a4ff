package io.gammawebhook.registration;

/** Whether an entry gets another secret. */
enum NewSecret {
  NONE,
  /** The ones before still count, while they are used. */
  OVERLAPPING,
  /** The ones before end as soon as the API has the new one. */
  AT_ONCE
}

package io.gammawebhook.registration;

/**
 * What differs between an entry as it is wanted and as the API has it.
 *
 * @param field such as {@code events}
 * @param ours what is wanted, for people; never a secret
 * @param theirs what the API has, printable and bounded; never a secret
 */
public record Difference(String field, String ours, String theirs) {}

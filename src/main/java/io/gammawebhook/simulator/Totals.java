package io.gammawebhook.simulator;

/**
 * What the simulator did since its start.
 *
 * @param registrations how many there are
 * @param events made
 * @param unwanted events that no enabled registration wanted: they are sent to nobody
 * @param attempts that were answered or timed out
 * @param delivered attempts that were answered with 2xx
 * @param duplicates how many of the attempts sent an event once more on purpose
 * @param failed attempts that were answered otherwise, or not at all
 * @param givenUp events that a registration did not take in all its attempts
 * @param waiting what is still to be sent, or sent again
 */
public record Totals(
    int registrations,
    long events,
    long unwanted,
    long attempts,
    long delivered,
    long duplicates,
    long failed,
    long givenUp,
    long waiting) {}

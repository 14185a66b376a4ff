/** Every table and every transaction: accept, claim, finish, replay; group commit and dialects. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.inbox;

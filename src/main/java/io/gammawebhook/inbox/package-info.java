/** What an inbox can do, in the words of its users: accept, claim, finish, replay. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.inbox;

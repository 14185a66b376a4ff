/** Our entries at the APIs of senders: what we want there, and what is there. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.registration;

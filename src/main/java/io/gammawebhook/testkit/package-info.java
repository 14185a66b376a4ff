/**
 * The test kit for routes: in tests only, an artifact of its own. Begin with {@link
 * io.gammawebhook.testkit.WebhookTest}.
 */
@NullMarked
package io.gammawebhook.testkit;

import org.jspecify.annotations.NullMarked;

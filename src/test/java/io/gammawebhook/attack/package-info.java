/** What strangers, and those who have captured a request, try at the started product. */
@NullMarked
package io.gammawebhook.attack;

import org.jspecify.annotations.NullMarked;

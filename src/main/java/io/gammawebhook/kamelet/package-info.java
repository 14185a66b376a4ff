@NullMarked
package io.gammawebhook.kamelet;

import org.jspecify.annotations.NullMarked;

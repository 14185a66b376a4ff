@NullMarked
package io.gammawebhook.testkit;

import org.jspecify.annotations.NullMarked;

/** Who sent it: signature schemes as data, secrets, tolerance, and the verdict. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.verify;

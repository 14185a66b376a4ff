/** The runnable product: the plug-in in an application of its own, and its command line. */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.springboot.app;

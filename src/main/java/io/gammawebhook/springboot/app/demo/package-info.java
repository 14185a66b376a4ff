/**
 * The demo: the product, a simulated Gamma and a destination in one process, and a story of what an
 * event goes through. Nothing of it is there without the profile {@code demo} of the runnable
 * application.
 */
@org.jspecify.annotations.NullMarked
package io.gammawebhook.springboot.app.demo;

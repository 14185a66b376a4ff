package io.gammawebhook.testkit;

import io.gammawebhook.simulator.GammaSimulator;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A {@link GammaSimulator} for a test, started before it and closed after it:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final GammaSimulatorExtension GAMMA =
 *     new GammaSimulatorExtension(GammaSimulator.builder(InstantSource.system()).seed(7));
 * }</pre>
 *
 * <p>In a static field there is one for all tests of the class, which is there before a Spring
 * context of the test asks for its address; in another field there is a new one for each test. A
 * test method may have a parameter of the type {@code GammaSimulator}.
 */
public final class GammaSimulatorExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {

  private final GammaSimulator.Builder settings;
  private @Nullable GammaSimulator started;
  private boolean forAll;

  /** One with the defaults: it sends only what it is asked for. */
  public GammaSimulatorExtension() {
    this(GammaSimulator.builder(InstantSource.system()));
  }

  /** One with these settings. */
  public GammaSimulatorExtension(GammaSimulator.Builder settings) {
    this.settings = settings;
  }

  /**
   * The simulator of the running test.
   *
   * @throws IllegalStateException if none is running
   */
  public GammaSimulator gamma() {
    GammaSimulator running = started;
    if (running == null) {
      throw new IllegalStateException(
          "No simulator is running: put @RegisterExtension on the field of the extension");
    }
    return running;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    forAll = true;
    started = settings.start();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (!forAll) {
      started = settings.start();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!forAll) {
      close();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
    forAll = false;
  }

  private void close() {
    GammaSimulator running = started;
    started = null;
    if (running != null) {
      running.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == GammaSimulator.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return gamma();
  }
}

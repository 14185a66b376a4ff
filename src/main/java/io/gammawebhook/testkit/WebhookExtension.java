package io.gammawebhook.testkit;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** What {@link WebhookTest} brings: it tells one test from the next, and hands it its webhooks. */
final class WebhookExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

  @Override
  public void beforeEach(ExtensionContext test) {
    webhooks(test).begin();
  }

  @Override
  public void afterEach(ExtensionContext test) {
    webhooks(test).end();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == Webhooks.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    return webhooks(test);
  }

  private static Webhooks webhooks(ExtensionContext test) {
    mustHaveApplication(test.getRequiredTestClass());
    return SpringExtension.getApplicationContext(test).getBean(Webhooks.class);
  }

  static void mustHaveApplication(Class<?> test) {
    if (!TestContextAnnotationUtils.hasAnnotation(test, BootstrapWith.class)) {
      throw new IllegalStateException(
          "@WebhookTest needs an application, which @SpringBootTest(webEnvironment ="
              + " WebEnvironment.RANDOM_PORT) starts; without Spring use Webhooks.prepare");
    }
  }
}

package io.gammawebhook.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.test.context.ContextCustomizerFactories;

/**
 * A test of an application on Spring Boot that receives webhooks. It goes beside
 * {@code @SpringBootTest(webEnvironment = RANDOM_PORT)} and, where Camel's test support is wanted,
 * {@code @CamelSpringBootTest}. A test gets its {@link Webhooks} as a parameter or as a bean.
 *
 * <p>For the application of the test:
 *
 * <ul>
 *   <li>the inbox is a SQLite file in a temporary folder, which is removed when the application
 *       ends, whatever store is configured; {@link #store} says otherwise;
 *   <li>the inbox's time stands still and moves only by the test: no retry comes by itself;
 *   <li>a source whose secret is not set here ({@code ${GAMMA_WEBHOOK_SECRET}} without that
 *       variable, or a file that is not there) gets a secret that is made for the test; then {@code
 *       gamma.webhook.mode} is {@code dev};
 *   <li>{@code gamma.webhook.dispatch.poll-interval} is 20 ms and {@code
 *       gamma.webhook.http.shutdown-drain} is 0 s, so that a test need not wait;
 *   <li>everything else is as configured: paths, schemes, limits, retry schedules, routes.
 * </ul>
 *
 * <p>Tests that share an application, as those of one class do, share its inbox and its time: they
 * must not run at the same time. What a test leaves waiting is discarded at its end, so that it
 * does not go on in the next one. An application is shared with other classes as Spring shares
 * contexts; {@code @DirtiesContext} ends it.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(WebhookExtension.class)
@ContextCustomizerFactories(WebhookContextCustomizerFactory.class)
public @interface WebhookTest {

  /** Where accepted events are stored. */
  Store store() default Store.TEMPORARY_FILE;

  /** Where accepted events are stored. */
  enum Store {
    /** In a SQLite file that is made for the test. */
    TEMPORARY_FILE,
    /**
     * Where the configuration says, for routes that need PostgreSQL ({@code transacted}). A
     * database's clock cannot be moved: {@link Webhooks#nextRetry} then orders the retry at once.
     */
    CONFIGURED
  }
}

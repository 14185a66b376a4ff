package io.gammawebhook.camel;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;

/**
 * Makes the client of a {@code http} or {@code https} endpoint one whose destination cannot hold a
 * worker or its memory, whatever it answers. Named as the endpoint's {@code httpClientConfigurer};
 * its message has no body after that, and:
 *
 * <ul>
 *   <li>what {@link BoundedAnswer} bounds: the whole time, and how much of a body is read;
 *   <li>a line of the answer's head has at most 16 KB, and a head at most 200 lines;
 *   <li>no redirect is followed, no cookie kept, nothing inflated, and nothing tried again inside.
 * </ul>
 *
 * <p>TLS is set up on the component {@code https} ({@code ssl-context-parameters}, {@code
 * use-global-ssl-context-parameters}, {@code x509-hostname-verifier}); an endpoint's own {@code
 * sslContextParameters} are not looked at. Safe for use by many threads and endpoints.
 */
public final class BoundedHttpClient implements HttpClientConfigurer {

  /** The bean's name in the Camel registry. */
  public static final String BEAN = "webhookHttpClient";

  private static final int LONGEST_LINE = 16 << 10;
  private static final int MOST_LINES = 200;

  /** As many as an endpoint's concurrency may be: each worker uses one at a time. */
  private static final int MOST_CONNECTIONS = 10_000;

  private final CamelContext camel;
  private final @Nullable DnsResolver resolver;
  private final ScheduledThreadPoolExecutor timer;

  /**
   * @param camel where the component {@code https} is
   */
  public BoundedHttpClient(CamelContext camel) {
    this(camel, null);
  }

  /**
   * @param camel where the component {@code https} is
   * @param resolver finds the addresses of a destination; null for the system's own
   */
  public BoundedHttpClient(CamelContext camel, @Nullable DnsResolver resolver) {
    this.camel = camel;
    this.resolver = resolver;
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "webhook-http-deadlines");
              thread.setDaemon(true);
              return thread;
            });
    // A deadline that was met holds its request, with the body, no longer.
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(1, TimeUnit.MINUTES);
    timer.allowCoreThreadTimeOut(true);
  }

  @Override
  public void configureHttpClient(HttpClientBuilder client) {
    client
        // The client closes it when the endpoint stops.
        .setConnectionManager(connections())
        .setConnectionManagerShared(false)
        .disableAutomaticRetries()
        .disableContentCompression()
        .disableCookieManagement()
        .disableRedirectHandling()
        .addExecInterceptorFirst("webhook-bounded-answer", new BoundedAnswer(timer));
  }

  private PoolingHttpClientConnectionManager connections() {
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setConnectionFactory(
            ManagedHttpClientConnectionFactory.builder()
                .http1Config(
                    Http1Config.custom()
                        .setMaxLineLength(LONGEST_LINE)
                        .setMaxHeaderCount(MOST_LINES)
                        .build())
                .build())
        .setTlsSocketStrategy(tls())
        .setDnsResolver(resolver)
        .setMaxConnTotal(MOST_CONNECTIONS)
        .setMaxConnPerRoute(MOST_CONNECTIONS)
        .build();
  }

  private DefaultClientTlsStrategy tls() {
    HttpComponent component = camel.getComponent("https", HttpComponent.class);
    @Nullable SSLContextParameters parameters = component.getSslContextParameters();
    if (parameters == null && component.isUseGlobalSslContextParameters()) {
      parameters = camel.getSSLContextParameters();
    }
    return new DefaultClientTlsStrategy(
        sslContext(parameters, component.isUseSystemProperties()),
        component.getX509HostnameVerifier());
  }

  private SSLContext sslContext(
      @Nullable SSLContextParameters parameters, boolean useSystemProperties) {
    if (parameters == null) {
      return useSystemProperties ? SSLContexts.createSystemDefault() : SSLContexts.createDefault();
    }
    try {
      return parameters.createSSLContext(camel);
    } catch (Exception e) {
      throw new IllegalStateException("The TLS settings of the component https are wrong", e);
    }
  }
}

package io.gammawebhook.springboot.http;

import io.gammawebhook.camel.AnswerThreads;
import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.camel.IngressRoutes;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.http.Peers;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.receive.TrustedProxies;
import io.gammawebhook.receive.WaitingLine;
import io.gammawebhook.testing.RawConnection;
import io.gammawebhook.verify.SchemeCatalogue;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kamelet.springboot.KameletComponentAutoConfiguration;
import org.apache.camel.component.platform.http.springboot.PlatformHttpComponentAutoConfiguration;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpAutoConfiguration;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.HttpEncodingAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.error.ErrorMvcAutoConfiguration;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/** A small Boot application with a real Tomcat and the ingress, wired by hand. */
final class IngressApp implements AutoCloseable {

  static final int MAX_BODY = 64 * 1024;
  static final String SECRET = "a secret of the test, long enough";

  private static final ThreadLocal<Settings> NEXT = new ThreadLocal<>();

  private final ConfigurableApplicationContext context;

  private IngressApp(ConfigurableApplicationContext context) {
    this.context = context;
  }

  record Settings(
      MemoryInbox inbox, WaitingLine line, HttpTimes times, List<Receiver> more, boolean signed) {

    static Settings ordinary() {
      return new Settings(
              new MemoryInbox(),
              new WaitingLine(1024, 32L << 20),
              HttpTimes.DEFAULTS,
              List.of(),
              true)
          .withDrain(Duration.ZERO);
    }

    /** Without one, so that the tests that do not look at it need not wait for it. */
    Settings withDrain(Duration drain) {
      return with(
          new HttpTimes(times.body(), times.answer(), times.linger(), times.lingerIdle(), drain));
    }

    Settings with(HttpTimes other) {
      return new Settings(inbox, line, other, more, signed);
    }

    Settings with(WaitingLine other) {
      return new Settings(inbox, other, times, more, signed);
    }
  }

  static IngressApp start() {
    return start(Settings.ordinary(), Map.of());
  }

  static IngressApp start(Settings settings, Map<String, Object> properties, Class<?>... more) {
    Map<String, Object> all = new HashMap<>(properties);
    all.putIfAbsent("server.port", "0");
    all.putIfAbsent("spring.main.banner-mode", "off");
    all.putIfAbsent("logging.level.root", "WARN");
    Class<?>[] classes = new Class<?>[more.length + 1];
    System.arraycopy(more, 0, classes, 0, more.length);
    classes[more.length] = Wiring.class;
    SpringApplication application = new SpringApplication(classes);
    application.setDefaultProperties(all);
    application.setRegisterShutdownHook(false);
    NEXT.set(settings);
    try {
      return new IngressApp(application.run());
    } finally {
      NEXT.remove();
    }
  }

  static Receiver receiver(SourceDefinition definition, MemoryInbox inbox) {
    return new Receiver(
        definition, inbox, new ReferenceGenerator(new SecureRandom()), InstantSource.system());
  }

  static SourceDefinition.Builder unsigned(String name) {
    return SourceDefinition.builder(new SourceName(name), new SchemeCatalogue().byName("none"))
        .allowUnsigned()
        .maxBodySize(MAX_BODY);
  }

  int port() {
    return ((WebServerApplicationContext) context).getWebServer().getPort();
  }

  MemoryInbox inbox() {
    return bean(MemoryInbox.class);
  }

  CamelContext camel() {
    return bean(CamelContext.class);
  }

  WaitingLine line() {
    return bean(WaitingLine.class);
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  RawConnection connect() throws java.io.IOException {
    return new RawConnection(port());
  }

  @Override
  public void close() {
    context.close();
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    PropertyPlaceholderAutoConfiguration.class,
    ServletWebServerFactoryAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    HttpEncodingAutoConfiguration.class,
    HttpMessageConvertersAutoConfiguration.class,
    WebMvcAutoConfiguration.class,
    ErrorMvcAutoConfiguration.class,
    TaskExecutionAutoConfiguration.class,
    CamelAutoConfiguration.class,
    KameletComponentAutoConfiguration.class,
    PlatformHttpComponentAutoConfiguration.class,
    SpringBootPlatformHttpAutoConfiguration.class
  })
  static class Wiring {

    private final Settings settings = NEXT.get();

    @Bean
    MemoryInbox inbox() {
      return settings.inbox();
    }

    @Bean
    AnswerThreads answerThreads() {
      return new AnswerThreads(Runtime.getRuntime().availableProcessors());
    }

    @Bean
    Receivers receivers(AnswerThreads answers) {
      Receivers receivers = new Receivers(answers::execute, Long.MAX_VALUE);
      receivers.add(receiver(unsigned("open").build(), settings.inbox()));
      receivers.add(
          receiver(
              unsigned("json").mediaTypes(Set.of("application/json")).build(), settings.inbox()));
      if (settings.signed()) {
        receivers.add(
            receiver(
                SourceDefinition.builder(
                        new SourceName("signed"), new SchemeCatalogue().byName("gamma-hub"))
                    .secret(SECRET)
                    .build(),
                settings.inbox()));
      }
      settings.more().forEach(receivers::add);
      return receivers;
    }

    @Bean
    IngressGate gate() {
      return new IngressGate();
    }

    @Bean
    WaitingLine line() {
      return settings.line();
    }

    @Bean(name = WebhookHttpEngine.BEAN_NAME, defaultCandidate = false)
    WebhookHttpEngine engine() {
      return new WebhookHttpEngine();
    }

    @Bean
    IngressRoutes routes(Receivers receivers, IngressGate gate) {
      return new IngressRoutes(receivers, gate);
    }

    @Bean
    CamelContextConfiguration ingress(IngressRoutes routes) {
      return new CamelContextConfiguration() {
        @Override
        public void beforeApplicationStart(CamelContext camel) {
          try {
            routes.addTo(camel);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        }

        @Override
        public void afterApplicationStart(CamelContext camel) {}
      };
    }

    @Bean
    GateClosing gateClosing(IngressGate gate, Receivers receivers, ApplicationContext application) {
      return new GateClosing(gate, receivers, settings.times().shutdownDrain(), application);
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> valve(
        ObjectProvider<Receivers> receivers) {
      return tomcat ->
          tomcat.addEngineValves(
              new SourcePathValve(
                  receivers::getObject, tomcat::getContextPath, () -> Measure.NONE));
    }

    @Bean
    HostPathCheck hostPathCheck(
        Receivers receivers, @Lazy ObjectProvider<RequestMappingInfoHandlerMapping> mappings) {
      return new HostPathCheck(receivers, mappings);
    }

    @Bean
    FilterRegistrationBean<WebhookFilter> filter(
        Receivers receivers,
        @Qualifier(WebhookHttpEngine.BEAN_NAME) WebhookHttpEngine engine,
        IngressGate gate,
        WaitingLine line) {
      FilterRegistrationBean<WebhookFilter> bean =
          new FilterRegistrationBean<>(
              new WebhookFilter(
                  receivers,
                  engine,
                  gate,
                  line,
                  settings.times(),
                  new Peers(new TrustedProxies(List.of()), false, "server.ssl", "trusted-proxies"),
                  System::nanoTime,
                  Measure.NONE));
      bean.setOrder(WebhookFilter.ORDER);
      bean.addUrlPatterns("/*");
      bean.setAsyncSupported(true);
      return bean;
    }
  }
}

package io.gammawebhook.springboot.app;

import io.gammawebhook.springboot.ActuatorHosts;
import io.gammawebhook.springboot.ConfigurationSection;
import io.gammawebhook.springboot.GammaWebhookProperties;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.component.mail.DefaultJavaMailSender;
import org.apache.camel.component.mail.JavaMailSender;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.apache.catalina.core.StandardHost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.sql.init.SqlDataSourceScriptDatabaseInitializer;
import org.springframework.boot.autoconfigure.sql.init.SqlInitializationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** What only the runnable product has; a host has its own. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  MailProperties.class,
  HttpProperties.class,
  SqlInitializationProperties.class
})
class AppConfiguration {

  private static final Logger LOG = LoggerFactory.getLogger(AppConfiguration.class);

  @Bean
  static ConfigurationSection mailSection() {
    return new ConfigurationSection("gamma.mail", MailProperties.class);
  }

  @Bean
  static ConfigurationSection httpSection() {
    return new ConfigurationSection("gamma.http", HttpProperties.class);
  }

  /** What {@code routes/to-email.camel.yaml} sends with. */
  @Bean
  JavaMailSender mailSender(
      MailProperties mail, @Value("${gamma.webhook.data-dir:data}") Path dataDir) {
    if (mail.host() == null || mail.host().isBlank()) {
      return new EmlMailSender(
          mail.folder() == null ? dataDir.resolve("mail") : Path.of(mail.folder()),
          Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()));
    }
    return smtp(mail, mail.host());
  }

  /**
   * Creates the destination's table from {@code routes/to-database.sql}. A destination that is down
   * must not keep webhooks from being received: what is for it is tried again.
   */
  @Bean
  SqlDataSourceScriptDatabaseInitializer destinationTable(
      DataSource dataSource, SqlInitializationProperties settings) {
    return new SqlDataSourceScriptDatabaseInitializer(dataSource, settings) {
      @Override
      public boolean initializeDatabase() {
        try {
          return super.initializeDatabase();
        } catch (RuntimeException e) {
          LOG.warn(
              "The destination database (spring.datasource.url) cannot be prepared: {}. Webhooks"
                  + " are received all the same and delivered when it is there; create its table"
                  + " with routes/to-database.sql, or restart",
              NestedExceptionUtils.getMostSpecificCause(e).getMessage());
          return false;
        }
      }
    };
  }

  /** Only in dev mode, in which nobody logs in. */
  @Bean
  @ConditionalOnProperty(name = "gamma.webhook.mode", havingValue = "dev")
  ActuatorHosts actuatorHosts(GammaWebhookProperties properties) {
    return new ActuatorHosts(properties.admin().hosts());
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemPages() {
    return tomcat ->
        tomcat.addContextCustomizers(
            context -> {
              if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemValve.class.getName());
              }
            });
  }

  /** A route file that names an error handler of its own goes before this one. */
  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  CamelContextConfiguration quietFailedAttempts() {
    DefaultErrorHandlerDefinition errorHandler = new DefaultErrorHandlerDefinition();
    errorHandler.setLoggerBean(new FailedAttemptLogger());
    return new CamelContextConfiguration() {
      @Override
      public void beforeApplicationStart(CamelContext camel) {
        camel.getCamelContextExtension().setErrorHandlerFactory(errorHandler);
      }

      @Override
      public void afterApplicationStart(CamelContext camel) {
        // Nothing is left to do: routes take the error handler when they are made.
      }
    };
  }

  private static JavaMailSender smtp(MailProperties mail, String host) {
    DefaultJavaMailSender sender = new DefaultJavaMailSender();
    sender.setProtocol("smtp");
    sender.setHost(host);
    sender.setPort(mail.port());
    String millis = String.valueOf(mail.timeout().toMillis());
    sender.addAdditionalJavaMailProperty("mail.smtp.connectiontimeout", millis);
    sender.addAdditionalJavaMailProperty("mail.smtp.timeout", millis);
    sender.addAdditionalJavaMailProperty("mail.smtp.writetimeout", millis);
    if (mail.startTls()) {
      sender.addAdditionalJavaMailProperty("mail.smtp.starttls.enable", "true");
      sender.addAdditionalJavaMailProperty("mail.smtp.starttls.required", "true");
      sender.addAdditionalJavaMailProperty("mail.smtp.ssl.checkserveridentity", "true");
    }
    if (mail.username() != null && mail.password() != null) {
      sender.addAdditionalJavaMailProperty("mail.smtp.auth", "true");
      sender.setUsername(mail.username());
      sender.setPassword(mail.password().reveal());
    }
    return sender;
  }
}

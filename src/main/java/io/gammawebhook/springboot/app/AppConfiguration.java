package io.gammawebhook.springboot.app;

import java.nio.file.Path;
import org.apache.camel.component.mail.DefaultJavaMailSender;
import org.apache.camel.component.mail.JavaMailSender;
import org.apache.catalina.core.StandardHost;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What only the runnable product has; a host has its own. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MailProperties.class)
class AppConfiguration {

  /** What {@code routes/to-email.camel.yaml} sends with. */
  @Bean
  JavaMailSender mailSender(
      MailProperties mail, @Value("${gamma.webhook.data-dir:data}") Path dataDir) {
    if (mail.host() == null || mail.host().isBlank()) {
      return new EmlMailSender(
          mail.folder() == null ? dataDir.resolve("mail") : Path.of(mail.folder()));
    }
    return smtp(mail, mail.host());
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

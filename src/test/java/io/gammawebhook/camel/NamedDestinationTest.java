package io.gammawebhook.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gammawebhook.audit.Redaction;
import io.gammawebhook.dispatch.Failure;
import io.gammawebhook.event.RawBody;
import jakarta.mail.internet.MimeMessage;
import java.net.ServerSocket;
import java.sql.DriverManager;
import java.util.List;
import org.apache.camel.component.mail.DefaultJavaMailSender;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written down of a destination that is not there: which one it was. */
class NamedDestinationTest {

  private int nobody;

  @BeforeEach
  void findAPort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
  }

  @Test
  void aMailServer() {
    DefaultJavaMailSender sender = new DefaultJavaMailSender();
    sender.setProtocol("smtp");
    sender.setHost("127.0.0.1");
    sender.setPort(nobody);
    sender.setUsername("user");
    sender.setPassword("hunter2");

    Failure failure =
        classify(
            () -> {
              MimeMessage message = new MimeMessage(sender.getSession());
              message.setFrom("a@example.com");
              message.setRecipients(MimeMessage.RecipientType.TO, "b@example.com");
              message.setText("text");
              sender.send(message);
            });

    assertThat(failure.detail())
        .contains("127.0.0.1", String.valueOf(nobody), "Connection refused")
        .doesNotContain("hunter2", "user");
    assertThat(failure.permanent()).isFalse();
  }

  @Test
  void aDatabase() {
    Failure failure =
        classify(
            () ->
                DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + nobody + "/db?password=hunter2")
                    .close());

    assertThat(failure.detail())
        .contains("127.0.0.1:" + nobody, "refused")
        .doesNotContain("hunter2");
  }

  @Test
  void anHttpServerOfARouteWithAClientOfItsOwn() throws Exception {
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.start();
      Failure failure =
          classify(
              () -> {
                try (var template = camel.createProducerTemplate()) {
                  template.sendBody("http://127.0.0.1:" + nobody + "/path?token=hunter2", "x");
                }
              });

      assertThat(failure.detail())
          .contains("127.0.0.1:" + nobody, "Connection refused")
          .doesNotContain("hunter2", "path");
    }
  }

  private static Failure classify(org.assertj.core.api.ThrowableAssert.ThrowingCallable attempt) {
    Throwable thrown = catchThrowable(attempt);
    assertThat(thrown).isNotNull();
    return new FailureClassifier(List.of(), Redaction.defaults())
        .classify(thrown, RawBody.of(new byte[] {'{', '}'}), null);
  }
}

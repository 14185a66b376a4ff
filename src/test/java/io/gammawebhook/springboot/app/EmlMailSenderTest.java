package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without an SMTP server a mail is a file that any mail program opens. */
class EmlMailSenderTest {

  private static final String DELIVERY = "01932c3e-6a10-7abc-8def-0123456789ab.1.0";

  @TempDir private Path folder;

  @Test
  void aMailIsAFileNamedAfterItsDeliveryWithItsMessageId() throws Exception {
    send("<" + DELIVERY + "@gamma-webhook.invalid>", "first");

    Path file = folder.resolve("mail").resolve(DELIVERY + ".eml");
    try (InputStream in = Files.newInputStream(file)) {
      MimeMessage read = new MimeMessage(null, in);
      assertThat(read.getMessageID()).isEqualTo("<" + DELIVERY + "@gamma-webhook.invalid>");
      assertThat(read.getContent()).isEqualTo("first");
    }
  }

  @Test
  void aRepeatedDeliveryReplacesItsOwnFileAndLeavesNoOther() throws Exception {
    send("<" + DELIVERY + "@gamma-webhook.invalid>", "first");
    send("<" + DELIVERY + "@gamma-webhook.invalid>", "second");

    try (Stream<Path> files = Files.list(folder.resolve("mail"))) {
      assertThat(files)
          .singleElement()
          .satisfies(file -> assertThat(Files.readString(file)).endsWith("second"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<../../x@y>", "<a/b@y>", "<@y>", "x@y"})
  void aMessageIdThatIsNoFileNameWritesNothing(String messageId) {
    assertThatThrownBy(() -> send(messageId, "x")).isInstanceOf(MessagingException.class);
    assertThat(folder).isEmptyDirectory();
  }

  private void send(String messageId, String text) throws Exception {
    MimeMessage message = new MimeMessage(Session.getInstance(new Properties()));
    message.setFrom("a@example.com");
    message.setRecipients(MimeMessage.RecipientType.TO, "b@example.com");
    message.setText(text);
    message.setHeader("Message-ID", messageId);
    new EmlMailSender(folder.resolve("mail")).send(message);
  }
}

package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without an SMTP server a mail is a file that any mail program opens. */
class EmlMailSenderTest {

  private static final String DELIVERY = "01932c3e-6a10-7abc-8def-0123456789ab.1.0";

  private static final Instant STARTED = Instant.parse("2026-01-01T12:00:00Z");

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

  @Test
  void aFileGetsItsNameWhenItIsComplete() throws Exception {
    Path mails = folder.resolve("mail");
    List<Object> whileWritten = new ArrayList<>();
    MimeMessage message =
        new MimeMessage(Session.getInstance(new Properties())) {
          @Override
          public void writeTo(OutputStream out) throws IOException, MessagingException {
            super.writeTo(out);
            try (Stream<Path> files = Files.list(mails)) {
              for (Path file : files.toList()) {
                assertThat(file).asString().endsWith(".draft");
                whileWritten.add(identity(file));
              }
            }
          }
        };

    send(message, "<" + DELIVERY + "@gamma-webhook.invalid>", "text");

    // The very file: a copy would have the name before it is complete.
    assertThat(whileWritten).containsExactly(identity(mails.resolve(DELIVERY + ".eml")));
  }

  @Test
  void draftsThatAKilledProcessLeftAreRemovedAtTheNextStart() throws Exception {
    Path mails = Files.createDirectory(folder.resolve("mail"));
    Path left = Files.createFile(mails.resolve(DELIVERY + "17.draft"));
    Path ofAnotherNode = Files.createFile(mails.resolve(DELIVERY + "18.draft"));
    Path mail = Files.createFile(mails.resolve(DELIVERY + ".eml"));
    Files.setLastModifiedTime(left, FileTime.from(STARTED.minusMillis(1)));
    Files.setLastModifiedTime(ofAnotherNode, FileTime.from(STARTED.plusMillis(1)));
    Files.setLastModifiedTime(mail, FileTime.from(STARTED.minusMillis(1)));

    new EmlMailSender(mails, STARTED);

    try (Stream<Path> files = Files.list(mails)) {
      assertThat(files).containsExactlyInAnyOrder(ofAnotherNode, mail);
    }
  }

  private static Object identity(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private void send(String messageId, String text) throws Exception {
    send(new MimeMessage(Session.getInstance(new Properties())), messageId, text);
  }

  private void send(MimeMessage message, String messageId, String text) throws Exception {
    message.setFrom("a@example.com");
    message.setRecipients(MimeMessage.RecipientType.TO, "b@example.com");
    message.setText(text);
    message.setHeader("Message-ID", messageId);
    new EmlMailSender(folder.resolve("mail"), STARTED).send(message);
  }
}

package io.gammawebhook.springboot.app;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.component.mail.DefaultJavaMailSender;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each mail to a file instead of sending it: the very bytes that SMTP would carry, under the
 * name of its delivery, so that a repeated delivery replaces its own file. A file is complete as
 * soon as it has its name.
 */
final class EmlMailSender extends DefaultJavaMailSender {

  private static final Logger LOG = LoggerFactory.getLogger(EmlMailSender.class);

  /** The delivery id in a Message-ID, as routes/to-email.camel.yaml sets it. */
  private static final Pattern MESSAGE_ID = Pattern.compile("<([A-Za-z0-9.-]{1,100})@[^>]*>");

  private static final String DRAFT = ".draft";

  private final Path folder;

  /**
   * Removes the drafts that a process left which was killed while it wrote.
   *
   * @param started when this process did: what is younger may be another node's
   */
  EmlMailSender(Path folder, Instant started) {
    this.folder = folder;
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> drafts = Files.newDirectoryStream(folder, "*" + DRAFT)) {
        for (Path draft : drafts) {
          if (Files.getLastModifiedTime(draft).toInstant().isBefore(started)) {
            Files.deleteIfExists(draft);
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        LOG.warn("The drafts in {} cannot be removed: {}", folder, e.toString());
      }
    }
  }

  @Override
  public void send(MimeMessage message) throws MessagingException {
    String messageId = message.getMessageID();
    Matcher name = MESSAGE_ID.matcher(messageId == null ? "" : messageId);
    if (!name.matches()) {
      throw new MessagingException(
          "The mail has no Message-ID of the form <delivery id@domain>, which names its file");
    }
    // saveChanges makes a new Message-ID, and forgets the one that was set.
    message.saveChanges();
    message.setHeader("Message-ID", messageId);
    Path file = folder.resolve(name.group(1) + ".eml");
    try {
      Files.createDirectories(folder);
      Path draft = Files.createTempFile(folder, name.group(1), DRAFT);
      try (OutputStream out = Files.newOutputStream(draft)) {
        message.writeTo(out);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new MessagingException("The mail cannot be written to " + folder, e);
    }
    LOG.info("No gamma.mail.host is set: the mail is in {}", file);
  }
}

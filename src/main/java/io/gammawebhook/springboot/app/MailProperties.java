package io.gammawebhook.springboot.app;

import io.gammawebhook.verify.SecretText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How {@code routes/to-email.camel.yaml} sends its mail.
 *
 * @param host SMTP server. Without it, mails are written as '.eml' files to the folder.
 * @param port Its port.
 * @param username User name, if it wants one.
 * @param password Password, if it wants one.
 * @param startTls Whether the connection has to be upgraded to TLS.
 * @param timeout How long connecting, reading and writing may each take.
 * @param folder Folder of the '.eml' files. Default: 'mail' in 'gamma.webhook.data-dir'.
 * @param from Sender's address. Default: 'gamma-webhook@localhost'.
 * @param to Recipients' addresses, separated by commas. Default: 'events@localhost'.
 * @param subject Subject of every mail. Default: 'Gamma event'.
 * @param idDomain What follows the delivery id in a Message-ID. Default: 'gamma-webhook.invalid'.
 */
@ConfigurationProperties(prefix = "gamma.mail", ignoreUnknownFields = false)
record MailProperties(
    @Nullable String host,
    @DefaultValue("25") int port,
    @Nullable String username,
    @Nullable SecretText password,
    @DefaultValue("false") boolean startTls,
    @DefaultValue("15s") Duration timeout,
    @Nullable String folder,
    @Nullable String from,
    @Nullable String to,
    @Nullable String subject,
    @Nullable String idDomain) {}

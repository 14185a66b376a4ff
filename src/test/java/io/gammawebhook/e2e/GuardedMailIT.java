package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The mail guarded by Camel's idempotentConsumer and our repository, across a crash. */
@Timeout(180)
class GuardedMailIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void killedBetweenTheAddAndTheSendTheMailArrives(TestStore store) throws Exception {
    try (ProductProcess product = new ProductProcess(folder)) {
      Database inbox = store.configure(product, folder);
      String reference;
      int port;
      try (ServerSocket smtp = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
        port = smtp.getLocalPort();
        mailTo(product, port).start().awaitReady();
        reference = product.sender().accepted("customer-1", "customer.created");
        // Whoever connects to send has added its key, and has sent nothing.
        smtp.accept();
        product.kill();
      }
      assertThat(inbox.lines("select name, confirmed from webhook_idempotent"))
          .containsExactly(reference + ".1.0 0");

      GreenMail mail = new GreenMail(new ServerSetup(port, "127.0.0.1", "smtp"));
      mail.start();
      try {
        product.start().awaitReady();
        delivered(inbox, 2);
        assertThat(messageIds(mail)).containsExactly(messageId(reference));
      } finally {
        mail.stop();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void killedAfterTheConfirmationTheMailHasBeenSentOnce(TestStore store) throws Exception {
    Path route = folder.resolve("halting.camel.yaml");
    Files.writeString(
        route,
        """
        - route:
            id: gamma
            from:
              uri: webhook-inbox:gamma
              steps:
                - process: { ref: "#class:io.gammawebhook.e2e.HaltAfterConfirm" }
                - to: direct:to-email
        """);
    GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
    mail.start();
    try (ProductProcess product = new ProductProcess(folder)) {
      Database inbox = store.configure(product, folder);
      mailTo(product, mail.getSmtp().getPort())
          .with(
              "camel.main.routes-include-pattern", "file:routes/to-email.camel.yaml,file:" + route);
      product.start().awaitReady();
      String reference = product.sender().accepted("customer-1", "customer.created");
      assertThat(product.awaitEnd()).isEqualTo(9);
      assertThat(inbox.lines("select name, confirmed from webhook_idempotent"))
          .containsExactly(reference + ".1.0 1");

      product.start().awaitReady();
      delivered(inbox, 2);
      assertThat(messageIds(mail)).containsExactly(messageId(reference));
    } finally {
      mail.stop();
    }
  }

  private static ProductProcess mailTo(ProductProcess product, int port) {
    return product.with("gamma.mail.host", "127.0.0.1").with("gamma.mail.port", port);
  }

  private static void delivered(Database inbox, int attempt) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(inbox.deliveries("customer-1"))
                    .containsExactly("gamma 0 delivered " + attempt));
  }

  private static String messageId(String reference) {
    return "<" + reference + ".1.0@gamma-webhook.invalid>";
  }

  private static List<String> messageIds(GreenMail mail) throws Exception {
    List<String> ids = new ArrayList<>();
    for (var message : mail.getReceivedMessages()) {
      ids.add(message.getMessageID());
    }
    return ids;
  }
}

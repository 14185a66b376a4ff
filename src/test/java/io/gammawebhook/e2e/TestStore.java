package io.gammawebhook.e2e;

import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.nio.file.Path;

/** Where the inbox of a started process is. */
enum TestStore {
  SQLITE {
    @Override
    Database configure(ProductProcess product, Path folder) {
      return new Database("jdbc:sqlite:" + folder.resolve("inbox.db"));
    }
  },
  POSTGRESQL {
    @Override
    Database configure(ProductProcess product, Path folder) {
      String url = EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());
      product.with("gamma.webhook.inbox.jdbc-url", url).with("gamma.webhook.inbox.lease", "5s");
      return new Database(url);
    }
  };

  /** Gives the product its inbox, and returns it for reading. */
  abstract Database configure(ProductProcess product, Path folder);
}

package io.gammawebhook.store;

import org.junit.jupiter.api.Nested;

/** The contract, on PostgreSQL. */
class PostgresInboxTest {

  @Nested
  class Accept extends AcceptContract {
    Accept() {
      super(new PostgresTestStore());
    }

    @Override
    void poison(String type) {
      store.execute("alter table webhook_event add check (event_type <> '" + type + "')");
    }
  }

  @Nested
  class Deliveries extends DeliveryContract {
    Deliveries() {
      super(new PostgresTestStore());
    }
  }

  @Nested
  class Orders extends OperatorContract {
    Orders() {
      super(new PostgresTestStore());
    }
  }

  @Nested
  class Keys extends IdempotentKeysContract {
    Keys() {
      super(new PostgresTestStore());
    }
  }

  @Nested
  class Retained extends RetentionContract {
    Retained() {
      super(new PostgresTestStore());
    }
  }

  @Nested
  class KeptApart extends QuarantineContract {
    KeptApart() {
      super(new PostgresTestStore());
    }
  }

  @Nested
  class Registered extends RegistrationContract {
    Registered() {
      super(new PostgresTestStore());
    }
  }

  @Nested
  class Operated extends OperationsContract {
    Operated() {
      super(new PostgresTestStore());
    }
  }
}

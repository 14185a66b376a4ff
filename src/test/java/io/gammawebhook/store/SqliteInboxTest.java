package io.gammawebhook.store;

import org.junit.jupiter.api.Nested;

/** The contract, on the embedded store. */
class SqliteInboxTest {

  @Nested
  class Accept extends AcceptContract {
    Accept() {
      super(new SqliteTestStore());
    }

    @Override
    void poison(String type) {
      store.execute(
          "create trigger poison before insert on webhook_event when new.event_type = '"
              + type
              + "' begin select raise(abort, 'poisonous'); end");
    }
  }

  @Nested
  class Deliveries extends DeliveryContract {
    Deliveries() {
      super(new SqliteTestStore());
    }
  }

  @Nested
  class Orders extends OperatorContract {
    Orders() {
      super(new SqliteTestStore());
    }
  }

  @Nested
  class Keys extends IdempotentKeysContract {
    Keys() {
      super(new SqliteTestStore());
    }
  }

  @Nested
  class Retained extends RetentionContract {
    Retained() {
      super(new SqliteTestStore());
    }
  }

  @Nested
  class KeptApart extends QuarantineContract {
    KeptApart() {
      super(new SqliteTestStore());
    }
  }

  @Nested
  class Registered extends RegistrationContract {
    Registered() {
      super(new SqliteTestStore());
    }
  }

  @Nested
  class Operated extends OperationsContract {
    Operated() {
      super(new SqliteTestStore());
    }
  }
}
